"""What looks odd about the ballots of a round: pure, the same answer for the same ballots. See docs/signals.md."""

VERSION = 1  # of all rules together; counts up with every change of what is held
