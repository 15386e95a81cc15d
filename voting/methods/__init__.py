"""Counting methods: pure functions from ballots to a result, each named, versioned, with a tie rule.

`election` holds the ballots, `catalogue` the names of the methods, `result` what a count says.
Rankings are decided by integers and fractions; the order of ballots and of designs changes nothing.
Only the strengths of Bradley-Terry are floating-point numbers.
"""
