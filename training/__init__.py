"""Makes and measures the model, one module a step: population -> labels -> fit -> evaluate.

Training imports `exohabit.science` and `exohabit.scoring` only. The service never imports it.
"""
