"""What is wrong or idle in rules that can be read."""
