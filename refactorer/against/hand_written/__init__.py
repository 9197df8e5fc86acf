"""Code that was written by hand: its form, its arguments, and what it returns."""
