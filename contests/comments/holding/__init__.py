"""What holds a comment until a moderator has seen it: words, links, floods, the same text from many.

Owns word_lists. Rules hold with their name as the reason; none deletes, and none counts reports.
"""
