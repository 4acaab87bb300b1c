"""The words of answers, sealed, and the keys that open them."""
