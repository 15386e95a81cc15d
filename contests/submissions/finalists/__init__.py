"""Finalists' kits: wallpapers, posters and codes to scan, drawn once the shortlist stands.

Each finalist's author is told of theirs once it is made. Scans and downloads of wallpapers are counted in
Redis while they happen and written down in batches.

Owns the tables finalist_kits and finalist_counts. Publishes KitWanted and KitMade.
"""
