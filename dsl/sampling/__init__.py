"""Which cases are looked at: sizes, draws and what they fall short of."""
