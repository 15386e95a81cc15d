"""The production pack: all that a printer and a packing table need of a drop, in one ZIP. docs/production.md.

Table: production_packs. `facts` and `parcels` read, `letters` and `paper` set text of any script, `slips`, `tech_pack`
and its pages draw, `making` writes the files and the ZIP, `jobs` does it once whoever tries, `views` hands it over.
"""
