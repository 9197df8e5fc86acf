"""Functions that are values, turned into calls by name before anything is differentiated.

A function may be passed around: `chain(f, g)(X)`, `partial(f, 2.0)`, an entry of a dict.
`following` keeps track of which function each name holds, and `reducing` replaces calls through
such names by calls of the functions themselves.
"""
