"""The options that hold for a function: given now, else in its block, else in pyproject.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactorer.command import config, options
from refactorer.request import Request

# What a block keeps of the options that it was made with, as it is written there.
KEPT = {
    "wrt": "--wrt",
    "params": "--params",
    "shapes": "--shape",
    "at": "--at",
    "style": "--style",
    "helpers": "--helpers",
    "comments": "--comments",
    "naming": "--name",
    "imports": "--import",
    "xp": "--xp",
    "seed": "--seed",
}
IN_FILE = "{}_with_gradient"

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """The options that were given, those that hold where nothing is said, and how to read others.

    `read` returns what is said by words as they are written on the command line; its second
    argument says where they stand.
    """

    given: Given
    defaults: Given
    read: Callable[[Sequence[str], str], Given]

    def request(self, file: str, name: str, in_block: Sequence[str] = (), **more: Any) -> Request:
        """Return what is asked for a function that may have a block; Usage if malformed."""
        found = config.nearest(file)
        said = {
            **self.defaults,
            **self.read(found.words, found.place),
            **self.read(in_block, f"the block of {name} in {file}"),
            **self.given,
        }
        return Request(
            file=file,
            name=name,
            wrt=options.names(said["wrt"]),
            params=options.names(said["params"], "--params"),
            shapes=options.shapes(said["shapes"]),
            at=options.values(said["at"]),
            naming=options.naming(said["naming"] or default_naming(said, **more)),
            layout=found.layout,
            **{key: said[key] for key in PASSED_ON},
            **more,
        )

    def kept(self, name: str, in_block: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the options that a block keeps: its own, and those given now."""
        said = {**self.read(in_block, f"the block of {name}"), **self.given}
        return tuple(word for key in KEPT if key in said for word in words(KEPT[key], said[key]))


PASSED_ON = (
    *("style", "comments", "helpers", "steps", "imports", "timeout", "memory", "seed", "xp"),
)


def default_naming(said: Given, block: bool = False, **_: Any) -> str:
    """Return the pattern of the printed name: below a function it must not be the function's."""
    return IN_FILE if block and said["style"] != "grad" else ""


def words(option: str, value: Any) -> tuple[str, ...]:
    """Return an option with its value as it is written on the command line."""
    match value:
        case True:
            return (option,)
        case False:
            return ()
        case tuple():
            return tuple(word for one in value for word in (option, str(one)))
    return option, str(value)
