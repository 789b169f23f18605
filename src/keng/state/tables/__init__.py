"""Tables of the state store, one file a subject. Times are microseconds since the epoch, UTC."""
