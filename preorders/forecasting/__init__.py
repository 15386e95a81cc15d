"""How many pieces of a drop will be ordered in the end, how sure that is, and afterwards how well it was known.

Table: drop_forecasts, a line a day. `forecast` computes (pure), `knowing` reads what it is computed from, `keeping`
writes it down each day, `looking_back` compares it with what came. docs/forecast.md has the formula and its limits.
"""
