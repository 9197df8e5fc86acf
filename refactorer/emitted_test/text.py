"""The text of a test: the printed code or its import, the cases, and the comparison."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from refactorer.request import WITH_ONES

Row = Mapping[str, Any]

TEXT = Template('''\
"""Checks the gradient of $function against central differences of its output."""

$imports

$code

$CASES = [
    $cases
]


def $drawn(rng$sizes):
    """Return arguments such as the gradient was verified at."""
    return {$arguments}


def $typed(arguments, dtype):
    """Return arguments with their floating-point arrays in a precision."""
    floats = [n for n, x in arguments.items() if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    return {**arguments, **{name: arguments[name].astype(dtype) for name in floats}}


def $differences(number, arguments, name):
    """Return the slope of a number along each entry of an argument."""
    value = np.array(arguments[name], dtype=float)
    slopes = np.empty_like(value)
    for index in np.ndindex(value.shape):
        step = np.zeros_like(value)
        step[index] = 1e-5 * max(1.0, abs(value[index]))
        above = number({**arguments, name: value + step})
        below = number({**arguments, name: value - step})
        slopes[index] = (above - below) / (2 * step[index])
    return slopes


@pytest.mark.parametrize("dtype", $dtypes)
@pytest.mark.parametrize("case", $CASES, ids=str)
def test_gradient_of_$function(case, dtype):
    rng = np.random.default_rng(0)
    arguments = $typed($drawn(rng, **case), dtype)
    $call
    exact = $typed(arguments, "float64")
    tolerance = {"float64": 1e-6, "float32": 5e-3}[dtype]

    def number(given):
        $number

    for name, gradient in gradients.items():
        slopes = $differences(number, exact, name)
        assert np.shape(gradient) == slopes.shape$of_dtype
        allowed = tolerance * (np.abs(slopes).max() + 1e-3)
        np.testing.assert_allclose(gradient, slopes, rtol=0, atol=allowed, err_msg=name)
''')
OF_DTYPE = """
        if isinstance(arguments[name], np.ndarray):
            assert gradient.dtype == dtype"""
RANDOM = "d_out = rng.normal(size=np.shape(output)).astype(np.result_type(output))"
RANDOM_PARTS = """\
d_out = tuple(
        rng.normal(size=np.shape(part)).astype(np.result_type(part)) for part in output
    )"""
# By style: the call of the printed function {f}, and its gradients, of one input and of several.
CALLS = {
    "callback": ("output, backprop = {f}(**arguments)", "backprop(d_out)", "backprop(d_out)"),
    "callbacks": (
        "output, pullbacks = {f}(**arguments)",
        "pullbacks(d_out)",
        "(pullback(d_out) for pullback in pullbacks)",
    ),
    "grad": (
        "output = {own}(**arguments)",
        "{f}(**arguments, {seed}=d_out)",
        "{f}(**arguments, {seed}=d_out)",
    ),
    "value-and-grad": ("output, gradient = {f}(**arguments)", "gradient", "gradient"),
}


@dataclass(frozen=True)
class TestContents:
    """The contents of a test: the code that it checks, how that is called, and the cases.

    `own` is the user's function, which is called where the code returns gradients alone, and `seed`
    the parameter that then takes the cotangent. `inputs` are expressions that draw the arguments.
    `several` says that the output is a tuple.
    """

    code: str
    function: str
    style: str
    wrt: Sequence[str]
    own: str
    seed: str
    several: bool
    sizes: Sequence[str]
    inputs: Mapping[str, str]
    cases: Sequence[Row]
    dtypes: Sequence[str] = ("float64", "float32")
    keeps_dtype: bool = True

    @property
    def text(self) -> str:
        """The test, not yet laid out."""
        head, rest = imports_and_rest(self.code)
        taken = {node.id for node in ast.walk(ast.parse(self.code)) if isinstance(node, ast.Name)}
        taken |= {*self.sizes, self.function, self.own}
        ours = {name: unlike(name, taken) for name in OURS}
        arguments = [f"{name!r}: {text}" for name, text in self.inputs.items()]
        if self.has_options:
            arguments.append("**options")
        return TEXT.substitute(
            ours,
            function=self.function,
            imports="\n".join(head),
            code=rest,
            cases="".join(f"{dict(case)!r},\n    " for case in self.cases),
            sizes="".join(f", {name}" for name in self.sizes) + ", **options" * self.has_options,
            arguments="".join(f"{text}, " for text in arguments),
            dtypes=repr(list(self.dtypes)),
            call="\n    ".join(self.call),
            number=self.number,
            of_dtype=OF_DTYPE if self.keeps_dtype else "",
        )

    @property
    def has_options(self) -> bool:
        """Whether some case says more than sizes."""
        return any(set(case) - set(self.sizes) for case in self.cases)

    @property
    def call(self) -> list[str]:
        """The lines that make the gradients, by the names of the inputs."""
        opened, one, several = CALLS[self.style]
        wrt = list(self.wrt)
        gathered = f"dict(zip({wrt!r}, {several}, strict=True))"
        found = f"{{{{{wrt[0]!r}: {one}}}}}" if len(wrt) == 1 else gathered
        names = {"f": self.function, "own": self.own, "seed": self.seed}
        return [opened.format(**names), self.cotangent, f"gradients = {found}".format(**names)]

    @property
    def cotangent(self) -> str:
        """The lines that draw the gradient of the output."""
        if self.style in WITH_ONES:
            return "d_out = 1.0"
        return RANDOM_PARTS if self.several else RANDOM

    @property
    def number(self) -> str:
        """The lines that return the number that differences are taken of."""
        output = f"{self.own}(**given)" if self.style == "grad" else f"{self.function}(**given)[0]"
        if self.several:
            return f"return sum(np.sum(d * part) for d, part in zip(d_out, {output}))"
        return f"return np.sum(d_out * {output})"


OURS = ("CASES", "drawn", "typed", "differences")


def unlike(name: str, taken: set[str]) -> str:
    """Return a name that is not taken."""
    while name in taken:
        name += "_"
    return name


def imports_and_rest(code: str) -> tuple[list[str], str]:
    """Return the imports of code, with those of a test, and what is left of it."""
    lines = code.splitlines()
    found: list[str] = []
    for node in reversed(ast.parse(code).body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.insert(0, "\n".join(lines[node.lineno - 1 : node.end_lineno]))
            del lines[node.lineno - 1 : node.end_lineno]
    future = [line for line in found if line.startswith("from __future__ ")]
    return [*dict.fromkeys([*future, *NEEDED, *found])], "\n".join(lines)


NEEDED = ("import numpy as np", "import pytest")
