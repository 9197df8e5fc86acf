"""What a function's own text says of the ranks and sizes of its arguments."""
