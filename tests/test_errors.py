"""The catalogue of errors, the page that lists it, and how an error is shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactorer.command.terminal import WIDEST, excerpt
from refactorer.errors import CATALOGUE, Defect, Place, RefactorError, Refused, Unjudged, Usage

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "refactorer" / "ERRORS.md"
HEAD = """\
# Errors

What goes wrong is told in one line, `FILE:LINE:COLUMN: what is wrong. What to do. [code]`, and the
line of yours that it speaks of is shown below it. This page is written by
`python -m pytest tests/test_errors.py --update-golden`.

| code | |
|---|---|
"""


def page() -> str:
    return HEAD + "".join(f"| `{code}` | {meaning} |\n" for code, meaning in CATALOGUE.items())


def named() -> Iterator[tuple[str, str]]:
    """Yield the codes that the sources name, each with its file."""
    for folder in ("refactorer", "rules"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == "code":
                    value = node.value
                    for part in (
                        (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                    ):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield part.value, path.name


def test_every_code_is_in_the_catalogue() -> None:
    assert [(code, file) for code, file in named() if code not in CATALOGUE] == []


def test_every_code_of_the_catalogue_is_raised() -> None:
    usual = {kind.usual for kind in (Refused, Usage, Defect, Unjudged)}
    assert CATALOGUE.keys() - usual - {code for code, _ in named()} == set()


def test_the_page_lists_the_catalogue(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(page())
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("kind", [Refused, Usage, Defect, Unjudged])
def test_an_error_ends_in_its_code(kind: type[RefactorError]) -> None:
    error = kind("it is so", "Do this", Place("losses.py", 3, 7), code="no-file")
    assert str(error) == "losses.py:3:7: it is so. Do this [no-file]"
    assert str(kind("it is so")) == f"it is so [{kind.usual}]"


def shown(tmp_path: Path, line: str, column: int) -> list[str]:
    file = tmp_path / "losses.py"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    return list(excerpt(Place(str(file), 2, column)))


def test_a_caret_stands_below_the_place(tmp_path: Path) -> None:
    assert shown(tmp_path, "\ty = x + z", 6) == ["\ty = x + z", "\t    ^"]


def test_characters_are_as_wide_as_they_are_shown(tmp_path: Path) -> None:
    assert shown(tmp_path, "'日本e\N{COMBINING ACUTE ACCENT}' + x", 10)[1] == " " * 10 + "^"


def test_a_long_line_is_cut_around_the_place(tmp_path: Path) -> None:
    line, caret = shown(tmp_path, "a" * 5000 + "!" + "a" * 5000, 5001)
    assert len(line) == WIDEST
    assert line[caret.index("^")] == "!"


def test_what_is_not_to_be_had_is_not_shown(tmp_path: Path) -> None:
    assert list(excerpt(Place(str(tmp_path / "missing.py"), 1, 1))) == []
    assert shown(tmp_path, "a", 9) == []
