"""Functions of the user's that are called: found, differentiated once, or written out."""
