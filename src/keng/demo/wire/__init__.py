"""Turns actions into the records that real machines log, byte for byte in their formats."""
