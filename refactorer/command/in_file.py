"""A function's block in its file: written, updated, and judged as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from refactorer.command.settings import Settings
from refactorer.draft import Verified
from refactorer.errors import Place, Refused
from refactorer.files.blocks import Block, blocks, new_block
from refactorer.reading.source_file import SourceFile, end_of
from refactorer.request import Request

Run = Callable[[Request], Verified]


@dataclass(frozen=True)
class BlockChange:
    """The change of a function's block, and the line that it then starts at."""

    before: SourceFile
    after: SourceFile
    verified: Verified
    line: int
    is_new: bool

    @property
    def state(self) -> str:
        """What became of it: "new", "updated" or "unchanged"."""
        if self.before == self.after:
            return "unchanged"
        return "new" if self.is_new else "updated"


def block_of(function: str, file: SourceFile) -> Block | None:
    """Return the block of a function; the last, if there are several."""
    return next((b for b in reversed(blocks(file)) if b.function == function), None)


def block_after(
    file: SourceFile, function: str, settings: Settings, run: Run, *, force: bool
) -> BlockChange:
    """Return what a function's block becomes; Refused where a person has edited it."""
    old = block_of(function, file)
    if old and old.is_edited and not force:
        raise edited(file, old)
    options = old.options if old else ()
    request = settings.request(
        file.path, function, options, text=with_block_blanked(old, file), block=True
    )
    verified = run(request)
    new = new_block(function, settings.kept(function, options), verified.block, verified.source)
    lines = new.lines(request.width)
    if old is None:
        line = below(file, verified.lines[1])
        return BlockChange(file, inserted(file, line, lines), verified, line + GAP, is_new=True)
    after = file if old.is_like(new) else with_block(file, old, lines)
    return BlockChange(file, after, verified, old.first_line, is_new=False)


def edited(file: SourceFile, block: Block) -> Refused:
    """Return the error for a block that is not as it was written."""
    return Refused(
        f"the block of `{block.function}` was edited by hand",
        "--force writes it anew; remove its markers to keep it as it is",
        Place(file.path, block.first_line, 1),
        code="edited",
    )


def with_block_blanked(block: Block | None, file: SourceFile) -> str:
    """Return the text of a file with empty lines for a block, so that places stay."""
    lines = file.plain.split("\n")
    if block:
        count = block.last_line - block.first_line + 1
        lines[block.first_line - 1 : block.last_line] = [""] * count
    return "\n".join(lines)


def with_block(file: SourceFile, old: Block, lines: Sequence[str]) -> SourceFile:
    """Return the file with other lines in the place of a block."""
    end = file.line_end(old.last_line)
    text = end.join(lines) + end_of(file.lines[old.last_line - 1])
    return file.with_lines((*file.lines[: old.first_line - 1], text, *file.lines[old.last_line :]))


def inserted(file: SourceFile, line: int, lines: Sequence[str]) -> SourceFile:
    """Return the file with a block below a line, which comes to stand `GAP` lines below it."""
    end = file.line_end(line)
    above = file.lines[line - 1]
    text = above.removesuffix(end_of(above)) + end * GAP + end.join(lines) + end_of(above)
    return file.with_lines((*file.lines[: line - 1], text, *file.lines[line:]))


GAP = 3


def below(file: SourceFile, line: int) -> int:
    """Return the last line of a function that ends at a line: comments set in belong to it."""
    last = line
    for number, text in enumerate(file.lines[line:], line + 1):
        if text.strip() and not (text[0].isspace() and text.lstrip().startswith("#")):
            break
        last = number if text.strip() else last
    return last


def judged(file: SourceFile, block: Block, settings: Settings, run: Run) -> Verified:
    """Return the verdict on a block as it stands; Refused where it is stale or not right."""
    request = settings.request(
        file.path,
        block.function,
        block.options,
        text=with_block_blanked(block, file),
        block=True,
        judged=block.code,
        source=block.source,
    )
    try:
        return run(request)
    except Refused as error:
        place = Place(file.path, block.first_line, 1)
        raise Refused(error.reason, ANEW, error.place or place, code=error.code) from None


ANEW = "refactor-grad -i writes it anew"
