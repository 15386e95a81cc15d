"""The JSON API under /api/v1: the same use cases, spoken by programs."""
