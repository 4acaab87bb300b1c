"""What auditors ask, and what only two people may do."""
