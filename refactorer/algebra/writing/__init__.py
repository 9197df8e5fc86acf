"""From expressions in index notation to NumPy text.

What is chosen here is how the axes of each part lie, so that few transposes and new axes are needed
("views"), where parentheses go, and which call writes a sum.
"""
