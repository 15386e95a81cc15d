"""Suggestions: comments that say what could be better, perhaps at a point of the picture, and get an answer.

A suggestion is a comment with a row in `suggestions`: reports, moderation, edits and floods are the comment's.
Tables: suggestions. Facts: SuggestionDecided, SuggestionDone.
"""
