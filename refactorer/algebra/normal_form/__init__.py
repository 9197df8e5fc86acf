"""The normal form of a NumPy value: a sum of products of powers of factors along labelled axes.

`terms` defines it, from the atom to the polynomial. The other files hold its operations: `products`
and `sums` multiply and sum values, `powers` and `conditions` say which laws hold for powers and
masks, and `tensor` pairs a value with its shape and does to both what NumPy's operations do.
"""
