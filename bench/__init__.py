"""Measurements: each path of the product beside its floor, in one run.

Machines are noisy: absolute figures say where things stand today, ratios within one run say whether
something got worse. `make bench` prints the table and keeps it in bench/history.
"""
