"""Passkeys: signing in by a finger, a face or a key of hardware, with no address typed.

Owns passkeys. Challenges live in Redis for five minutes, once each (docs/accounts.md).
"""
