"""The reverse of each region, woven with the others into one callback.

`weaver` goes through the regions from the last to the first, as the callback runs their reverses,
and hands each to the file for its kind. A `woven.Woven` is the result: statements of the function,
and statements of the callback. `straight` and `blocks` take straight lines through the rules.
"""
