"""Writes the printed code: to stdout, or to a file, whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import suppress

from refactorer.errors import Refused, Usage
from refactorer.reading.source_file import SourceFile, read

WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def check(path: str, source: str, option: str = "-o") -> None:
    """Raise Usage if `path` is no place to write to, or is the file that is read."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise Usage(f"{option} {path}: it is a folder", "Name a file in it", code="output-file")
    if not os.path.isdir(folder):
        raise Usage(f"{option} {path}: there is no folder {folder}", code="output-file")
    if os.path.exists(path) and os.path.exists(source) and os.path.samefile(path, source):
        raise Usage(f"{option} {path}: it is the file that is read", code="output-file")
    if os.path.exists(path) and not may_be_written(path):
        raise Usage(f"{option} {path}: it is read-only", code="output-file")
    if not os.path.exists(path) and not may_be_written(folder):
        raise Usage(f"{option} {path}: the folder {folder} is read-only", code="output-file")


def may_be_written(path: str) -> bool:
    """Tell whether a file or folder may be written to; what is read-only binds root, too."""
    return os.access(path, os.W_OK) and bool(os.stat(path).st_mode & WRITABLE)


def write(text: str, path: str | None) -> None:
    """Write a text, in UTF-8 whatever the locale, as it is source."""
    write_bytes(text.encode(), path)


def write_bytes(data: bytes, path: str | None) -> None:
    """Write to a file, or to stdout where there is none; Refused if that is not possible."""
    try:
        if path is None:
            to_stdout(data)
        elif os.path.exists(path) and not os.path.isfile(path):
            to_device(data, path)
        else:
            to_file(data, os.path.realpath(path))
    except BrokenPipeError:
        raise
    except OSError as error:
        where = path or "the standard output"
        reason = f"cannot write to {where}: {error.strerror}"
        raise Refused(reason, code="output-file") from None


def expect_replaceable(file: SourceFile) -> None:
    """Raise Refused where a file must not be written, or is not what was read any more."""
    if read(file.path).data != file.data:
        raise Refused(f"{file.path} was changed by someone else meanwhile", "Run it again")
    if not os.stat(file.path).st_mode & WRITABLE:
        raise Refused(f"{file.path} is read-only")


def replace(before: SourceFile, after: SourceFile) -> None:
    """Write a file that was read before, if it is still what was read."""
    expect_replaceable(before)
    write_bytes(after.data, after.path)


def to_stdout(data: bytes) -> None:
    """Write to stdout; nothing if it is closed."""
    if sys.stdout is not None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def to_device(data: bytes, path: str) -> None:
    """Write to something that is no regular file, such as a pipe, and stays where it is."""
    with open(path, "wb") as device:
        device.write(data)


def to_file(data: bytes, path: str) -> None:
    """Write beside the file, then put it in its place, with the permissions that it would have."""
    descriptor, new = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".refactor-grad-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(new, permissions(path))
        os.replace(new, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(new)
        raise


def permissions(path: str) -> int:
    """Return the mode of the file, or what a new one gets."""
    if os.path.exists(path):
        return os.stat(path).st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
