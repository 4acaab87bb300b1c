"""Ratings kept current one answer at a time."""
