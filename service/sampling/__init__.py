"""Caseload files read, and samples told."""
