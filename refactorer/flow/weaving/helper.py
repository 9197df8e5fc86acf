"""A function of the user's, as its callers see it."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from refactorer.syntax.expressions import code


@dataclass(frozen=True)
class Helper:
    """A function of the user's: its parameters, and those whose gradients its callback returns."""

    name: str
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]

    def given(self, arguments: tuple[cst.Arg, ...]) -> dict[str, str]:
        """Return the text of what each parameter is given."""
        return {
            arg.keyword.value if arg.keyword else self.parameters[place]: code(arg.value)
            for place, arg in enumerate(arguments)
        }
