"""The centre's own sight: how each log source usually speaks, and when its silence means something. Pure."""
