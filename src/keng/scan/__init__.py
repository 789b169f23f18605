"""The investigator's tool: rules over files."""
