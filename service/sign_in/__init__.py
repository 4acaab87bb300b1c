"""Who somebody is: their token or their session."""
