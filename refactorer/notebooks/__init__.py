"""Functions that are defined in the cells of a notebook."""
