"""Python code as LibCST trees: what expressions and statements read, bind and change.

Nothing here knows of gradients: the rules and all packages that rewrite code build on it.
"""
