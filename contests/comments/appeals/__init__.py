"""A second look: an author appeals an act once, another moderator answers, and what comes back is as it was.

Owns act_appeals. Facts: ActAppealed, ActAppealAnswered.
"""
