"""Caseloads, samples, cases and their review."""
