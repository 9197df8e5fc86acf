"""The return annotation of a printed function, made from that of the user's."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.printing.page import Page
from refactorer.reading.contents import Definition
from refactorer.syntax.expressions import code

CALLABLE = Definition(("Callable",), frozenset(), "from collections.abc import Callable\n\n")


def annotated(made: cst.FunctionDef, style: str, page: Page) -> cst.FunctionDef:
    """Return the function with the type of what it returns, without one if it is not known."""
    returns = page.function.definition.returns
    if returns is None:
        return made
    given = {p.name: p.annotation or "" for p in page.adjoint.primal.target.parameters}
    wrt = page.adjoint.primal.wrt
    gradients = joint_type([given.get(name, "") for name in wrt])
    callback = "" if "Callable" in page.taken else "Callable"
    beside = {
        "callback": callback,
        "callbacks": joint_type([callback for _ in wrt]),
        "value-and-grad": gradients,
    }
    parts = [code(returns.annotation), beside[style]] if style in beside else [gradients]
    text = joint_type(parts)
    annotation = cst.Annotation(cst.parse_expression(text)) if text else None
    return made.with_changes(returns=annotation)


def joint_type(types: Sequence[str]) -> str:
    """Return the type of one value, or of a tuple of several; "" if one is not known."""
    if not all(types):
        return ""
    return types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"
