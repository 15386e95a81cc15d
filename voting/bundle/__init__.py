"""The results bundle: a zip from which a stranger recomputes a result, and the auditor's export.

Tables: result_bundles, audit_exports. `archive` writes zips that have one possible form, `verify` is the program
that lies in each bundle and reads it without anything of ours, `making` builds and stores one after the count.
"""
