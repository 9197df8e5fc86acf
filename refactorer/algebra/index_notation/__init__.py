"""Expressions over labels of axes, and their cost: between the normal form and the text."""
