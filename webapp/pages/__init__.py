"""Pages that mix rooms: home, artist, contest, gallery, design, mine, team home, legal texts.

Owns no table and publishes no fact: it only reads. What people do on these pages is posted to the
room whose it is.
"""
