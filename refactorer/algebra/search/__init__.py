"""The cheapest expression for a value in normal form, over what has a name already.

`extract` searches: `moves` are other ways to write a product or a sum, `wording` those that read a
name in place of a part. `definitions` are the names, and `matching` tells where one fits.
"""
