"""What the name of an argument says of its rank: X is a matrix, b a vector, as in print."""

from __future__ import annotations

import re

from refactorer.arguments.plans import Plan

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lam", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
)
INTEGERS = ("labels", "ids", "idx", "indices", "lengths")
MATRIX = re.compile(r"_*[A-Z]")
VECTOR = re.compile(
    rf"_*(?:[a-z]|{'|'.join((*GREEK, *INTEGERS))}|bias|coefs?|weights)_?\d*(?:_\w*)?"
)


def rank(name: str) -> int | None:
    """Return the rank that a name says; None where it says none."""
    if MATRIX.match(name):
        return 2
    return 1 if VECTOR.fullmatch(name) else None


def departures(plan: Plan) -> tuple[int, bool, int]:
    """Return how many of the assumed ranks are not what the names say, and what else is unlikely.

    Arrays of one shape are preferred, and for words that say nothing vectors to matrices.
    """
    ranks = {entry.name: len(entry.shape) for entry in plan.inputs}
    said = {name: rank(name) for name in plan.assumed}
    wrong = sum(said[name] not in (None, ranks[name]) for name in said)
    shapes = {entry.shape for entry in plan.inputs if entry.name in plan.assumed}
    return wrong, len(shapes) > 1, sum(ranks[name] or 2 for name in said if said[name] is None)


def differ(plan: Plan) -> bool:
    """Tell whether the names say of some arguments that they are matrices, of others vectors."""
    return {1, 2} <= {rank(name) for name in plan.assumed}
