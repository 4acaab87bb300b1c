"""Backups made, verified and restored."""
