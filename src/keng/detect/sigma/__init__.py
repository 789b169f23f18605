"""The Sigma engine: rules read, compiled and matched exactly."""
