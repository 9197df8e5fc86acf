"""Blocks of lines: which values get a name, what is shared, and the order of the lines.

A `Program` is what the algebra is given, on top of `values`, which tell what its names hold. A
`Selection` is one choice of the cotangents that keep their names ("cuts", since values are cut off
at them) with the lines that follow from it. `sharing` names what several expressions have in
common.
"""
