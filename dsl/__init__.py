"""The rules language: text in, a checked framework out; ratings and their reasons."""
