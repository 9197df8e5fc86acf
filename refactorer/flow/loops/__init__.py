"""Loops: the order of the turns of their reverse, and what it needs of each turn.

`reverse` writes the loop of the callback. `keeping` decides how it gets each value of a turn: read
again where it still stands, computed again (`recomputed`), or kept in a list. `iterated` adds the
cotangents of items to that of what the loop runs over. `deferred` and `all_turns` take sums over
the turns at once, behind the loop.
"""
