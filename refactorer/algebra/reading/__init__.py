"""From NumPy text to the normal form."""
