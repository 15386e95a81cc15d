"""The log of a round: every ballot version and every change of a ballot's state is a leaf of an RFC 6962 tree.

Tables: log_leaves, log_nodes, log_roots, log_keys, opened_ballots. The fold of the ledger (voting.ledger) gives
the leaves their places and appends them here in its own transaction; roots are published each day and at the seal.
What a leaf holds stands in `content` and, byte by byte, in docs/integrity.md.
"""
