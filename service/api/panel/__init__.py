"""Evidence, discretion, agreement and publication over HTTP."""
