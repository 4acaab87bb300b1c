"""What would change a rating, and whom other rules would touch."""
