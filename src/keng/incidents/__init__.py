"""People's work on alerts: incidents (pure)."""
