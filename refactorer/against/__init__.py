"""Gradients written by hand: how they are called, whether they are right, and if not, how."""
