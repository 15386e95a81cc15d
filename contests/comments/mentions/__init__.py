"""Mentions: @name in comments, suggestions and the designer's answers, of people in the same conversation.

Tables: mentions. Facts: PeopleMentioned.
"""
