"""Parcels: an order leaves in one or several, by hand or by a file of tracking numbers.

Tables: shipments, shipment_lines, parcel_imports. Facts: PreorderShipped, ParcelImportConfirmed.
"""
