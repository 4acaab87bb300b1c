"""The workflow of one inspection: commands in, facts out."""
