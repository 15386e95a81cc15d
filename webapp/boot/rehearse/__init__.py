"""`fanmade rehearse`: a whole contest on somebody's own pictures, on a scratch installation of its own.

`folder` looks at the pictures, `people` and `taste` invent the fans, `stage` starts the installation and
holds what a story needs, `calls`, `votes` and `sales` tell the story through the JSON API, `checks` looks
whether everything agrees afterwards. What is done stands in `journal`, so that a rehearsal that was killed
goes on where it stopped.
"""
