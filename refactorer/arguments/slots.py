"""What is known of each parameter before anything is run: options, defaults, annotations."""

from __future__ import annotations

import ast
import builtins
import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass

from refactorer.arguments import dims, values
from refactorer.arguments.dims import Dims
from refactorer.arguments.hints import shape_annotations
from refactorer.arguments.plans import AT, FLOAT, KEPT, Input
from refactorer.errors import Usage

Kinds = tuple[str, ...]

NONE_GIVEN = inspect.Parameter.empty


@dataclass(frozen=True)
class Slot:
    """One parameter: its shape, as far as it is given, and the kinds of values that may be tried.

    An axis without a name is "?"; a shape of which nothing is said is None. `kinds` is empty where
    nothing is said of them; `fixed` is the input itself where nothing is to be tried. `optional`
    says that the default is None.
    """

    name: str
    differentiable: bool
    shape: Dims | None = None
    kinds: Kinds = ()
    fixed: Input | None = None
    optional: bool = False

    @property
    def open(self) -> bool:
        """Whether its rank is to be found."""
        return self.shape is None and self.fixed is None

    def input(self, shape: Dims) -> Input:
        """Return the input that it is with a shape."""
        return self.fixed or Input(self.name, shape, optional=self.optional)

    def choices(self, rank: int, bounds: Dims) -> Kinds:
        """Return the kinds of values to try, in turn; integers are told by the bounds."""
        if self.fixed:
            return (self.fixed.kind,)
        whole = values.integers(rank, bounds)
        said = tuple(one for k in self.kinds for one in (whole if k == "index" else (k,)))
        return said or values.kinds_to_try(rank, bounds, self.differentiable)


@dataclass(frozen=True)
class Said:
    """The shapes and values that the command's options and the signature give, by parameter."""

    shapes: Mapping[str, Dims]
    at: Mapping[str, str]
    annotations: Mapping[str, str]
    defaults: Mapping[str, object]

    def slot(self, name: str, differentiable: bool) -> Slot:
        """Return what is known of a parameter: by --at, --shape, its default, its annotation."""
        if name in self.at:
            given = expression(name, self.at[name], differentiable)
            return Slot(name, differentiable, fixed=given)
        default, noted = self.defaults[name], self.noted(name)
        if name in self.shapes and (self.shapes[name] or default is None or default is NONE_GIVEN):
            dims.names(self.shapes[name])
            kinds = noted.kinds if noted else ()
            return Slot(name, differentiable, self.shapes[name], kinds, optional=default is None)
        fixed = kept(name, default, differentiable)
        if fixed is None and noted:
            return Slot(name, differentiable, noted.shape, noted.kinds, optional=default is None)
        return Slot(name, differentiable, fixed=fixed, optional=default is None)

    def noted(self, name: str) -> shape_annotations.Said | None:
        """Return what the parameter's annotation says."""
        return shape_annotations.read(self.annotations.get(name, ""))


def kept(name: str, default: object, differentiable: bool) -> Input | None:
    """Return the input that a default is; None for no default and for a None to be replaced."""
    if default is NONE_GIVEN or (default is None and differentiable):
        return None
    if differentiable and (isinstance(default, bool | str | bytes | dict) or callable(default)):
        reason = f"`{name}` is {default!r} where nothing else is given, which is no float"
        hint = f"Leave it out of --wrt, or say values with --at, such as --at '{name}=1.0'"
        raise Usage(reason, hint, code="not-a-float")
    if is_number(default) and (isinstance(default, float) or differentiable):
        return Input(name, (), FLOAT, repr(float(default)))  # type: ignore[arg-type]
    return Input(name, (), KEPT, literal_text(default))


def is_number(default: object) -> bool:
    """Tell whether a default is a number that can be moved a little: no bool, no infinity."""
    return isinstance(default, int | float) and type(default) is not bool and math.isfinite(default)


def literal_text(default: object) -> str:
    """Return the text of a default that is a literal; empty if it is none."""
    if isinstance(default, int | str | bytes | tuple | list | dict | None):
        try:
            return repr(default) if ast.literal_eval(repr(default)) == default else ""
        except (ValueError, SyntaxError):
            return ""
    return ""


def expression(name: str, text: str, differentiable: bool) -> Input:
    """Return the input that an expression gives; Usage if it is none."""
    try:
        compile(text, "--at", "eval")
    except SyntaxError as error:
        raise Usage(f"--at '{name}={text}' is no expression: {error.msg}") from None
    if unknown := sorted(names_called(text) & {*sizes_read(text)}):
        reason = f"--at {name}: there is no function `{unknown[0]}`"
        raise Usage(f"{reason}. It may read np, rng, and the names of sizes")
    return Input(name, (), AT, f"({text}) * 1.0" if differentiable else text)


def names_called(text: str) -> set[str]:
    """Return the names that an expression calls."""
    nodes = ast.walk(ast.parse(text, mode="eval"))
    return {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def sizes_read(text: str) -> list[str]:
    """Return the names in an expression that stand for sizes."""
    nodes = list(ast.walk(ast.parse(text, mode="eval")))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = {"np", "rng", *stored, *dir(builtins), *(n.arg for n in nodes if isinstance(n, ast.arg))}
    return [n.id for n in nodes if isinstance(n, ast.Name) and n.id not in own]
