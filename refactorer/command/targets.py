"""The functions that targets name: FILE.py:FUNCTION, files, globs, and stdin."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence

from refactorer.errors import Usage
from refactorer.reading.source_file import STDIN
from refactorer.request import parted_target


def functions(texts: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the functions that are meant, by their files; none of a file stands for all blocks.

    Usage where no file is like a glob.
    """
    found: dict[str, list[str]] = {}
    whole: set[str] = set()
    paths: dict[str, str] = {}  # a file has one path, even where links give it others
    for file, function in (one for text in texts for one in expanded(text)):
        path = paths.setdefault(os.path.realpath(file), file)
        found.setdefault(path, []).extend([function] if function else [])
        whole |= set() if function else {path}
    return {path: [] if path in whole else names for path, names in found.items()}


def expanded(text: str) -> Iterator[tuple[str, str]]:
    """Yield the files that an argument means, each with the function that it names, if any."""
    file, function = parted_target(text)
    file = STDIN if file == "-" else file
    if os.path.exists(file) or not glob.has_magic(file):
        yield file, function
        return
    files = sorted(glob.glob(file, recursive=True))
    if not files:
        raise Usage(f"no file is like '{file}'", code="no-file")
    yield from ((path, function) for path in files)
