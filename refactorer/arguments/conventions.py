"""What the name of an argument says of its rank: X is a matrix, b a vector, as in print."""

from __future__ import annotations

import re

from refactorer.arguments.plans import Plan

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lam", "mu"),
    *("nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
)
MATRIX = re.compile(r"_*[A-Z]")
INTEGERS = ("index", "lengths")  # kinds of values
VECTOR = re.compile(rf"_*(?:[a-z]|{'|'.join(GREEK)}|bias|coefs?|weights)_?\d*(?:_\w*)?")


def rank(name: str) -> int | None:
    """Return the rank that a name says; None where it says none."""
    if MATRIX.match(name):
        return 2
    return 1 if VECTOR.fullmatch(name) else None


def departures(plan: Plan) -> tuple[int, bool, int, int]:
    """Return how much of the assumed ranks is not what the names say, and what else is unlikely.

    Where one lower-case name is no vector, the others need not be: arrays of one shape are
    preferred then. For words that say nothing, vectors are preferred to matrices.
    """
    ranks = {entry.name: len(entry.shape) for entry in plan.inputs}
    said = said_ranks(plan)
    wrong = [said[name] for name in said if said[name] not in (None, ranks[name])]
    shapes = {entry.shape for entry in plan.inputs if entry.name in plan.assumed}
    words = sum(ranks[name] or 2 for name in said if said[name] is None)
    return len({*wrong}), len(shapes) > 1, len(wrong), words


def said_ranks(plan: Plan) -> dict[str, int | None]:
    """Return the ranks that names say, where they were assumed; integers are one for each row."""
    assumed = [entry for entry in plan.inputs if entry.name in plan.assumed]
    return {i.name: 1 if i.kind.startswith(INTEGERS) else rank(i.name) for i in assumed}


def differ(plan: Plan) -> bool:
    """Tell whether the names say of some arguments that they are matrices, of others vectors."""
    return {1, 2} <= {*said_ranks(plan).values()}
