"""Audit packs: written, read, and checked without trust in the server."""
