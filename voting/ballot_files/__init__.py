"""Readers of ballot files: pure functions from text to an `Election`, or one `Malformed` with its line.

BLT, PrefLib (soc soi toc toi cat), ABIF, Pabulib, CSV of scores or of pairs, and our own JSON. Ties and blanks
survive; nothing is guessed: what can't be read is refused. `detect.read` finds out which format a file is.
"""
