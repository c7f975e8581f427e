"""Inputs: turn request data into checked planets.

Here belong formats, limits, validation and query parameters. What needs the model belongs in
`scoring` or `outputs`, and what knows of HTTP (headers, statuses, routes) in `service`.
"""
