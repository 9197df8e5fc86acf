"""Loops: the order of the turns of their reverse, and what it needs of each turn."""
