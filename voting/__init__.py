"""Votes, ballots, rounds, tally, results, shortlist, the artist's pick.

Tables: rounds, votes, ballots, ballot_versions, pending_votes, totals, shortlisted, picks.
Facts: RoundClosed, WinnerPicked, WinnerAnnounced, PickVoided. A single vote is not a fact: its ledger
(ballot_versions) is its own.
"""
