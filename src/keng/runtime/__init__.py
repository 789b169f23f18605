"""The pipeline and its supervision."""
