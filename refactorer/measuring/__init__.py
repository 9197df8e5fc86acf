"""What value and gradient cost: array operations, bytes and time, of printed code and of others."""
