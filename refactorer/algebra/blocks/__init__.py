"""Blocks of lines: which values get a name, what is shared, and the order of the lines."""
