"""Functions that are values, turned into calls by name before anything is differentiated.

A function may be passed around: `chain(f, g)(X)`, `partial(f, 2.0)`, an entry of a dict.
`statements` keeps track of which function each name holds, and `expressions` replaces calls
through such names by calls of the functions themselves. What the two ask of each other is in
`following` and `reducing`, which their other modules build on.
"""
