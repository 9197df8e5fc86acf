"""The values that the head of a `for` loop gives to its targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from refactorer.syntax.expressions import code, operands


@dataclass(frozen=True)
class Item:
    """A target of a loop, the array or range that its values are from, and whether they count.

    `elements` is the text of what is iterated over, or of the range; it may be run over from its
    last element to its first. The `others` end with it, where they differ in length.
    """

    target: str
    elements: str
    counts: bool = False
    falls: bool = False
    others: tuple[str, ...] = ()

    @property
    def backwards(self) -> str:
        """The text that yields the same values from the last to the first."""
        text = f"{self.elements}[:{shortest(self.others)}]" if self.others else self.elements
        return text if self.falls else f"reversed({text})"

    @property
    def turns_back(self) -> str:
        """The text that yields the numbers of the elements, the last turn's first."""
        count = f"range({shortest((self.elements, *self.others))})"
        return count if self.falls else f"reversed({count})"


def shortest(names: Sequence[str]) -> str:
    """Return the text of the least length of arrays."""
    lengths = ", ".join(f"len({name})" for name in names)
    return f"min({lengths})" if len(names) > 1 else lengths


def items(loop: cst.For) -> tuple[Item, ...]:
    """Return the targets of a loop, each with what it is given; () where that cannot be told."""
    return tuple(matched(loop.target, loop.iter))


def matched(target: cst.CSTNode, head: cst.BaseExpression) -> Iterator[Item]:
    """Yield each target with what it is taken from."""
    targets = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
    match head:
        case cst.Call(func=cst.Name("range")):
            yield Item(code(target), code(head), counts=True)
        case cst.Call(func=cst.Name("reversed"), args=[cst.Arg(value=inner)]):
            for item in matched(target, inner):
                yield replace(item, falls=not item.falls)
        case cst.Call(func=cst.Name("enumerate"), args=[cst.Arg(value=inner), *start]):
            if len(targets) == 2:
                first = code(start[0].value) if start else ""
                size = length_of(inner)
                numbers = f"range({first}, {first} + {size})" if first else f"range({size})"
                yield Item(code(targets[0]), numbers, counts=True)
                yield from matched(targets[1], inner)
        case cst.Call(func=cst.Name("zip")):
            if len(targets) == len(operands(head)):
                for one, inner in zip(targets, operands(head), strict=True):
                    yield from matched(one, inner)
        case cst.Name() | cst.Attribute() | cst.Subscript():
            if isinstance(target, cst.Name):
                yield Item(code(target), code(head))


def length_of(head: cst.BaseExpression) -> str:
    """Return the text of how many values an iterable yields."""
    if isinstance(head, cst.Call) and code(head.func) == "zip":
        return length_of(operands(head)[0])
    return f"len({code(head)})"
