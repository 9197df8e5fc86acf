"""Loops, branches and calls: the straight lines between them are differentiated one by one.

A target becomes a `subject`, with the calls written out that must be. `prepared` takes it apart:
`statements` give each operation of control flow a line of its own, and `structure` makes regions of
the lines and notes what names hold at them. `function` puts it together again: `weaving`, `loops`
and `calling` give each region its reverse, and `tidying` gives the callback the form it is read in.
"""
