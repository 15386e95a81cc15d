"""The waitlist: who waits for pieces of a sold-out SKU, and the offers of pieces that came free.

Owns waitlist_entries and the counters `offered` of drops and variants; publishes WaitlistOffered, WaitlistLapsed
and WaitlistEnded. Whoever frees pieces calls `offering.offer_freed` in the same transaction.
"""
