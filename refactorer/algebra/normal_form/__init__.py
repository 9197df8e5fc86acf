"""Sums of products of powers of named values, each along named axes: what a NumPy value is."""
