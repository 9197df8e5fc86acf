"""A function in single assignment, one operation a line, in the dialect that tangent takes.

`normalise.normalise` makes a `Primal` of a target. `statements` goes through the function's
statements and `reader` through their expressions; `assignments` holds the lines written so far, in
names that tangent cannot overwrite (`safe_names`). `calls`, `operators`, `expansions` and `dialect`
say how each operation is spelled.
"""
