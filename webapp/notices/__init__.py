"""Notices: what people are told, once per person and fact, in the inbox and by mail.

Tables: notices, notice_preferences.
"""
