"""Guardians: who agrees, action by action, to what a young person may not do alone.

Owns guardians and guardian_requests. A room that needs a guardian's consent registers its action in `actions.ACTIONS`
(in boot.wiring) and calls `store.ask`; the answer comes back through the action's callback.
"""
