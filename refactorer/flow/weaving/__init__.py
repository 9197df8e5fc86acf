"""The reverse of each region, woven with the others into one callback.

There is a file for each kind of region; `weaver` is what all of them know and need. A `woven.Woven`
is the result: statements of the function, and statements of the callback. `straight` and `blocks`
take straight lines through the rules.
"""
