"""Changes to the process that are taken back."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any


@contextmanager
def swapped(values: MutableMapping[str, Any], others: Mapping[str, Any]) -> Iterator[None]:
    """Put other values into a mapping for a while."""
    before = {name: values[name] for name in others if name in values}
    values.update(others)
    try:
        yield
    finally:
        for name in others:
            values.pop(name, None)
        values.update(before)


@contextmanager
def kept_out(modules: Iterable[str]) -> Iterator[None]:
    """Make the import of modules fail for a while; those that are imported already stay."""
    with swapped(sys.modules, {name: None for name in modules if name not in sys.modules}):
        yield


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """Write no bytecode beside the files of users that are imported meanwhile."""
    with swapped(vars(sys), {"dont_write_bytecode": True}):
        yield


@contextmanager
def silent() -> Iterator[None]:
    """Print nothing and warn of nothing for a while."""
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
