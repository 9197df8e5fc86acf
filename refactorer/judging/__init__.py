"""What a right gradient is: samples of the user's function, differences, and the comparison.

`sampling` draws arguments for the `cases` of a plan, calls the user's function there, and measures
its gradients by `differences`: each result is a `Sample`. `verify` runs the code that is judged at
the same arguments, `contract` tries what its callers rely on, and `comparison` tells whether the
numbers agree. `fragility` then looks for values at which a right gradient still fails.
"""
