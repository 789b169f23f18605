"""Detections grouped and scored into alerts (pure)."""
