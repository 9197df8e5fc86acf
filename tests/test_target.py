"""The target: what is found in a file, and how what cannot be found is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from refactorer.errors import Place, RefactorError, Refused, Usage
from refactorer.target import Parameter, Target, find


def target(tmp_path: Path, text: str, name: str = "f") -> Target:
    file = tmp_path / "losses.py"
    file.write_text(dedent(text), encoding="utf-8")
    return find(str(file), name)


def failure(tmp_path: Path, text: str, name: str = "f") -> RefactorError:
    with pytest.raises(RefactorError) as raised:
        target(tmp_path, text, name)
    return raised.value


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


def test_parameters(tmp_path: Path) -> None:
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


REFUSED = {
    "a misspelt constant": ("def f(X):\n    return X * esp", "`esp` is neither set", 2, 16),
    "a name of a helper's": (
        "def g(x):\n    return gone * x\ndef f(X):\n    return g(X)",
        "`gone` is neither set",
        2,
        12,
    ),
    "a star import": (
        "from numpy import *\ndef f(X):\n    return exp(X)",
        "`exp` may come from `from numpy import *`",
        3,
        12,
    ),
    "a builtin that a star import may replace": (
        "from numpy import *\ndef f(X):\n    return sum(X)",
        "`sum` may come from `from numpy import *`",
        3,
        12,
    ),
    "a relative import": (
        "from .layers import relu\ndef f(X):\n    return relu(X)",
        "`relu` comes from `from .layers import relu`",
        3,
        12,
    ),
    "data that is read": (
        "import numpy as np\nW = np.load('W.npy')\ndef f(X):\n    return X @ W",
        "`W` is set on line 2 by code that would have to run",
        4,
        16,
    ),
    "a random constant": (
        "import numpy as np\nW = np.random.normal(size=3)\ndef f(X):\n    return X @ W",
        "`W` is set on line 2",
        4,
        16,
    ),
    "a constant that a loop changes": (
        "r = 1\nfor i in range(3):\n    r *= 2\ndef f(X):\n    return X * r",
        "`r` is set on line 2",
        5,
        16,
    ),
    "a default that nothing sets": (
        "def f(X, e=EPS):\n    return X",
        "`EPS` is neither set",
        1,
        12,
    ),
    "a place behind characters of several bytes": (
        "def f(X):\n    return 'é' + gone",
        "`gone` is neither set",
        2,
        18,
    ),
    "an async function": ("async def f(X):\n    return X", "`f` is async", 1, 1),
}


@pytest.mark.parametrize(("text", "reason", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_refusals(text: str, reason: str, line: int, column: int, tmp_path: Path) -> None:
    error = failure(tmp_path, text)
    assert isinstance(error, Refused)
    assert error.reason.startswith(reason)
    assert error.hint
    assert error.place == Place(str(tmp_path / "losses.py"), line, column)


def test_a_star_import_is_no_hindrance_to_what_is_set_explicitly(tmp_path: Path) -> None:
    text = "from os.path import *\nimport numpy as np\ndef f(X):\n    return np.exp(X)"
    assert target(tmp_path, text).module.startswith("import numpy as np\n")


NAMES = {
    "a misspelling": ("cosine_los", "Did you mean `cosine_loss`?"),
    "nothing like it": ("hinge", "It has `cosine_loss`, `dot`, `Layer.forward`"),
    "a method": ("forward", "Did you mean `Layer.forward`?"),
    "no function": ("EPS", "It has `cosine_loss`, `dot`, `Layer.forward`"),
    "a class": ("Layer", "It is a class, with the methods `Layer.forward`"),
    "a function in another": ("inner", "Move the one on line 10 there"),
}


@pytest.mark.parametrize(("name", "hint"), NAMES.values(), ids=NAMES)
def test_a_wrong_name(name: str, hint: str, tmp_path: Path) -> None:
    text = """\
    EPS = 1e-8
    def cosine_loss(X): pass
    def dot(X): pass

    class Layer:
        def forward(self, X): pass

    relu = lambda X: X * (X > 0)
    if EPS:
        def inner(X): pass
    """
    error = failure(tmp_path, text, name)
    assert isinstance(error, Usage)
    assert error.reason == f"{tmp_path / 'losses.py'} has no function `{name}` at its top level"
    assert error.hint == hint


def test_a_file_without_functions(tmp_path: Path) -> None:
    assert failure(tmp_path, "x = 1").hint == "It has no function there"


SYNTAX = {
    "an open parenthesis": ("def f(X):\n    return (X", 2, 12),
    "a return outside": ("x = 1\nreturn x", 2, 1),
    "bad indentation": ("def f(X):\nreturn X", 2, 1),
    "an assignment to a call": ("def f(X):\n    g() = é = 3", 2, 5),
}


@pytest.mark.parametrize(("text", "line", "column"), SYNTAX.values(), ids=SYNTAX)
def test_a_syntax_error_has_its_place(text: str, line: int, column: int, tmp_path: Path) -> None:
    error = failure(tmp_path, text)
    assert isinstance(error, Usage)
    assert error.place == Place(str(tmp_path / "losses.py"), line, column)


def test_warnings_of_the_parser_are_not_said(tmp_path: Path) -> None:
    assert target(tmp_path, 'def f(X):\n    "\\d"\n    assert (X, 1)\n    return X').name == "f"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"x = '\xff'")
    (tmp_path / "null.py").write_bytes(b"x = 1\0")
    (tmp_path / "cookie.py").write_bytes(b"# coding: klingon\n")
    reasons = {
        "gone.py": "there is no file",
        ".": "is a folder",
        "bytes.py": "is not text that Python can read",
        "cookie.py": "is not text that Python can read",
        "null.py": "null byte",
    }
    for name, reason in reasons.items():
        with pytest.raises(Usage) as raised:
            find(str(tmp_path / name), "f")
        assert reason in raised.value.reason


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("def f(weights):\n    return wieghts", "weights"),
        ("EPSILON = 1\ndef f(X):\n    return X * EPISLON", "EPSILON"),
        ("def f(X):\n    return maxx(X)", "max"),
    ],
)
def test_a_misspelt_name_is_spelled(text: str, meant: str, tmp_path: Path) -> None:
    error = failure(tmp_path, text)
    assert (error.code, error.hint) == ("unknown-name", f"Did you mean `{meant}`?")


METHODS = '''\
import numpy as np

class Layer:
    def plain(self, X, k=2):
        """The square.

        Of X.
      Or so.
        """
        # a comment
        return X ** k

    @classmethod
    def of_class(
        cls,  # unused
        X: "n d",
    ): return X * 2

    @staticmethod
    @np.vectorize
    def static(X, *, k): return X

    def alone(self): return 1

    def reads(self, X):
        é = 1; return self.w * X

    def asks(self, X):
        return super().plain(X)

    class Inner:
        def deep(this, X): return X
'''
PLAIN = '''\
def plain(X, k=2):
    """The square.

    Of X.
  Or so.
    """
    # a comment
    return X ** k
'''
OF_CLASS = """\
def of_class(
    # unused
    X: "n d",
): return X * 2
"""


@pytest.mark.parametrize(
    ("name", "line", "source", "parameters"),
    [
        ("plain", 4, PLAIN, [Parameter("X"), Parameter("k", default="2")]),
        ("of_class", 14, OF_CLASS, [Parameter("X", '"n d"')]),
        (
            "static",
            21,
            "def static(X, *, k): return X\n",
            [Parameter("X"), Parameter("k")],
        ),
        ("alone", 23, "def alone(): return 1\n", []),
        ("Inner.deep", 32, "def deep(X): return X\n", [Parameter("X")]),
    ],
)
def test_a_method_is_a_function_without_its_object(
    name: str, line: int, source: str, parameters: list[Parameter], tmp_path: Path
) -> None:
    found = target(tmp_path, METHODS, f"Layer.{name}")
    assert (found.name, found.line, found.source) == (
        name.rsplit(".", maxsplit=1)[-1],
        line,
        source,
    )
    assert [*found.parameters] == parameters
    assert found.place(1, 1) == Place(found.file, line, 9 if "." in name else 5)


@pytest.mark.parametrize(("name", "line", "column"), [("reads", 26, 23), ("asks", 29, 16)])
def test_a_method_that_reads_its_object_is_refused(
    name: str, line: int, column: int, tmp_path: Path
) -> None:
    error = failure(tmp_path, METHODS, f"Layer.{name}")
    assert isinstance(error, Refused)
    assert error.code == "reads-state"
    assert error.place == Place(str(tmp_path / "losses.py"), line, column)


def test_what_is_not_as_in_the_file_is_said(tmp_path: Path) -> None:
    assert target(tmp_path, METHODS, "Layer.static").remarks == (
        "Layer.static is printed as a function: it reads nothing of its class",
        "@np.vectorize is left out: the gradient is that of `Layer.static` without it",
    )
    assert target(tmp_path, "@cached(size=3)\ndef f(X):\n    return X").remarks == (
        "@cached(size=3) is left out: the gradient is that of `f` without it",
    )


def test_a_name_that_is_unknown_in_a_method_has_its_place(tmp_path: Path) -> None:
    error = failure(tmp_path, "class C:\n    def f(self, X):\n        return X * gone", "C.f")
    assert error.place == Place(str(tmp_path / "losses.py"), 3, 20)
