"""A backward part put together of what tangent wrote for each line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from refactorer.differentiation.line_forms import FormedLine, Kind, WrittenLine, around_result
from refactorer.syntax.renaming import fresh

PULLED_BACK = ("# Beginning", "# Grad of")  # comments where tangent's pullback of a line begins


WIDEST_COMMENT = 80  # of tangent's


def composed(
    alone: str,
    every: Sequence[FormedLine],
    known: Mapping[Kind, WrittenLine],
    wrt: Iterable[str],
    taken: Iterable[str],
) -> str:
    """Return a function by what tangent wrote for the forms of its lines.

    `alone` is what it wrote for the last line as a function, which begins and ends as the whole;
    `taken` are names of values that these lines need not read.
    """
    _, result, after = around_result(alone)
    begun = next(i for i, text in enumerate(after) if text.startswith(PULLED_BACK))
    head = [text for text in after[:begun] if " = tangent.init_grad(" not in text]
    found = [*placed(every, known, taken)]
    whole = Accumulation({f"b{every[-1].values['A']}"})
    for line, written in zip(reversed(every), reversed(found), strict=True):
        whole.add(line, written)
    for name in wrt:
        whole.start(name)
    statements = [
        *(text for written in found for text in written.forward),
        *(result, *whole.started, *head, *whole.backward),
        f"return ({', '.join(f'b{name}' for name in wrt)}, {result.partition(' = ')[0]})",
    ]
    return "\n    ".join([alone.partition("\n")[0], *statements]) + "\n"


def placed(
    every: Sequence[FormedLine], known: Mapping[Kind, WrittenLine], others: Iterable[str]
) -> Iterator[WrittenLine]:
    """Yield for each line what tangent wrote for its form, with names that nothing else has."""
    taken = {*others, *(value for line in every for value in line.values.values())}
    for line in every:
        form, names = known[line.kind], dict[str, str]()
        for name in form.made:
            names[name] = fresh(line.filled(name), taken)
            taken.add(names[name])

        def put(text: str, line: FormedLine = line, names: Mapping[str, str] = names) -> str:
            return line.filled(with_names(text, names))

        yield WrittenLine(
            [*map(put, form.forward)],
            [*map(put, form.backward)],
            [line.values[blank] for blank in form.started],
        )


def with_names(statement: str, names: Mapping[str, str]) -> str:
    """Return a statement with other names for values; `a.name` and `name=` are none."""
    for old, new in names.items():
        statement = re.sub(rf"(?<![\w.]){old}\b(?!=)", new, statement)
    return statement


@dataclass
class Accumulation:
    """A backward part that is put together line by line, the last line first.

    `bound` are the cotangents that have a value by now, `started` sets some of them to zero.
    """

    bound: set[str]
    started: list[str] = field(default_factory=list)
    backward: list[str] = field(default_factory=list)

    def add(self, line: FormedLine, written: WrittenLine) -> None:
        """Add what a line gives to the cotangents of what it reads; its own may be nothing."""
        for value in (line.values["A"], *written.started):
            self.start(value)
        moving = {f"b{line.values[blank]}" for blank in line.moving}
        self.backward.append(f"# Grad of: {line.text}"[:WIDEST_COMMENT])
        self.backward += (self.added(text, moving) for text in written.backward)

    def start(self, value: str) -> None:
        """Let the cotangent of a value be zero if it has no value."""
        if f"b{value}" not in self.bound:
            self.bound.add(f"b{value}")
            self.started.append(f"b{value} = tangent.init_grad({value})")

    def added(self, statement: str, moving: Collection[str]) -> str:
        """Return a statement that adds to a cotangent in place of one that sets it once more."""
        name, _, value = statement.partition(" = ")
        if name not in moving or re.search(rf"\b{name}\b", value):
            return statement
        adds = name in self.bound
        self.bound.add(name)
        return f"{name} = tangent.add_grad({name}, {value})" if adds else statement
