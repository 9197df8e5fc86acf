"""The value that every rule takes and returns: a forward part, a backward part, and their shapes.

"Primal" is the function that is differentiated, "adjoint" the code that computes its gradient, and
the "cotangent" of a value is the gradient of the loss with respect to it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from textwrap import indent
from typing import TYPE_CHECKING

import libcst as cst

from refactorer.syntax.expressions import REMEMBERED, bare, code, unparsed

if TYPE_CHECKING:
    from refactorer.primal.normalise import Primal
    from refactorer.shapes import Array


@dataclass(frozen=True)
class Adjoint:
    """A function and the code that pulls a cotangent back through it.

    The statements are in names of our own, so that none of tangent's can clash with the user's;
    `primal` knows the way back to the user's names.

    - `forward` computes the output, `backward` then the gradients.
    - `seed` is the name of the cotangent of the output.
    - `gradients` are the texts of the expressions that are the gradients, one for each of
      `primal.wrt`.
    - `cotangents` maps the name of a cotangent to the value of the forward part that it belongs to.
    - `shapes` maps each name to its shape and dtype in one run of the code, the probe.
    - `inlined` maps the names of cotangents that were written where they were read to their texts.
    """

    primal: Primal
    forward: cst.Module
    backward: cst.Module
    seed: str
    gradients: tuple[str, ...]
    cotangents: Mapping[str, str]
    shapes: Mapping[str, Array]
    inlined: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def code(self) -> str:
        """The function `dNAMEdXY(parameters, seed=1.0)` that returns the gradient or a tuple."""
        blocks = map(text_of, (self.forward, self.backward))
        body = "".join([*blocks, f"return {', '.join(self.gradients)}\n"])
        head = header(self.primal.code, self.primal.wrt, self.seed)
        return f"{head}\n{indent(body, '    ')}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return parameters(self.primal.code)

    def with_backward(
        self, backward: cst.Module, gradients: tuple[str, ...] | None = None
    ) -> Adjoint:
        """Return the adjoint with another backward part; itself where the text is the same.

        Statements that changed lose the parentheses that they do not need; those that did not are
        the same objects.
        """
        gradients = self.gradients if gradients is None else gradients
        if text_of(backward) == text_of(self.backward) and gradients == self.gradients:
            return self
        old = {code(statement): statement for statement in self.backward.body}
        body = cst.Module([old.get(code(s)) or tidied(s) for s in backward.body])
        return replace(self, backward=body, gradients=gradients)


def definition(code: str) -> ast.FunctionDef:
    """Return the syntax tree of the function that a text defines."""
    function = ast.parse(code).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


@lru_cache(REMEMBERED)
def parameters(code: str) -> tuple[str, ...]:
    """Return the names of the parameters of a function, in order."""
    old = definition(code).args
    return tuple(argument.arg for argument in (*old.posonlyargs, *old.args, *old.kwonlyargs))


@lru_cache(REMEMBERED)
def header(code: str, wrt: tuple[str, ...], seed: str) -> str:
    """Return the line `def dNAMEdXY(parameters, seed=1.0):` for a function.

    Parameters that are positional only may be given by name as well: the judge of a step does so.
    """
    function = definition(code)
    arguments, one = function.args, ast.Constant(1.0)
    arguments.posonlyargs, arguments.args = [], [*arguments.posonlyargs, *arguments.args]
    if arguments.kwonlyargs:
        arguments.kwonlyargs.append(ast.arg(seed))
        arguments.kw_defaults.append(one)
    else:
        arguments.args.append(ast.arg(seed))
        arguments.defaults.append(one)
    return f"def d{function.name}d{''.join(wrt)}({ast.unparse(arguments)}):"


def text_of(block: cst.Module) -> str:
    """Return the text of a block of statements."""
    return "".join(map(code, block.body))


def tidied(
    statement: cst.SimpleStatementLine | cst.BaseCompoundStatement,
) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
    """Return a statement as `ast` would write it, unless it is compound."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return statement
    text = unparsed(ast.parse(bare(statement)))
    if text == bare(statement):
        return statement
    parsed = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    return parsed.with_changes(leading_lines=statement.leading_lines)
