"""The model: its files are verified, it is loaded once, and it scores planets.

Input formats, answers and HTTP do not belong here. This file imports nothing, because the server
process must be able to verify the files without loading XGBoost.
"""
