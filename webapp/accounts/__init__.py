"""People, artists and their teams; signing in, sessions, consents, tokens, guards, the audit log.

Tables: people, sign_in_codes, sessions, recovery_codes, consents, artists, team_members, invitations,
follows, api_tokens, audit_log. Facts: PersonRegistered, PersonSuspended.
"""
