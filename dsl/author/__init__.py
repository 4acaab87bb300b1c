"""Tools for the people who write rules."""
