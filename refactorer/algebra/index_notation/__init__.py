"""Expressions over labels of axes, and their cost: between the normal form and the text.

Unlike the normal form, an expression says in which order things are multiplied, added and summed.
It does not say how the axes lie in memory: that is for `writing` to choose.
"""
