"""ExoHabit: scores how likely a planet is to be potentially habitable, and serves the scores."""
