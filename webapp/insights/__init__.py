"""What the facts say: the funnel from visitor to customer. Reads everything, writes only its own counts.

Tables: contest_visitors, contest_regulars.
"""
