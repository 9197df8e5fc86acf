"""Print the gradient of a NumPy function as code that a careful person would have written."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refactorer.api import Refactored, examine, refactor
    from refactorer.errors import Defect, RefactorError, Refused, Unjudged, Usage

__version__ = "0.1.0"
__all__ = [
    "Defect",
    "RefactorError",
    "Refactored",
    "Refused",
    "Unjudged",
    "Usage",
    "examine",
    "refactor",
]

HOMES = {"Refactored": "api", "examine": "api", "refactor": "api"}


def __getattr__(name: str) -> object:
    # The children import this package too: they need none of what starts them.
    if name not in __all__:
        raise AttributeError(f"module 'refactorer' has no attribute '{name}'")
    return getattr(import_module(f"refactorer.{HOMES.get(name, 'errors')}"), name)


def load_ipython_extension(shell: object) -> None:
    """Give IPython the cell magic %%refactor_grad."""
    import_module("refactorer.notebooks.magic").load(shell)
