"""The tree of RFC 6962: hashes, proofs and their verification. Pure.

A leaf is hashed as SHA-256(0x00 || data), an inner node as SHA-256(0x01 || left || right). A tree of n leaves
splits at the largest power of two below n. `proofs` makes proofs from any source of full subtrees, `verify`
believes nothing, `growing` appends leaves and says which full subtrees came to be.
"""
