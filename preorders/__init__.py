"""Drops: products, variants, bundles, preorders, fulfilment, exports.

Tables: drops, products, variants, bundles, bundle_items, preorders, preorder_lines, exports.
Facts: DropPublished, DropOpened, PreorderPlaced, PreorderCancelled, DropLocked, PreorderShipped,
DropCancelled.
"""
