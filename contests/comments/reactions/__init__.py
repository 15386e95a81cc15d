"""Reactions: one of a few kind words to a comment or a suggestion, in one tap. Never to a design: that is a vote's.

Tables: comment_reactions. Their authors hear of them once a day, all together.
"""
