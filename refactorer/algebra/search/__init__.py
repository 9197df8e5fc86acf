"""The cheapest expression for a value in normal form, over what has a name already."""
