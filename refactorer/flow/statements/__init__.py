"""The user's text as statements with at most one operation of control flow each.

Each file rewrites one construct of Python into simpler ones: comprehensions into loops, several
exits into one, a list that is filled by index into an array. `canonical` does so for calls and
choices inside expressions; `splitting` is what it shares with `flattening`.
"""
