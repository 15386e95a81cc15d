"""Who would wear a design, and in which size: asked apart from the vote, told after the close, fed to a forecast.

Tables: would_wear. A person's row counts; a browser's waits until its reader signs in. `forecast` (pure) says how many
preorders to expect. No facts.
"""
