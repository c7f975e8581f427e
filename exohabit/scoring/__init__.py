"""The model: verified, loaded once, scored. This file imports nothing, because the server
process must not load XGBoost before it forks."""
