"""The console: server-rendered pages for the centre and the portal of the agencies."""
