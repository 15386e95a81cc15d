"""What those who made a design are owed for the pieces sold of it.

Table: royalty_statements, frozen once when the drop is closed. Until then the figures follow from the orders.
"""
