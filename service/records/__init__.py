"""The databases of a service: laid out, opened, looked after."""
