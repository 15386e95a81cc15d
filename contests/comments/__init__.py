"""Comments on designs, reports, the moderators' queue, takedown notices of rights holders.

Tables: comments, reports, takedowns. Facts: CommentMade, CommentModerated, ReportMade, TakedownRequested.
"""
