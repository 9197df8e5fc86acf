"""The user's functions that are called: found, and differentiated once or inlined.

`demands` tells which gradients their callers want, `differentiated` and `helpers` give each a
callback of its own, and `inlined` writes the lines of others into the caller.
`elementary` are those whose derivative needs only what they returned.
"""
