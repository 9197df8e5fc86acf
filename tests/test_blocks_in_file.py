"""Blocks as text: their markers, and what tells one from another."""

from __future__ import annotations

import pytest

from refactorer.errors import Usage
from refactorer.files.blocks import Block, blocks, new_block
from refactorer.reading.source_file import SourceFile

CODE = 'def g(x):\n    """A \\d in a docstring."""\n    # twice\n    return 2 * x\n'


def in_a_file(block: Block, width: int = 88) -> SourceFile:
    text = "\n".join(["x = 1", *block.lines(width), "y = 2", ""])
    return SourceFile("f.py", text.encode(), "utf-8")


@pytest.mark.parametrize("width", [20, 40, 88, 200])
def test_what_is_written_is_read(width: int) -> None:
    options = ("--shape", "X=n,d", "--at", "y=np.arange(n) % 2 # 'q'", "--wrt", "X,Y", "--xp")
    block = new_block("g", options, CODE, "abc")
    (found,) = blocks(in_a_file(block, width))
    assert (found.function, found.options, found.source) == ("g", options, "abc")
    assert not found.is_edited
    assert found.is_like(block)
    assert found.first_line == 2


@pytest.mark.parametrize(
    ("code", "edited"),
    [
        (CODE.replace("    ", "  "), False),
        (CODE.replace("2 * x", "(2*x)"), False),
        (CODE.replace("# twice", "#twice"), False),
        (CODE.replace("# twice", "# two times"), True),
        (CODE.replace("2 *", "3 *"), True),
        (f"{CODE}\nz = 3\n", True),
    ],
)
def test_an_edit_is_more_than_another_layout(code: str, edited: bool) -> None:
    block = new_block("g", (), CODE, "abc")
    (found,) = blocks(in_a_file(Block("g", (), code, "abc", block.text)))
    assert found.is_edited == edited


def test_a_file_without_blocks_need_not_compile() -> None:
    assert blocks(SourceFile("f.py", b"def f(:\n", "utf-8")) == ()


def test_a_file_with_blocks_must_compile() -> None:
    text = "\n".join([*new_block("g", (), CODE, "abc").lines(88), "def f(:", ""])
    with pytest.raises(Usage, match="invalid syntax"):
        blocks(SourceFile("f.py", text.encode(), "utf-8"))


def test_a_last_marker_that_was_spoiled_is_an_edit() -> None:
    file = in_a_file(new_block("g", (), CODE, "abc"))
    (found,) = blocks(SourceFile("f.py", file.data.replace(b" text ", b" text"), "utf-8"))
    assert found.is_edited


def test_a_marker_that_is_set_in_is_a_comment() -> None:
    text = "def f():\n    # >>> refactor-grad f\n    return 1\n"
    assert blocks(SourceFile("f.py", text.encode(), "utf-8")) == ()
