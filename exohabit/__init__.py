"""ExoHabit: scores how likely planets are to be potentially habitable, and serves the scores.

`science` knows planets and stars, `scoring` the model, `inputs` and `outputs` requests and answers,
`service` HTTP. `app.py`, `utils.py` and `inference.py` beside this package use it; nothing in it
imports them.
"""

__version__ = "1.0.0"
