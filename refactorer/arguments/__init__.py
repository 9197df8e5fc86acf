"""What a function is called with: sizes, ranks and kinds of values at which it runs.

`inputs.plan` returns `Plan`s, each of which says how all arguments are drawn. It starts from the
options, annotations and defaults (`slots`), takes hints from the function's text (`hints`), and
runs the function to find out what fits (`trials`, `fitting`). `reach` adds values that reach the
other sides of branches.
"""
