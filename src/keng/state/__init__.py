"""Alerts, incidents, users, register: tables and repositories."""
