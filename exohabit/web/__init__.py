"""Pages for people: the API documentation and the model card, with their static files.

Each module is a Flask blueprint that `app.py` registers. Endpoints for programs are in `app.py`;
code that computes something belongs in another package.
"""
