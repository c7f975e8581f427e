"""Tables: CSV of any origin, read by columns; with problems, row by row.

Which column means what is decided by its header and unit row (`header`, `column_places`). Formats
other than CSV are read beside this package.
"""
