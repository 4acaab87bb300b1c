"""The tree over the ledger, its signed checkpoints, and who cosigns them."""
