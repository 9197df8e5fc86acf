"""Mistakes that people make, made in our code one by one.

If ours with a mistake returns what the hand-written code does, that is the mistake in it.
`omissions` are what is left out, `mistakes` what is there but wrong.
"""
