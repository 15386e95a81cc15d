"""A model of the whole installation: arrivals of an hour, second by second, through every component of a deployment.

    python -m bench.capacity --voters 40000 --minutes 60 --arrivals burst
    python -m bench.capacity                       # the ladder: what each step carries, what breaks, what takes over
    python -m bench.capacity --write-doc           # the tables and figures of docs/scaling.md, by the newest costs

Reckons with the costs that `make bench ARGS=capacity` has measured (the newest of bench/history, or --costs FILE).
The same seed gives the same figures. What the model leaves out stands in docs/scaling.md.
"""
