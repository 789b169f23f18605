"""Passwords, sessions, roles, audit."""
