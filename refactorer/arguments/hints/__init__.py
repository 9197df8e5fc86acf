"""What a function's own text says of the ranks and sizes of its arguments.

Hints only decide what is tried first: what is printed is verified at the shapes that were found.
"""
