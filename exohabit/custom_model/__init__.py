"""A model of the user's own: checked, and written as a bundle that the service loads.

A model file may be hostile. So other processes read it, with limits of time and memory, and nothing
of a pickle is executed: its objects become stand-ins that do nothing.
"""
