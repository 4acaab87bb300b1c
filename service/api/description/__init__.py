"""The description of the API that is made from its routes."""
