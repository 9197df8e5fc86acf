"""The cheapest expression for a value in normal form, over what has a name already.

`extract` searches, for sums and products of `factors`: `moves` are other ways to write one,
`wording` those that read a name in place of a part, and `descent` takes the best of these in turn.
`definitions` are the names, and `matching` tells where one fits.
"""
