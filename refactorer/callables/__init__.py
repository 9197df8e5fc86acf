"""Functions that are values, turned into calls by name before anything is differentiated."""
