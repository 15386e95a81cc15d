"""The JSON API under /api/v1: the same use cases as the pages, spoken by programs that bear a token.

Owns no tables and publishes no facts. `section` is how an operation is written down, `bearer` who asks,
`once` what an idempotency key promises; the other files hold the operations, room by room.
"""
