"""Loops, branches and calls: the straight lines between them are differentiated one by one.

tangent and the rules see straight lines alone. What is around them is done here:

- `prepared` takes the function apart: `statements` give each operation of control flow a line of
  its own, and `structure` makes a tree of regions (straight lines, loops, branches, calls) and
  records the values that the names hold at each line.
- `function` puts it together again: `region_weaver` gives each region its reverse, by the files of
  `weaving` and `loops` for its kind, and joins them in one callback. `calling` differentiates the
  functions that are called.
- `tidying` removes the names and copies that only weaving needed.
"""
