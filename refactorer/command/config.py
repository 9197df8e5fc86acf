"""Reads pyproject.toml: options in [tool.refactor-grad], the layout in [tool.black]."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from refactorer.errors import Usage

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# The options that may stand in [tool.refactor-grad]: those that are not about one function.
OPTIONS = (
    *("wrt", "style", "helpers", "comments", "name", "import", "timeout", "memory", "seed", "xp"),
)
# The settings of Black that change how printed code looks, and what they must be.
LAYOUT: Mapping[str, type] = {
    "line-length": int,
    "skip-string-normalization": bool,
    "skip-magic-trailing-comma": bool,
    "preview": bool,
    "target-version": list,
}
ENDS = (".git", ".hg")  # a folder with one of these is the root of a project


@dataclass(frozen=True)
class Config:
    """The words of the options as on the command line, where they stand, and the layout."""

    words: tuple[str, ...] = ()
    place: str = "pyproject.toml"
    layout: Mapping[str, Any] = field(default_factory=dict)


def nearest(file: str) -> Config:
    """Return what the nearest pyproject.toml above a file says that has the table asked for."""
    return config_in(Path(file).absolute().parent)


@cache
def config_in(folder: Path) -> Config:
    """Return what holds for the files of a folder."""
    place, said = table("refactor-grad", folder)
    black_place, black = table("black", folder)
    return Config(tuple(words(said, place)), place, layout(black, black_place))


def table(tool: str, folder: Path) -> tuple[str, Mapping[str, Any]]:
    """Return where the table of a tool stands that is nearest to a folder, and the table."""
    for path in config_files(folder):
        found = loaded(path).get("tool", {})
        if isinstance(found, dict) and isinstance(found.get(tool), dict):
            return f"{path}: [tool.{tool}]", found[tool]
    return "pyproject.toml", {}


def config_files(folder: Path) -> Iterator[Path]:
    """Yield the files named pyproject.toml, from a folder up to the root of its project."""
    for above in (folder, *folder.parents):
        if (above / "pyproject.toml").is_file():
            yield above / "pyproject.toml"
        if any((above / end).exists() for end in ENDS):
            return


@cache
def loaded(path: Path) -> Mapping[str, Any]:
    """Return what a TOML file holds; Usage where it cannot be read."""
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Usage(f"{path} cannot be read: {error}") from None
    return found


def words(said: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield the words that say on the command line what a table says."""
    for key, value in said.items():
        if key not in OPTIONS:
            raise Usage(f"{place}: there is no option `{key}`", f"It has {', '.join(OPTIONS)}")
        match value:
            case bool():
                yield from [f"--{key}"] if value else []
            case list():
                yield from (f"--{key}", ",".join(map(str, value)))
            case _:
                yield from (f"--{key}", str(value))


def layout(said: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """Return the settings of Black that matter here; Usage where Black would not take them."""
    found = {key: said[key] for key in LAYOUT if key in said}
    for key, value in found.items():
        if not isinstance(value, LAYOUT[key]) or (LAYOUT[key] is int and value is True):
            raise Usage(f"{place}: `{key}` is {value!r}", f"Black takes {NAMES[LAYOUT[key]]}")
    return found


NAMES = {int: "a number", bool: "true or false", list: "a list"}
