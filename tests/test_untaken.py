"""What no primal is made of: refused, with the reason, a hint and the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from primals import file_of, primal

from refactorer.errors import Place, Refused

REFUSED = {
    "for i in range(3):\n    pass": "a loop is not taken",
    "while X:\n    X = X - 1": "a loop is not taken",
    "if X > 0:\n    X = 0": "a branch is not taken",
    "Y = X if X > 0 else -X": "a conditional expression is not taken",
    "Y = X.sum() or X": "`and` or `or` is not taken",
    "Y = [x * 2 for x in X]": "a comprehension is not taken",
    "Y = sum(x for x in X)": "a comprehension is not taken",
    "Y = X * 2\nassert all(Y > 0 for Y in X)": "this hides a value of the function",
    "Y = lambda x: x": "a lambda is not taken",
    "def g(x): return x": "a function inside a function is not taken",
    "with open(X) as file: pass": "a `with` block is not taken",
    "with np.errstate() as old: pass": "a `with` block is not taken",
    "try: pass\nfinally: pass": "a `try` block is not taken",
    "raise ValueError": "a `raise` is not taken",
    "yield X": "a generator is not taken",
    "global np": "a `global` statement is not taken",
    "import os": "this import inside a function is not taken",
    "Y = (Z := X)": "an assignment inside an expression is not taken",
    "Y = {X: X}": "a dict is not taken",
    "Y = {'a': X}\nY = Y['b']": "`Y['b']` is not taken",
    "return {'a': X}": "`return {'a': X}` is not taken",
    "X.sort()": "`X.sort` may change a value in place",
    "np.exp(X)": "a statement whose value is not used is not taken",
    "np.exp(X, out=X)": "`out=` is not taken",
    "X[0] = 1": "an assignment to `X[0]` is not taken",
    "X[0] += 1": "an assignment to `X[0]` is not taken",
    "X.y = 1": "an assignment to `X.y` is not taken",
    "a, *b = X": "a starred expression is not taken",
    "(a, b), c = (X, X, X), 1": "`(a, b)` is not taken",
    "X += 1": "this may change `X` in place",
    "Y = X * 2\nZ = Y\nY -= 1": "this may change `Z` in place",
    "Y = helper(X)": "a call of `helper` is not taken",
    "Y = f(X)": "a call of `f` is not taken",
    "Y = np.sum(helper)": "`helper` is a function, which is not taken as a value",
    "Y = X + Z\nZ = 1": "`Z` is read before it is set",
    "Y = X.unknown": "`X.unknown` is not taken",
    "Y = X.unknown(1)": "`X.unknown(1)` is not taken",
    "Y = X(1)": "`X(1)` is not taken",
    "Y = np.r_[0:X]": "`np.r_[0:X]` is not taken",
    "Y = np.r_['0', X]": "`np.r_['0', X]` is not taken",
    "Y = np.sum(**X)": "`np.sum(**X)` is not taken",
    "Y = np.sum(*X)": "`np.sum(*X)` is not taken",
    "Y = max(X, key=len)": "`max(X, key=len)` is not taken",
    "Y = np.exp(X, out=X)": "`out=` is not taken",
    "Y = X * np.random.normal(size=3)": "a random draw is not taken",
    "Y = np.abs(np.exp(1j * X))": "a complex number is not taken",
    "Y = np.abs(np.fft.rfft(X))": "a Fourier transform is not taken",
    "Y = X * mask": "`mask` collides with a name of tangent's",
    "return": "`return` is not taken",
    "return [X, X]": "`return [X, X]` is not taken",
    "return X, {'a': X}": "a dict is not taken",
    "pass": "`f` returns nothing",
}


@pytest.mark.parametrize(("lines", "reason"), REFUSED.items(), ids=REFUSED)
def test_what_is_not_taken_is_refused_with_a_way_out(
    lines: str, reason: str, tmp_path: Path
) -> None:
    head = "import numpy as np\nmask = np.ones(3)\ndef helper(x): return x\n@decorated\ndef f(X):\n"
    indented = "".join(f"    {line}\n" for line in lines.split("\n"))
    with pytest.raises(Refused) as raised:
        primal(head + indented, tmp_path)
    assert raised.value.reason == reason
    assert raised.value.hint
    assert raised.value.place
    assert raised.value.place.line > 4


def test_an_expression_that_is_nested_too_deeply(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nested too deeply"):
        primal(file_of(f"X\nreturn {'-' * 900}X"), tmp_path)


def test_an_expression_with_many_terms(tmp_path: Path) -> None:
    found = primal(file_of(f"X\nreturn {' + '.join('X' * 400)}"), tmp_path)
    assert len(found.code.splitlines()) == 401


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("decorated = abs\n\n@decorated\ndef f(X):\n    # why\n    return X + g(X)\ng = 1", 6, 16),
        ("def f(X):\n\treturn 'é' * X.unknown", 2, 15),
        ("def f(X, *Y):\n    return X", 1, 11),
        ("def f(X, **options):\n    return X", 1, 12),
        ("def f(X):\n    Y = (X +\n         (yield))", 3, 11),
    ],
)
def test_the_place_of_a_refusal_is_in_the_file(
    text: str, line: int, column: int, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as raised:
        primal(text, tmp_path)
    assert raised.value.place == Place(str(tmp_path / "losses.py"), line, column)
