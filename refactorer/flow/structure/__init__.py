"""The tree of regions, and what is known at each point of it.

`regions` defines them and `tree` builds them. `visits` records the values of the names at each line
in runs of the function; `demand` tells which cotangents are wanted where.
"""
