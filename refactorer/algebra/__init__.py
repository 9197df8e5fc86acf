"""The normal form of NumPy values in index notation, and the way back to lean NumPy text."""
