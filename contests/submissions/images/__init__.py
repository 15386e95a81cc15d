"""Uploaded pictures: judged, decoded in a child process, turned into clean renditions.

Pure: a file and a recipe in, files and plain values out; no database, no settings, no request.

- `limits` what a picture may cost; `refusals` why one is not accepted
- `sniff` and `header` judge a file by its content without decoding its pixels
- `sandbox` runs `decode_child` in a process with hard limits; nothing else decodes a picture
- `decode`, `colour`, `normalise` make an upright sRGB picture without metadata (child only)
- `renditions`, `share_card`, `hashing` make what is kept of it (child only)
- `processed` the answer; `verdict` the answer as support staff read it
"""
