"""Notices: what people are told, once per person and fact, in the inbox and by mail, at once or with others.

Tables: notices, notice_preferences, digest_lines.
"""
