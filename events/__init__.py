"""The facts: event types, their stored form, and the stores that keep them."""
