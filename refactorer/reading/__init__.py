"""A Python file as text and as a tree: what it offers, and which of it may be executed alone."""
