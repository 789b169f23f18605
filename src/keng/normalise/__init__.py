"""Records to events: Sigma names, OCSF hot columns, privacy allow-list."""
