"""How the model is made: population -> labels -> fit -> evaluate, one file a step."""
