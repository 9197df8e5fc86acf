"""Ranks by the names of arguments: X is a matrix, b a vector, lr a number."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lam", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
)
MATRIX = re.compile(r"_*[A-Z]|(?:table|embeddings?)$")
VECTOR = re.compile(rf"_*(?:[a-z]|{'|'.join(GREEK)}|bias|coefs?|weights?|gain)_?\d*(?:_\w*)?")
NUMBER = re.compile(
    r"lam|lambda_?|l[12]|reg|eps|epsilon|delta|margin|temp(erature)?|tau|lr|(\w+_)?rate|decay|momentum"
    r"|dt|strength|penalty|noise|threshold|length_?scale|bandwidth"
)
OF_ANOTHER = re.compile(r"(?:log|exp|inv|sqrt|init|prev|new|old|true)_(?=\w)")
BIAS = re.compile(r"(?:b|bias|intercept)(?P<which>_?\w*)")
WEIGHTS = ("w{}", "weights{}", "coef{}", "coefs{}")


def rank(name: str) -> int | None:
    """Return the rank that a name says; None where it says none. log_A is as A is."""
    name = OF_ANOTHER.sub("", name)
    if NUMBER.fullmatch(name):
        return 0
    if MATRIX.match(name):
        return 2
    return 1 if VECTOR.fullmatch(name) else None


def ranks(names: Collection[str]) -> Mapping[str, int | None]:
    """Return the ranks that names say beside one another: b is a number where w is a vector."""
    return {name: 0 if is_bias(name, names) else rank(name) for name in names}


def is_bias(name: str, names: Collection[str]) -> bool:
    """Tell whether a name is that of what is added to a product with a vector of weights."""
    found = BIAS.fullmatch(name)
    return found is not None and any(w.format(found["which"]) in names for w in WEIGHTS)
