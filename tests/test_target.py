"""The target: the function that is asked for, and what of its file it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from targets import target

from refactorer.reading.target import Parameter, find


@dataclass(frozen=True)
class Closure:
    """A file, and what is taken of it besides the function."""

    id: str
    file: str
    taken: str


CLOSURES = (
    Closure(
        "imports come one alias each, and only what is read",
        """
        import os, sys, numpy as np
        from math import (pi, sqrt, tau as turn)

        def f(X):
            return np.sum(X) * sqrt(turn)
        """,
        """
        import numpy as np
        from math import sqrt
        from math import tau as turn
        """,
    ),
    Closure(
        "constants of constants, with their comments, in file order",
        """
        import numpy as np
        UNUSED = 3
        TWO = 2  # twice
        LOG_TWO_PI = np.log(TWO * np.pi); EPS = -1e-8

        def f(X):
            return LOG_TWO_PI * X
        """,
        """
        import numpy as np
        TWO = 2  # twice
        LOG_TWO_PI = np.log(TWO * np.pi)
        """,
    ),
    Closure(
        "a constant that is set twice is set twice",
        """
        A = 1
        B = A
        A = 2

        def f(X):
            return A * B * X
        """,
        """
        A = 1
        B = A
        A = 2
        """,
    ),
    Closure(
        "of two definitions of one name, what nothing reads in between is left out",
        """
        from math import exp
        from numpy import exp

        def g(x):
            return x

        def h(x):
            return g(exp(x))

        def g(x):
            return 2 * x

        def k(x):
            return x

        TABLE = {"k": k}

        def k(x):
            return 3 * x

        def f(X):
            return h(X) + TABLE["k"](X)
        """,
        """
        from numpy import exp
        def h(x):
            return g(exp(x))
        def g(x):
            return 2 * x
        def k(x):
            return x
        TABLE = {"k": k}
        def k(x):
            return 3 * x
        """,
    ),
    Closure(
        "a helper is read transitively, with its decorators",
        """
        import functools
        import numpy as np

        ONE = 1.0

        def unused(x):
            return missing

        @functools.lru_cache
        def sigmoid(x):
            return logistic(x)

        logistic = lambda x: ONE / (ONE + np.exp(-x))

        def f(X):
            return sigmoid(X)
        """,
        """
        import functools
        import numpy as np
        ONE = 1.0
        @functools.lru_cache
        def sigmoid(x):
            return logistic(x)
        logistic = lambda x: ONE / (ONE + np.exp(-x))
        """,
    ),
    Closure(
        "helpers that call each other",
        """
        def even(n):
            return n == 0 or odd(n - 1)

        def odd(n):
            return n != 0 and even(n - 1)

        def f(X):
            return even(X)
        """,
        """
        def even(n):
            return n == 0 or odd(n - 1)
        def odd(n):
            return n != 0 and even(n - 1)
        """,
    ),
    Closure(
        "annotations and defaults are reads",
        """
        from typing import Optional
        import numpy as np
        from numpy.typing import ArrayLike, DTypeLike, NDArray
        EPS = 1e-8

        def f(X: NDArray, y: "ArrayLike" = None, *, eps: Optional[float] = EPS) -> np.ndarray:
            return X
        """,
        """
        from typing import Optional
        import numpy as np
        from numpy.typing import ArrayLike
        from numpy.typing import NDArray
        EPS = 1e-8
        """,
    ),
    Closure(
        "what is not installed is for types alone, where nothing else reads it",
        """
        import numpy as np
        from absent.types import Floats2d, Ints1d, Ragged
        import absent.api as api

        def f(X: Floats2d, y: "Ints1d") -> api.Model:
            return np.sum(X)
        """,
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from absent.types import Floats2d
            from absent.types import Ints1d
            import absent.api as api
        import numpy as np
        """,
    ),
    Closure(
        "what is not installed and read by the code is imported",
        """
        from absent.types import Floats2d, get

        def f(X: Floats2d):
            return get(X)
        """,
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from absent.types import Floats2d
        from absent.types import get
        """,
    ),
    Closure(
        "a guarded import is taken with its guard",
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        try:
            import cupy as xp
        except ImportError:
            import numpy as xp
        if TYPE_CHECKING:
            from numpy.typing import NDArray

        def f(X: NDArray, y: Unknown):
            return xp.sum(X)
        """,
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        try:
            import cupy as xp
        except ImportError:
            import numpy as xp
        if TYPE_CHECKING:
            from numpy.typing import NDArray
        """,
    ),
    Closure(
        "local names, attributes and builtins are no reads of the file",
        """
        import numpy as np
        total = weight = X = 1
        k = 2

        def f(X):
            total = sum(x * k for k, x in enumerate(X))
            return total.weight
        """,
        "",
    ),
    Closure(
        "the function itself, and what it is called in a main block, are no definitions",
        """
        def f(X):
            return f(X - 1)

        if __name__ == "__main__":
            X = 3
        """,
        "",
    ),
)


@pytest.mark.parametrize("case", CLOSURES, ids=lambda case: case.id)
def test_what_is_taken_of_a_file(case: Closure, tmp_path: Path) -> None:
    found = target(tmp_path, case.file)
    taken = "".join(definition.source for definition in found.definitions)
    assert taken == dedent(case.taken).lstrip("\n")
    assert found.module == taken + found.source


def test_each_definition_knows_what_it_sets_and_reads(tmp_path: Path) -> None:
    found = target(
        tmp_path,
        """
        import numpy as np
        LOW, HIGH = 0, 1

        def clip(x):
            return np.clip(x, LOW, HIGH)

        def f(X):
            return clip(X)
        """,
    )
    assert [(d.names, d.reads) for d in found.definitions] == [
        (("np",), frozenset()),
        (("LOW", "HIGH"), frozenset()),
        (("clip",), frozenset({"np", "LOW", "HIGH"})),
    ]


def test_the_text_of_the_function_is_the_users(tmp_path: Path) -> None:
    found = target(
        tmp_path,
        '''
        """A module."""
        def f(X):
            return 0

        @decorated(
            by=unknown)
        def f(X, # the data
              k=1):
            """Doc."""

            # why
            return X * k  # what

        after = 1
        ''',
    )
    assert found.line == 8
    assert found.source == dedent(
        '''\
        def f(X, # the data
              k=1):
            """Doc."""

            # why
            return X * k  # what
        '''
    )


def test_parameters_are_as_the_user_wrote_them(tmp_path: Path) -> None:
    found = target(
        tmp_path, "def f(X: 'n d', /, y, k: float = 1e-8, *, axis=-1, eps: float):\n  return X"
    )
    assert found.parameters == (
        Parameter("X", annotation="'n d'"),
        Parameter("y"),
        Parameter("k", annotation="float", default="1e-8"),
        Parameter("axis", default="-1"),
        Parameter("eps", annotation="float"),
    )


def test_nothing_of_the_file_is_executed(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    text = f"""
    import numpy as np
    open({str(trace)!r}, "w").write("trained")
    rate = 0.1

    def f(X):
        return np.sum(X)

    w = np.zeros(3)
    while True:
        w = w - rate * f(w)
    """
    assert [d.source for d in target(tmp_path, text).definitions] == ["import numpy as np\n"]
    assert not trace.exists()


ENCODINGS = {
    "line ends of Windows": b"E = 2\r\ndef f(X):\r\n    return X * E  # e\r\n",
    "a byte order mark": b"\xef\xbb\xbfE = 2\ndef f(X):\n    return X * E  # e\n",
    "tabs": b"E = 2\ndef f(X):\n\treturn X * E  # e\n",
    "no line feed at the end": b"E = 2\ndef f(X):\n    return X * E  # e",
    "a coding cookie": b"# coding: latin-1\nE = 2  # \xe9\ndef f(X):\n    return X * E  # e\n",
    "a form feed": b"E = 2\n\x0cdef f(X):\n    return X * E  # e\n",
}


@pytest.mark.parametrize("text", ENCODINGS.values(), ids=ENCODINGS)
def test_text_as_cpython_reads_it(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "losses.py"
    file.write_bytes(text)
    found = find(str(file), "f")
    assert found.source.expandtabs(4).lstrip("\f") == "def f(X):\n    return X * E  # e\n"
    assert [definition.names for definition in found.definitions] == [("E",)]
