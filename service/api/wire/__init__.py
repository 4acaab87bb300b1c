"""Requests read and replies written, whatever the resource."""
