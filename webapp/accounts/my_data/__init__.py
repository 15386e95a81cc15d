"""My data: everything about a person in one file, and everything of a person erased.

Owns data_requests. Each room says in a `my_data` module of its own what it keeps of people (`rooms.Room`);
`boot.wiring` registers them in the order in which an erasure passes through them. A worker does both, in minutes,
and may be run twice. Publishes no fact. docs/data.md says what goes, what stays, and how long.
"""
