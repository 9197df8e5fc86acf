"""What is told of the places where a function is finite and its gradient is not, or has a kink."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from commands import command
from test_golden import GOLDEN, requests

from refactorer.adjoint import parameters
from refactorer.arguments.plans import Plan
from refactorer.differentiation.differentiate import compiled
from refactorer.draft import Draft, Note
from refactorer.execution.evaluation import copied, cotangent, floats, fresh, quiet
from refactorer.flow.straight import is_straight
from refactorer.judging.contract import matched
from refactorer.judging.emitted import Emitted, defined
from refactorer.judging.fragility.blame import blamed, quoted
from refactorer.judging.fragility.edges import Edge, edges
from refactorer.judging.fragility.kinks import Line, side
from refactorer.judging.fragility.weaknesses import weaknesses
from refactorer.pipeline.drafting import draft
from refactorer.pipeline.run import refactor, silent
from refactorer.pipeline.work import Work
from refactorer.request import Request

SAMPLES = Path(__file__).parent.parent / "samples"
Shapes = Mapping[str, tuple[str, ...]]
N: Shapes = {"x": ("n",)}
ND: Shapes = {"x": ("n", "d")}
BOTH: Shapes = {"x": ("n",), "y": ("n",)}
HELPS = "divides by 0; a small constant keeps it finite, as in"
ELSE = "np.where can choose another value there"


def drafted(source: str, shapes: Shapes, style: str = "callback") -> Draft:
    """Return the printed code of a function `f`."""
    text = f"import numpy as np\n\n\n{dedent(source)}"
    return refactor(Request("f.py", "f", ("all",), shapes, text=text, style=style), silent)


def told(source: str, shapes: Shapes) -> list[str]:
    """Return what those are told who ask for no details."""
    return [note.text for note in weaknesses(drafted(source, shapes)) if not note.detail]


def function(expression: str, shapes: Shapes) -> str:
    return f"def f({', '.join(shapes)}):\n    return {expression}\n"


NOT_FINITE = {
    "np.sqrt(np.sum(x * x))": (
        N,
        "where x is 0, the gradient is nan: `return (d_out / out) * x` "
        f"{HELPS} `np.sqrt(np.sum(x * x) + 1e-12)`",
    ),
    "np.linalg.norm(x, axis=1)": (
        ND,
        "where a row of x is 0, the gradient is nan: `return (d_out / out)[:, None] * x` "
        f"{HELPS} `np.linalg.norm(x + 1e-08, axis=1)`",
    ),
    "np.sum(np.sqrt(x))": (
        N,
        "where an entry of x is 0, the gradient is infinite: `return 0.5 * d_out / root` "
        f"{HELPS} `np.sqrt(x + 1e-12)`",
    ),
    "np.sum(x**0.25)": (
        N,
        "where an entry of x is 0, the gradient is infinite: `return 0.25 * d_out / x**0.75` "
        f"{HELPS} `(x + 1e-12) ** 0.75`",
    ),
    "np.sqrt(np.sum((x - y) ** 2))": (
        BOTH,
        "where x and y are equal, the gradient is nan: `dx = (d_out / out) * error` "
        f"{HELPS} `np.sqrt(np.sum(error ** 2) + 1e-12)`",
    ),
    "np.sqrt(np.sum(x * x) + np.sum(y * y))": (
        BOTH,
        "where x and y are 0, the gradient is nan: `return (d_out / out) * x, (d_out / out) * y` "
        f"{HELPS} `np.sqrt(np.sum(x * x) + np.sum(y * y) + 1e-12)`",
    ),
    "np.sqrt(np.sum((x[0] - x[-1]) ** 2)) * x[0, 0] / x[0, 0]": (
        ND,
        "where two rows of x are equal, the gradient is nan",
    ),
    "np.sum(np.arcsin(x))": (
        N,
        "where an entry of x is 1, the gradient is infinite: `",
    ),
    "np.std(x)": (
        N,
        "where x is 0, the gradient is nan: `return (d_out / (x.size * out)) * (x - x.mean())` "
        f"{HELPS} `(np.var(x) + 1e-12) ** 0.5`",
    ),
    "np.std(x) * x[0] / x[0]": (N, "where all entries of x are equal, the gradient is nan"),
    "np.sum(np.tanh(np.exp(x)))": (
        N,
        "where x is about 1000, the gradient is nan: `return d_out * exp_x * (1 - tanh_exp_x**2)`; "
        f"{ELSE}",
    ),
    "np.sum(np.tanh(x**27 / np.exp(x**27)))": (
        N,
        "where an entry of x is -2, the gradient is nan",
    ),
    "np.sum(np.tanh(x**22))": (N, "where x is about 100 in float32, the gradient is nan"),
}


@pytest.mark.parametrize(("expression", "expected"), NOT_FINITE.items(), ids=NOT_FINITE)
def test_a_gradient_that_is_not_finite_is_told(
    expression: str, expected: tuple[Shapes, str]
) -> None:
    shapes, line = expected
    (found,) = told(function(expression, shapes), shapes)
    assert found.startswith(line)


def test_the_small_constant_that_is_told_of_helps() -> None:
    assert told(function("np.sqrt(np.sum(x * x) + 1e-12)", N), N) == []
    assert told(function("np.linalg.norm(x + 1e-08)", N), N) == []


KINKS = {
    "np.maximum(x, 0)": (N, "where an entry of x is 0, the gradient is as for x < 0"),
    "np.where(x >= 0, x, 0.1 * x)": (N, "where an entry of x is 0, the gradient is as for x > 0"),
    "np.sum(np.abs(x))": (
        N,
        "where an entry of x is 0, the gradient is halfway between both sides",
    ),
    "np.sum(np.minimum(x, 1))": (N, "where an entry of x is 1, the gradient is as for x > 1"),
    "np.abs(x - y)": (BOTH, "where x and y are equal, the gradient is halfway between both sides"),
    "np.where(x < y, 2 * x, 3 * x - y)": (
        BOTH,
        "where x and y are equal, the gradient is as for x > y",
    ),
    "np.median(x)": (N, "where two entries of x are equal, the gradient goes to one of them"),
    "np.sort(x)": (N, "where two entries of x are equal, the gradient goes to one of them"),
    "np.max(x)": (N, "where the largest entries of x are equal, the gradient is shared among them"),
    "np.min(x, axis=1)": (
        ND,
        "where the least entries of x are equal, the gradient is shared among them",
    ),
    "np.maximum(0, 1 - 2 * x)": (
        N,
        "where `1 - 2 * x` is 0, the gradient is as for `1 - 2 * x < 0`",
    ),
    "np.abs(np.exp(x) - 2 * y)": (
        BOTH,
        "where `np.exp(x) - 2 * y` is 0, the gradient is halfway between both sides",
    ),
    "np.where(x * y < 1, x, 2 * x - 1 / y)": (
        BOTH,
        "where `x * y` is 1, the gradient is as for `x * y > 1`",
    ),
    "np.clip(3 * x, None, 2)": (N, "where `3 * x` is 2, the gradient is as for `3 * x < 2`"),
    "np.sort(x)[-1]": (
        N,
        "where the largest entries of x are equal, the gradient goes to one of them",
    ),
}


@pytest.mark.parametrize(("expression", "expected"), KINKS.items(), ids=KINKS)
def test_the_side_of_a_kink_is_told(expression: str, expected: tuple[Shapes, str]) -> None:
    shapes, line = expected
    assert told(function(expression, shapes), shapes) == [line]


def test_shares_that_do_not_add_up_are_told() -> None:
    x = np.array([2.0, 2.0, 1.0])
    edge = Edge("the largest entries of {} are equal", "x", {"x": x}, "x", (0, 1))
    line = Line(lambda given: np.asarray(given["x"]).max(), edge, 2.0, 1.0)
    assert side(line, np.array([1.0, 1.0, 0.0])) == "the gradient goes to each of them in full"
    assert side(line, np.array([0.0, 0.0, 0.0])) == "the gradient goes to none of them"
    assert side(line, np.array([1.0, 0.0, 0.0])) == "the gradient goes to one of them"
    assert side(line, np.array([0.5, 0.5, 0.0])) == "the gradient is shared among them"


SILENT = ["tanh", "sin", "cosh", "square"]


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_told_of_what_is_smooth(name: str) -> None:
    assert told(function(f"np.{name}(x)", N), N) == []


def test_nothing_is_told_of_jumps_of_steep_places_and_of_what_is_nowhere_finite() -> None:
    assert told(function("np.where(x > 0, x + 1, x)", N), N) == []
    assert told(function("np.sum(np.abs(x) ** 1.1)", N), N) == []
    assert told(function("x / np.sqrt(np.sum(x * x))", N), N) == []


def test_an_empty_axis_at_which_the_text_raises_is_told() -> None:
    source = "def f(x):\n    d = x / len(x)\n    return float((d**2).sum())\n"
    (line,) = told(source, N)
    assert line.startswith("where n is 0, it raises ZeroDivisionError: `")


def test_axes_of_one_and_of_no_entry_are_tried() -> None:
    plan = Plan.from_json(drafted(function("np.sin(x)", ND), ND).plans[0])
    tried = edges(plan, ("x",), 0)
    found = {edge.words.format(edge.name): np.asarray(edge.arguments["x"]) for edge in tried}
    assert [found["n is 1"].shape[0], found["d is 1"].shape[1]] == [1, 1]
    assert [found["n is 0"].shape[0], found["d is 0"].shape[1]] == [0, 0]
    for words, x in found.items():
        assert x.dtype == ("float32" if "float32" in words else "float64")


def test_several_edges_with_one_cause_make_one_line() -> None:
    source = "np.sqrt(np.sum(x * x)) + np.sqrt(np.sum(y * y))"
    (line,) = told(function(source, BOTH), BOTH)
    assert line.startswith("where x or y is 0, the gradient is nan: `")


def test_what_is_far_out_and_what_is_too_much_is_a_detail() -> None:
    shapes = dict.fromkeys("abcd", ("n",))
    source = "(np.abs(a) + np.maximum(b, 0) + np.where(c < 0, 0.0, c) + np.max(d)) * np.sqrt(d @ d)"
    notes = list(weaknesses(drafted(function(source, shapes), shapes)))
    assert [note.detail for note in notes] == [False] * 3 + [True] * (len(notes) - 3)
    assert notes[0].text.startswith("where d is 0, the gradient is nan")
    (far,) = weaknesses(drafted(function("np.sum(np.tanh(x**4))", N), N))
    assert far.detail
    assert far.text.startswith("where x is about 1e15 in float32, the gradient is nan")


@pytest.mark.parametrize("style", ["callback", "callbacks", "grad", "value-and-grad"])
def test_the_line_is_found_in_every_style(style: str) -> None:
    (note,) = weaknesses(drafted(function("np.sqrt(np.sum(x * x))", N), N, style))
    assert "`return" in note.text
    assert HELPS in note.text


def test_a_line_that_passes_on_what_is_not_finite_is_not_the_one() -> None:
    text = dedent("""
        def f(x):
            def helper(g):
                return 2 * g

            def get_dx(g):
                kept = 1 + g
                return (
                    helper(g / x)
                    + kept
                )

            return x, get_dx
    """)
    pull = defined(text, "f")(np.zeros(2))[1]  # type: ignore[index]
    with quiet():
        blame = blamed(text, "f", lambda: pull(np.ones(2)))
    assert blame is not None
    assert blame.quoted == "return ( helper(g / x) + kept )"
    assert quoted("for i in range(3):\n    pass\n", 1) == "for i in range(3):"


def test_a_function_that_does_not_end_at_an_edge_is_left() -> None:
    found = refactor(Request(str(SAMPLES / "recurrent.py"), "square_root", ("a",)), silent)
    assert list(weaknesses(found)) == []


def test_a_function_that_raises_beside_an_edge_loses_nothing_but_that_edge() -> None:
    source = """
        def f(x):
            if len(x) > 1 and 0 < abs(x[0]) < 1e-5:
                raise LookupError("too near")
            return np.sqrt(np.sum(x * x)) + np.abs(x[0])
    """
    shown = told(source, N)
    assert [line.split(", ")[0] for line in shown] == ["where x is 0"]


def test_what_stands_in_a_file_already_is_not_told_of_again() -> None:
    found = drafted(function("np.sqrt(np.sum(x * x))", N), N)
    assert list(weaknesses(found))
    assert not list(weaknesses(replace(found, stands=True)))


def test_the_command_tells_it_on_stderr_and_not_where_it_is_to_be_quiet(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text(f"import numpy as np\n\n\n{function('np.linalg.norm(x)', N)}")
    line = (
        "where x is 0, the gradient is nan: `return (d_out / out) * x` "
        f"{HELPS} `np.linalg.norm(x + 1e-08)`"
    )
    ask = ("f.py:f", "--shape", "x=n")
    run = command(tmp_path, *ask)
    assert run.returncode == 0
    assert run.stderr == f"{line}\n"
    assert line not in run.stdout
    assert command(tmp_path, "-q", *ask).stderr == ""
    assert json.loads(command(tmp_path, "--json", *ask).stdout)["results"][0]["notes"] == [line]
    assert command(tmp_path, "-i", *ask).stderr.startswith(f"{line}\n")
    assert line not in command(tmp_path, "--check", "f.py").stderr


STRAIGHT = [request for request in requests() if request.style == "callback"]


@pytest.mark.parametrize("request_", STRAIGHT, ids=lambda r: r.name)
def test_nothing_is_lost_that_the_first_draft_has(request_: Request) -> None:
    """Where the printed gradient is not finite, short of where float32 ends, tangent's is not."""
    work = Work.of(request_)
    if not is_straight(work.subject):
        pytest.skip("tangent does not write it in one piece")
    chosen = work.plans[0]
    text = (GOLDEN / f"{Path(request_.file).stem}.{request_.name}.callback.py").read_text()
    ours = Emitted.read(text, request_.name, "callback", work.wrt, work.function)
    adjoint = work.adjoint(chosen)
    first = compiled(adjoint.code, work.namespace)
    names = dict(zip(work.names, parameters(adjoint.primal.code), strict=True))

    def plain(given: Any, weights: object) -> object:
        return first(**{names[n]: copied(v) for n, v in given.items()}, **{adjoint.seed: weights})

    for edge in edges(chosen, work.wrt, 0):
        with quiet():
            try:
                output = fresh(work.function)(edge.arguments)
            except ValueError:  # of an empty axis
                continue
            if edge.far or not floats(output).size or not np.isfinite(floats(output)).all():
                continue
            weights = matched(cotangent(output, np.random.default_rng(0)), output)
            found = ours.open({n: copied(v) for n, v in edge.arguments.items()})[1](weights)
            if not np.isfinite(floats(found)).all():
                theirs = floats(plain(edge.arguments, weights))
                assert not np.isfinite(theirs).all(), edge.words


def test_a_draft_is_all_that_it_takes() -> None:
    request = Request(str(SAMPLES / "losses.py"), "L2_norm")
    work = Work.of(request)
    found = draft(work, (GOLDEN / "losses.L2_norm.callback.py").read_text(), work.plans)
    assert [type(note) for note in weaknesses(Draft.from_json(found.as_json()))] == [Note]
