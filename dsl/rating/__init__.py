"""What the rules make of an inspection, with a reason for every result."""
