"""The user's file as text and as a tree: what it offers, and what may be executed alone."""
