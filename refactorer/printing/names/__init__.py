"""The names in printed code, and how the user spells those of NumPy."""
