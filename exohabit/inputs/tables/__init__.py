"""Tables: CSV of any origin, read by columns; with problems, row by row.

The header and the row of units decide which column means what (`header`, `column_positions`).
Formats other than CSV are read beside this package.
"""
