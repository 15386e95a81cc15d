"""Contests: brief, product specs, rights card, schedule, phases.

Tables: contests, contest_products, contest_changes.
Facts: ContestPublished, ContestRescheduled, ContestCancelled, ContestLapsed.
Below it live `contests.submissions` (designs) and `contests.comments` (talk, reports, moderation).
"""
