"""From expressions in index notation to NumPy text."""
