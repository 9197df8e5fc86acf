"""Each operation of the forward part, beside what tangent adds to its operands' cotangents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from refactorer.draft import Step
from refactorer.html.formulas import formula, function_and_arguments
from refactorer.html.statements import Definition, Statement, is_block, names, own_statements
from refactorer.html.symbols import Markup, barred, operator, row, symbol

ENGINE = "tangent."  # what is not plain NumPy yet
ACCUMULATED = "tangent.add_grad"


@dataclass(frozen=True)
class Equation:
    """One operation, and the terms that it adds to the cotangents of its operands.

    `lines` are those of the user's function in which the operation is written.
    """

    lines: frozenset[int]
    forward: Markup
    backward: tuple[Markup, ...]


def equations(
    steps: Sequence[Step], functions: Mapping[str, Definition], seeds: Mapping[str, str]
) -> Iterator[Equation]:
    """Yield the equations of the user's functions; `seeds` names what each of them returns."""
    for text in plain_texts(steps):
        (made,) = ast.parse(text).body
        assert isinstance(made, ast.FunctionDef)
        fitting = [name for name in functions if made.name.startswith(f"d{name}d")]
        if fitting:
            name = max(fitting, key=len)
            yield from TracedText(made, functions[name], seeds.get(name, "")).equations()


def plain_texts(steps: Sequence[Step]) -> Iterator[str]:
    """Yield the text of each part that tangent wrote, when it is plain and still says it all."""
    parts: list[list[str]] = []
    for step in steps:
        if not step.diff_from:
            parts.append([])
        if step.right and parts:
            parts[-1].append(step.diff_to)
    for part in filter(None, parts):
        plainest = min(part, key=unplain)
        same = (t for t in reversed(part) if unplain(t) == unplain(plainest))
        yield next(t for t in same if count_of_values(t) >= count_of_values(plainest))


def count_of_values(text: str) -> int:
    """Return how many values a text computes."""
    return sum(isinstance(node, ast.Assign) for node in ast.walk(ast.parse(text)))


def unplain(text: str) -> int:
    """Return how often a text calls tangent, beside what adds up cotangents."""
    return text.count(ENGINE) - text.count(ACCUMULATED)


@dataclass(frozen=True)
class TracedText:
    """A text of tangent's, the user's function that it is a part of, and that function's output."""

    made: ast.FunctionDef
    function: Definition
    output: str
    known: dict[str, str] = field(default_factory=dict)

    def equations(self) -> Iterator[Equation]:
        """Yield an equation for each value that the text computes on the way forward."""
        forward, backward = self.parts()
        lines = self.lines(forward)
        symbols = self.symbols([name_set(node) for node in forward])
        cotangents = self.cotangents(backward, symbols)
        for node in forward:
            name = name_set(node)
            if lines[name]:
                left = row(symbols.get(name) or symbol(name), operator("="))
                yield Equation(
                    frozenset(lines[name]),
                    row(left, formula(node.value, symbols)),
                    tuple(self.added(node, backward, symbols | cotangents)),
                )

    def parts(self) -> tuple[list[ast.Assign], list[ast.Assign]]:
        """Return what is computed on the way forward and on the way back."""
        given = [n for n in self.made.body if isinstance(n, ast.Assign)]
        values: list[str] = [a.arg for a in self.made.args.args[:-1]]
        forward: list[ast.Assign] = []
        for node in given:
            if name_set(node) and not any(name_set(node) == f"b{v}" for v in values):
                forward.append(node)
                values.append(name_set(node))
            else:
                break
        return forward, given[len(forward) :]

    def lines(self, forward: Sequence[ast.Assign]) -> dict[str, set[int]]:
        """Return the lines of the user's in which each value is computed, by its name.

        A value without a name of the user's is a part of what reads it; what is read nowhere is
        returned.
        """
        theirs = [s for s in own_statements(self.function.body) if not is_block(s)]
        found: dict[str, set[int]] = {}
        for node in reversed(forward):
            name = name_set(node)
            readers = [
                found[name_set(n)] for n in forward if name_set(n) in found and reads(n, name)
            ]
            own = setting(name, theirs)
            if readers and not own:
                found[name] = readers[0]
            else:
                found[name] = {n for s in own or returning(node, theirs) for n in s.own_lines}
        return found

    def symbols(self, values: Sequence[str]) -> dict[str, Markup]:
        """Return how values are written that have no name of the user's, or another one of it."""
        found: dict[str, Markup] = {}
        theirs = {n.id for n in names(self.function, ast.Load)}
        theirs |= {n.id for n in names(self.function, ast.Store)}
        for name in [a.arg for a in self.made.args.args] + [*values]:
            again = re.fullmatch(r"(.+)_\d+", name)
            if name not in theirs and again and again[1] in theirs:
                plain = symbol(again[1])
                found[name] = row(plain, "<mo>′</mo>") if name in values else plain
        if values and values[-1] not in theirs and values[-1] not in found and self.output:
            found[values[-1]] = symbol(self.output)
        return found

    def cotangents(
        self, backward: Sequence[ast.Assign], symbols: Mapping[str, Markup]
    ) -> dict[str, Markup]:
        """Return how the cotangents are written: by the symbol of their value, with a bar."""
        used = {n.id for node in backward for n in names(node, ast.Load)}
        used |= {n.id for node in backward for n in names(node, ast.Store)}
        found = {name: name.lstrip("_")[1:] for name in used if name.lstrip("_").startswith("b")}
        return {name: barred(symbols.get(v) or symbol(v)) for name, v in found.items()}

    def added(
        self, node: ast.Assign, backward: Sequence[ast.Assign], written: Mapping[str, Markup]
    ) -> Iterator[Markup]:
        """Yield what an operation adds to the cotangents of its operands; x·x adds one twice."""
        operands = sorted({n.id for n in names(node.value, ast.Load)})
        found: dict[tuple[str, str], list[ast.expr]] = {}
        for back in backward:
            operand = next((x for x in operands if is_cotangent(target(back), x)), "")
            if operand and reads(back, f"b{name_set(node)}") and ENGINE not in ast.unparse(back):
                found.setdefault((operand, ast.unparse(back.value)), []).append(back.value)
        for (operand, _), values in found.items():
            several = sum(is_cotangent(target(b), operand) for b in backward) > 1
            left = written.get(f"b{operand}") or barred(symbol(operand))
            sign = operator("+=" if several else "=")
            yield row(left, sign, formula(times(len(values), values[0]), written))


def times(count: int, value: ast.expr) -> ast.expr:
    """Return an expression that many times."""
    return ast.BinOp(ast.Constant(count), ast.Mult(), value) if count > 1 else value


def name_set(node: ast.Assign) -> str:
    """Return the name that an assignment sets; none where it sets items."""
    first = node.targets[0]
    return first.id if isinstance(first, ast.Name) else ""


def target(node: ast.Assign) -> str:
    """Return the name that an assignment sets, or sets items of."""
    first = node.targets[0]
    first = first.value if isinstance(first, ast.Subscript) else first
    return first.id if isinstance(first, ast.Name) else ""


def reads(node: ast.Assign, name: str) -> bool:
    """Tell whether an assignment reads a name."""
    return any(n.id == name for n in names(node.value, ast.Load))


def is_cotangent(name: str, value: str) -> bool:
    """Tell whether tangent calls a part of the cotangent of a value so."""
    return name == f"b{value}" or bool(re.fullmatch(rf"_b{re.escape(value)}\d*", name))


def setting(name: str, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements of the user's that set the value that a name of ours stands for.

    A name that is set again has a number with us, from the second time on.
    """
    first = [s for s in statements if name in s.binds()]
    again = [s for s in statements if re.sub(r"_\d+$", "", name) in s.binds()]
    return first[:1] or again[1:] or again


def returning(node: ast.Assign, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements that return a value: of several, those that compute it alike."""
    found = [s for s in statements if isinstance(s.node, ast.Return)]
    return [s for s in found if outermost(s.node) == outermost(node)] or found


def outermost(node: ast.AST) -> str:
    """Return the operation that a statement does last."""
    value = getattr(node, "value", None)
    return function_and_arguments(value)[0] if isinstance(value, ast.Call) else type(value).__name__
