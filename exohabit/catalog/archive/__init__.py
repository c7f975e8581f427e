"""The NASA Exoplanet Archive: its tables, as files or fetched from its TAP service, become rows.

Nothing here writes a catalogue.
"""
