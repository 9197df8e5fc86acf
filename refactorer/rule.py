"""What a rule is, and the examples that are its documentation and its tests."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any, ClassVar

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.primal.normalise import Primal
from refactorer.reading.target import Target
from refactorer.shapes import Array
from refactorer.syntax.expressions import UnknownShape, code, shape_of
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement

MODULES = frozenset({"np", "numpy", "tangent"})
SEED = "seed"  # what an example calls the cotangent of the output


class Rule(Transformer):
    """A rewriting of an adjoint that keeps its gradient.

    A rule is a LibCST transformer: an instance, which holds `shapes`, visits the backward part. To
    look at more than one expression at a time, override `apply`. A rule that changed nothing
    returns the same object. To write one, give it

    - a docstring whose first paragraph says what it does and why that is right: --steps shows it;
    - `EXAMPLES`, before and after;
    - `ABOUT`, if only statements with one of these texts are concerned: others are not visited;
    - `REORDERS`, if it reorders sums, products or powers: it is then tried at extreme values, too,
      and where its text overflows and the one before does not, `careful` is asked for other texts.
    """

    EXAMPLES: ClassVar[tuple[Example, ...]] = ()
    ABOUT: ClassVar[tuple[str, ...]] = ("",)
    REORDERS: ClassVar[bool] = False

    def __init__(self, shapes: Mapping[str, Array]) -> None:
        super().__init__()
        self.shapes = shapes
        self.has_changed = False

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        """Return the adjoint after the rule."""
        return adjoint.with_backward(cls(adjoint.shapes).visited(adjoint.backward))

    @classmethod
    def careful(cls, adjoint: Adjoint, extreme: Collection[str]) -> Iterator[Adjoint]:
        """Yield other texts that the rule can make, for use where the `extreme` names overflow."""
        yield from ()

    @classmethod
    def why(cls) -> str:
        """Return the first paragraph of the rule's docstring on one line."""
        return " ".join(cleandoc(cls.__doc__ or "").split("\n\n")[0].split())

    def visited(self, block: cst.Module) -> cst.Module:
        """Return a block after the rule has visited each of the statements that it is about."""
        return cst.Module([put for old in block.body for put in self.put(old)])

    def put(self, statement: Statement) -> Sequence[Statement]:
        """Return what the rule puts in the place of a statement."""
        if not self.is_about(statement):
            return [statement]
        self.has_changed = False
        visited = cst.Module([statement]).visit(self).body
        return visited if self.has_changed else [statement]

    def is_about(self, node: cst.CSTNode) -> bool:
        """Tell whether the rule may change something in a node."""
        return any(text in code(node) for text in self.ABOUT)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        """Return what the rule makes of a node, and note whether that is anything else."""
        found = super().on_leave(original_node, updated_node)
        self.has_changed = self.has_changed or found is not updated_node
        return found

    def shape(self, node: cst.CSTNode) -> tuple[int, ...] | None:
        """Return the shape of an expression at the probe, or None where it cannot be told."""
        try:
            return shape_of(node, self.shapes)
        except UnknownShape:
            return None


@dataclass(frozen=True)
class Example:
    """A backward part before and after a rule.

    - `shapes` and `dtypes` of the names: scalars of float64 if nothing is said.
    - `forward` is the forward part. Names that neither it nor `before` binds are the parameters.
    - `primal` is the body of the function, if that is not the forward part.
    - `gradients` are the expressions that are the gradients; `wrt` names the parameters they belong
      to, where that cannot be told from their names.
    """

    id: str
    before: str
    after: str
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    dtypes: Mapping[str, str] = field(default_factory=dict)
    forward: str = ""
    primal: str = ""
    gradients: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()

    @classmethod
    def unchanged(cls, id: str, code: str, **context: Any) -> Example:  # noqa: A002 - pytest's word
        """Return an example that the rule leaves alone."""
        return cls(id, code, code, **context)

    def adjoint(self) -> Adjoint:
        """Return an adjoint around `before`."""
        bound, free = names_bound_and_read(f"{cleandoc(self.forward)}\n{cleandoc(self.before)}")
        parameters = sorted((free | self.shapes.keys()) - (bound - free) - {SEED})
        known = bound | {SEED, *parameters}
        cotangents = {name: name[1:] for name in known if name[1:] in known}
        wrt = self.wrt or tuple(cotangents.get(name, name) for name in self.gradients)
        return Adjoint(
            primal=function_of(parameters, self.primal or self.forward, wrt),
            forward=block(self.forward),
            backward=block(self.before),
            seed=SEED,
            gradients=self.gradients,
            cotangents=cotangents,
            shapes={name: self.array(name) for name in known},
        )

    def array(self, name: str) -> Array:
        """Return what a name of the example holds."""
        return Array(self.shapes.get(name, ()), self.dtypes.get(name, "float64"))


def block(text: str) -> cst.Module:
    """Return the statements of a text; a comment belongs to the statement below it."""
    module = cst.parse_module(f"{cleandoc(text)}\n")
    if not module.body:
        return cst.parse_module("")
    first, *rest = module.body
    return cst.Module([first.with_changes(leading_lines=module.header), *rest])


def names_bound_and_read(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a block binds, and those that it reads before it binds them."""
    bound: set[str] = set()
    free: set[str] = set()
    for statement in ast.parse(text).body:
        found = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        free |= {n.id for n in found if isinstance(n.ctx, ast.Load)} - bound
        bound |= {n.id for n in found if isinstance(n.ctx, ast.Store)}
    return frozenset(bound), frozenset(free - MODULES - vars(builtins).keys())


def function_of(parameters: Sequence[str], body: str, wrt: tuple[str, ...]) -> Primal:
    """Return the function with this body, whose output is the last name that it binds."""
    lines = cleandoc(body).splitlines()
    output = lines[-1].split(" = ")[0] if lines else "None"
    source = "\n    ".join((f"def example({', '.join(parameters)}):", *lines, f"return {output}\n"))
    target = Target("example.py", "example", 1, source, (), ())
    return Primal(target, source, wrt, output, {}, {})
