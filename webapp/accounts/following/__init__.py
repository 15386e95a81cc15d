"""Following designs, contests and people, and the public page a person may open. Artists are followed in `follows`.

Tables: followings, public_profiles. Nobody is shown how many follow anything: see docs/following.md.
"""
