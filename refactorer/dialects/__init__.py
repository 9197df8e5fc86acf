"""Dialects of NumPy that printed code may have to be in: other array modules, Numba."""
