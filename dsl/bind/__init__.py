"""Statements in, a framework out: every name and part resolved."""
