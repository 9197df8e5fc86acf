"""What cannot be found in a file, and how that is said: names, functions, and files themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from targets import failure, target

from refactorer.errors import Place, Refused, Usage
from refactorer.reading.target import find

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
def test_a_name_that_cannot_be_had_is_refused_at_its_place(
    text: str, reason: str, line: int, column: int, tmp_path: Path
) -> None:
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
