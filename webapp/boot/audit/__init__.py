"""`fanmade doctor --audit`: looks for what a crash, a lost disk or a restore may have left behind, and repairs it.

Each check stands in a file of its own and yields `Finding`s; `run` calls them in order. What a check repairs it
repairs so that it may be done twice, beside a running site: nothing is deleted, files are set aside (`lost`), work is
scheduled again, counters are set to what their ledger says. Votes are evidence: they are compared, never changed.
"""
