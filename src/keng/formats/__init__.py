"""One log format a file, pure: bytes to records."""
