"""Loads the catalogue of rules.

A wheel carries `rules/` inside the package; a checkout keeps it beside the package.
Either way it is imported as `refactorer.rules`, never as a top-level `rules`.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from refactorer.rule import Rule

NAME = "refactorer.rules"


def load(root: Path) -> tuple[type[Rule], ...]:
    """Return the rules of the catalogue in a folder, in the order in which they are applied."""
    if NAME not in sys.modules:
        spec = spec_from_file_location(NAME, root / "__init__.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[NAME] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return cast("tuple[type[Rule], ...]", sys.modules[NAME].PIPELINE)


HERE = Path(__file__).parents[1]
PIPELINE = load(next(p for p in (HERE / "rules", HERE.parent / "rules") if p.is_dir()))
