"""Submissions (designs, in the interface) and their revisions, pictures and moderation acts.

Tables: submissions, revisions, moderation_acts.
Facts: SubmissionMade, RevisionUploaded, RevisionProcessed, RevisionFailed, SubmissionModerated,
SubmissionWithdrawn.
"""
