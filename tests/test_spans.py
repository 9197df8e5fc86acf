"""From a place in the user's text to our name of the value there, and back to the user's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from primals import file_of, primal

PLACES = {
    "parameters, what is set, what is read, and calls; literals and functions have no name": (
        """
        X, n: float = 2.0
        a = b = (X * n).sum(axis=1)  # twice
        return a
        """,
        "X:X n:n_2 a:a b:a (X * n).sum(axis=1):a X:X X * n:v1 n:n_2 a:a",
    ),
    "versions": (
        """
        X
        Z = X.T
        Z += 1
        Z = Z - Z.max()
        return Z
        """,
        "X:X Z:Z X:X X.T:Z Z:Z_2 Z:Z_3 Z:Z_2 Z - Z.max():Z_3 Z:Z_2 Z.max():v1 Z:Z_3",
    ),
    "tuples, and sizes read from a shape": (
        """
        X
        (n, _), Z = X.shape, X
        both = Z / n, n
        return both
        """,
        "X:X n:n_2 Z:X X:X X:X Z:X Z / n:v2 n:n_2 n:n_2 both:v3",
    ),
    "what is only checked is read too": (
        """
        X
        X = X + 1
        assert X.ndim == 2, X
        print(X)
        return X
        """,
        "X:X X:X_2 X:X X + 1:X_2 X:X_2 X:X_2 X:X_2 X:X_2",
    ),
    "what the output does not depend on has no name": (
        """
        X
        Z = X * X
        unused = Z / 2
        return Z
        """,
        "X:X Z:Z X:X X * X:Z X:X Z:Z Z:Z",
    ),
    "characters of several bytes": (
        """
        X
        "Größe"; µ = X * 2; return µ - X
        """,
        "X:X µ:μ X:X X * 2:μ µ:μ µ - X:v1 X:X",
    ),
}


@pytest.mark.parametrize(("users", "places"), PLACES.values(), ids=PLACES)
def test_the_place_of_a_value_leads_to_its_name(users: str, places: str, tmp_path: Path) -> None:
    found = primal(file_of(users), tmp_path)
    source = found.target.source
    rows = sorted(found.expressions.items())
    assert " ".join(f"{source[s.start : s.end]}:{name}" for s, name in rows) == places


def test_names_lead_back_to_the_users(tmp_path: Path) -> None:
    file = file_of("X, n\nt = X * n\nboth = t / 2, X\nt, u = both\nreturn t * u")
    found = primal(file, tmp_path)
    assert found.names == {"X": "X", "n_2": "n", "t_2": "t", "v1": "t"}
    assert found.output == "v2"
