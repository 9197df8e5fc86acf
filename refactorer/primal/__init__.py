"""A function in single assignment, one operation a line, in the dialect that tangent takes."""
