"""The blocks that stand in users' files: each is written code between two marker comments.

    # >>> refactor-grad cosine_loss --wrt X,Y
    def cosine_loss_with_gradient(X, Y):
        ...


    # <<< refactor-grad source 3f2a9c1b04de text 0a1b2c3d4e5f

The first marker holds the function and its options as they would be given to the command; where
that is long, it goes on in comments that are set in. The last holds what the code was made from
and what it was: the digest of the source and the options, and that of the code itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from refactorer.errors import Place, Usage
from refactorer.files.digests import comments, content, digest
from refactorer.reading.source import parse
from refactorer.reading.source_file import SourceFile

FIRST, MORE, LAST = "# >>> refactor-grad ", "#     ", "# <<< refactor-grad "
DIGESTS = re.compile(r"source (\w+) text (\w+)")


@dataclass(frozen=True)
class Block:
    """A block: the function it is of, its options, its code, and where its markers stand.

    `source` and `text` are the digests that its last marker holds. Lines are counted from 1.
    """

    function: str
    options: tuple[str, ...]
    code: str
    source: str
    text: str
    first_line: int = 0
    last_line: int = 0

    @property
    def is_edited(self) -> bool:
        """Whether the code is not what was written, but for its layout."""
        return digest(content(self.code)) != self.text

    def is_like(self, other: Block) -> bool:
        """Tell whether two blocks say the same, but for the layout."""
        mine, theirs = (
            (b.function, b.options, b.source, b.text, content(b.code)) for b in (self, other)
        )
        return mine == theirs

    def lines(self, width: int) -> list[str]:
        """Return the lines of the block, without their ends."""
        head = wrapped([self.function, *map(shlex.quote, self.options)], width)
        last = f"{LAST}source {self.source} text {self.text}"
        return [*head, *self.code.rstrip("\n").split("\n"), "", "", last]  # as Black has it


def new_block(function: str, options: Sequence[str], code: str, source: str) -> Block:
    """Return a new block."""
    return Block(function, tuple(options), code, source, digest(content(code)))


def wrapped(words: Sequence[str], width: int) -> list[str]:
    """Return the first marker, in as many lines as it needs."""
    lines = [FIRST + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(MORE + word)
    return lines


def blocks(file: SourceFile) -> tuple[Block, ...]:
    """Return the blocks of a file; Usage where markers are not in pairs, or it does not compile."""
    if FIRST not in file.plain and LAST not in file.plain:
        return ()
    parse(file.plain, file.path)
    return tuple(paired(file))


def paired(file: SourceFile) -> Iterator[Block]:
    """Yield the blocks from their markers."""
    lines = file.plain.split("\n")
    marked = [n for n, _ in comments(file.plain) if lines[n - 1].startswith((FIRST, LAST))]
    for first, last in zip_longest(marked[::2], marked[1::2]):
        opens = lines[first - 1].startswith(FIRST)
        if not opens or last is None or not lines[last - 1].startswith(LAST):
            raise unpaired(file, first)
        yield block(file, first, last)


def block(file: SourceFile, first: int, last: int) -> Block:
    """Return the block between two markers."""
    lines = file.plain.split("\n")
    body = first
    while lines[body].startswith(MORE):
        body += 1
    head = [lines[first - 1].removeprefix(FIRST), *(s[len(MORE) :] for s in lines[first:body])]
    digests = DIGESTS.fullmatch(lines[last - 1].removeprefix(LAST).strip())
    try:
        function, *options = shlex.split(" ".join(head))
    except ValueError:
        raise unpaired(file, first) from None
    code = "\n".join(lines[body : last - 1]) + "\n"
    source, text = digests.groups() if digests else ("", "")
    return Block(function, tuple(options), code, source, text, first, last)


def unpaired(file: SourceFile, line: int) -> Usage:
    """Return the error for a marker that cannot be read."""
    place = Place(file.path, line, 1)
    reason = "this marker of refactor-grad has lost its block"
    return Usage(reason, "Remove it", place, code="marker")
