"""Costs of value and gradient: array operations, bytes and time, beside other packages."""
