"""Ids that cross the borders between modules; objects don't."""

from typing import NewType

PersonId = NewType("PersonId", int)
ArtistId = NewType("ArtistId", int)
ContestId = NewType("ContestId", int)
SubmissionId = NewType("SubmissionId", int)
RevisionId = NewType("RevisionId", int)
CommentId = NewType("CommentId", int)
RoundId = NewType("RoundId", int)
PickId = NewType("PickId", int)
DropId = NewType("DropId", int)
VariantId = NewType("VariantId", int)
BundleId = NewType("BundleId", int)
PreorderId = NewType("PreorderId", int)
