"""The warnings that go out to agencies (pure)."""
