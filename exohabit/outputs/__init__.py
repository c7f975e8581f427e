"""Outputs: turn planets and their scores into encoded answers.

Here belong the types of answers, the optional extras, output formats and usage counts. Reading and
checking input belongs in `inputs`, and what knows of HTTP (headers, statuses, routes) in `service`.
"""
