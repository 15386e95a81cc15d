"""Pages that mix modules: home, the artist, a contest, gallery, design, mine, legal texts."""
