"""One file for each family of `fanmade` commands."""
