"""What the facts add up to under the rules."""
