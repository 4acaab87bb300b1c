"""Making ratings final: evidence, discretion, agreement, publication."""
