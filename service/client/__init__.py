"""A client for inspectors' tools, with and without a network; see CLIENT.md."""
