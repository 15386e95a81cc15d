"""How often designs are shown while fans vote, in which order, and what is published of it.

Tables: impressions, exposure_reports. `seen` counts in Redis and writes in batches, `orders` keeps the fair orders of
a minute, `freezing` writes the report of a round between its seal and its count. No facts.
"""
