"""Print files: "idea now, print file later".

A phone sketch may enter a contest. Once the shortlist stands each finalist's author may send the file a
printer works from, and those whose picture isn't ready for print are asked for it, once. The design that people
vote for stays as it is; how far the new file looks from it is shown to staff.

Owns the tables print_calls and print_files.
"""
