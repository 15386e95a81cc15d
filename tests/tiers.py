"""How much of the tests a run takes: an ordinary one, all of them (FANMADE_TESTS=all), or a soak (SOAK=1).

What an ordinary run leaves out is marked `ordinarily("postgres")`, which leaves the other kind of database to the whole
run, or `whole`. Nothing is left out that is proven nowhere else. A soak is a whole run at the full counts.
"""

import os

SOAK = os.environ.get("SOAK") == "1"
WHOLE = SOAK or os.environ.get("FANMADE_TESTS") == "all"
