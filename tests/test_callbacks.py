"""The callbacks of small functions, from the source to the lines that are printed."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent, indent

import pytest

from refactorer.judging.verify import judge
from refactorer.pipeline.run import refactor, silent
from refactorer.request import Request

# A body of a function of x and y, and what its callback does.
TUPLES = {
    "a sum beside what it sums": (
        "return np.sum(x * y), x * y",
        """
        d_dot, d_xy = d_out
        common = d_dot + d_xy
        return (y * common, x * common)
        """,
    ),
    "one part": (
        "return (x * y,)",
        """
        d_xy, = d_out
        return (d_xy * y, d_xy * x)
        """,
    ),
    "an argument that is handed on": (
        "return x, x * y",
        """
        d_x, d_xy = d_out
        return (d_x + d_xy * y, d_xy * x)
        """,
    ),
    "what has no cotangent": (
        "k = np.argmax(x)\nreturn k, x * y, x.shape[0]",
        """
        _, d_xy, _ = d_out
        return (d_xy * y, d_xy * x)
        """,
    ),
    "a tuple in a tuple, which has a name": (
        "stats = (np.sum(x), x - y)\nreturn x * y, stats",
        """
        d_xy, (d_x_sum, d_error) = d_out
        return (d_x_sum + d_error + d_xy * y, d_xy * x - d_error)
        """,
    ),
}


@pytest.mark.parametrize(("body", "lines"), TUPLES.values(), ids=TUPLES)
def test_outputs_that_are_tuples(body: str, lines: str, tmp_path: Path) -> None:
    # Pythons differ in the parentheses that they write around targets.
    assert callback(body, "callback", tmp_path) == ast.unparse(ast.parse(dedent(lines)))


@pytest.mark.parametrize("style", ["grad", "value-and-grad", "callbacks"])
@pytest.mark.parametrize(("body", "_"), TUPLES.values(), ids=TUPLES)
def test_outputs_that_are_tuples_in_other_styles(
    body: str, _: str, style: str, tmp_path: Path
) -> None:
    assert callback(body, style, tmp_path)


def test_a_cotangent_has_the_name_of_its_value(tmp_path: Path) -> None:
    body = "part = (x - 3 * y) * (x - x * y)\nreturn y / (part + y**2 - x)"
    lines = callback(body, "callback", tmp_path).splitlines()
    assert lines[0] == "d_diff = -d_out * out / diff"


def callback(body: str, style: str, tmp_path: Path) -> str:
    """The body of the callback that is printed for a function, which is judged."""
    path = tmp_path / "source.py"
    path.write_text(f"import numpy as np\n\n\ndef f(x, y):\n{indent(body, '    ')}\n")
    shapes = {"x": ("n",), "y": ("n",)}
    draft = refactor(Request(str(path), "f", ("all",), shapes, style=style), silent)
    verdict = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert verdict.right, verdict.reason
    function = next(n for n in ast.walk(ast.parse(draft.text)) if isinstance(n, ast.FunctionDef))
    inner = next((s for s in function.body if isinstance(s, ast.FunctionDef)), function)
    return "\n".join(map(ast.unparse, inner.body))
