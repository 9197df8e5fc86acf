"""Methods as functions: without their object, and refused where they read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from targets import failure, target

from refactorer.errors import Place, Refused
from refactorer.reading.target import Parameter

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
