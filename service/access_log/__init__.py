"""Every view of evidence and every export, apart from the ledger."""
