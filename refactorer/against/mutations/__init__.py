"""Mistakes that people make, made in our code: the one that gives theirs is theirs."""
