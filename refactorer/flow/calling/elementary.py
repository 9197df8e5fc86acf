"""Called functions whose VJP is one line, as that of np.exp is: they need no callback.

A callback would keep only what the function returned, and its caller has that. So the function
stays as it is, and its derivative is written where it is called: a sigmoid s has s * (1 - s).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping

from refactorer.adjoint import Adjoint
from refactorer.flow.calling.helpers import Emitted
from refactorer.printing.pullback import pullback
from refactorer.syntax.expressions import code
from refactorer.vjps.notation import VJP, vjp

LONGEST = 32  # characters of a derivative that is written out wherever the function is called
ARITHMETIC = (
    *(ast.Expression, ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp),
    *(ast.operator, ast.unaryop, ast.expr_context),
)


def elementary(done: Mapping[str, Emitted], texts: Collection[str]) -> dict[str, VJP]:
    """Return the VJPs of functions that need no callbacks; `texts` are all that may call them."""
    found = {name: vjp_of(emitted) for name, emitted in done.items()}
    calls = [*calls_in(texts)]
    return {n: r for n, r in found.items() if r and n not in RESERVED and is_plain(n, calls)}


RESERVED = frozenset(dir(builtins))


def vjp_of(emitted: Emitted) -> VJP | None:
    """Return the VJP of a function of one argument whose pullback reads its output alone.

    Such a pullback is arithmetic on two arrays of one shape, so it works element by element.
    """
    adjoint, parameters = emitted.adjoint, emitted.helper.parameters
    if adjoint is None or emitted.helper.wrt != parameters or len(parameters) != 1:
        return None
    short = pullback([*adjoint.backward.body], adjoint.gradients)
    text = code(short.result)
    names = {adjoint.seed: "g", output_of(adjoint): "z"}
    formula = ast.parse(text, mode="eval")
    nodes = [*ast.walk(formula)]
    read = {n.id for n in nodes if isinstance(n, ast.Name)}
    plain = all(isinstance(n, ARITHMETIC) for n in nodes) and read == names.keys()
    if short.statements or len(text) > LONGEST or not plain:
        return None
    for node in nodes:
        if isinstance(node, ast.Name):
            node.id = names[node.id]
    return vjp("x", {"x": ast.unparse(formula)})  # a parameter may be called z, too


def output_of(adjoint: Adjoint) -> str:
    """Return the name of what a function returns; "" where that is no name, or there are more."""
    match ast.parse(adjoint.primal.target.source).body[0]:
        case ast.FunctionDef(body=[*_, ast.Return(value=ast.Name(id=name))]):
            return name
    return ""


def calls_in(texts: Iterable[str]) -> Iterator[ast.Call]:
    """Yield the calls in texts."""
    nodes = (node for text in texts for node in ast.walk(ast.parse(text.strip())))
    yield from (node for node in nodes if isinstance(node, ast.Call))


def is_plain(name: str, calls: Iterable[ast.Call]) -> bool:
    """Tell whether every call of a function gives it its argument by its place."""
    own = [call for call in calls if ast.unparse(call.func) == name]
    return all(len(call.args) == 1 and not call.keywords for call in own)
