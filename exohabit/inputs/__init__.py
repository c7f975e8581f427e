"""Request data -> checked planets: formats, limits, validation. No model, no HTTP."""
