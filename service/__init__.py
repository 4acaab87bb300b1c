"""The workflow, the HTTP API, identity and the command line."""
