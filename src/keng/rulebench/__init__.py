"""The detection engineer's bench: rules tried, tested, explained, tuned and counted, before they are switched on."""
