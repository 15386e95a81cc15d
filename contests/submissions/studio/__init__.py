"""The design studio on the server: drafts, their pictures, the artist's kit, and how a drawing becomes a design.

Tables: studio_drafts, studio_assets, studio_asset_uses, kit_items.
Facts: AssetUploaded.
"""
