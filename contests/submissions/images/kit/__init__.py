"""What a finalist's kit consists of, drawn: wallpapers, posters, QR codes, the print file of a QR tee. Pure.

`making` draws what shows the picture, in the child process that decodes it; `qr` needs an address alone.
"""
