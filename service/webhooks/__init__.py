"""Other systems that are told that something happened."""
