"""The command from Python: the same request, the same children, the verified code as an object."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refactorer.command import config, options
from refactorer.draft import Note, Step, steps_in
from refactorer.errors import Usage
from refactorer.notebooks.cells import NOTEBOOK, is_from_cell, text_around
from refactorer.notebooks.shown import Shown
from refactorer.processes import supervise
from refactorer.request import STYLES, Request, file_and_name


@dataclass(frozen=True)
class Refactored:
    """Verified code: its text, the function compiled from it, and what was told on the way.

    `error` is the largest relative error of its gradients against finite differences.
    """

    source: str
    function: Callable[..., Any]
    steps: tuple[Step, ...]
    notes: tuple[str, ...]
    error: float

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.source)

    def _repr_html_(self) -> str:
        return Shown(self.source, self.steps, self.notes, self.error)._repr_html_()


def refactor(
    function: Callable[..., Any] | str,
    *,
    wrt: str | int | Sequence[str | int] = (),
    shapes: Mapping[str, str | Sequence[str | int]] | None = None,
    at: Mapping[str, str] | None = None,
    style: str = "callback",
    comments: bool = False,
    helpers: str = "keep",
    xp: bool = False,
    params: str | Sequence[str] = (),
    imports: bool = False,
    timeout: float = 60.0,
    memory: int = 4096,
    seed: int = 0,
) -> Refactored:
    """Return a function, or "FILE.py:NAME", together with its gradient, as verified code.

    - `wrt` holds the inputs to differentiate with respect to, by name or position, or is "all"; the
      first argument if it is empty.
    - `shapes` maps an argument to its sizes, "n,d" or ("n", "d"), a scalar to (). `at` maps an
      argument to an expression over the named sizes, for values to try, drawn from `seed`.
    - `style` is the form of the code, one of those of the command. `helpers` says whether called
      functions are kept ("keep") or inlined ("inline"); `comments` asks for `# Grad of: ...`.
    - `params` names the arguments that are parameters of a layer; `xp` takes the array module from
      an argument.
    - `imports` imports the file instead of reading the function alone.
    - `timeout` is in seconds, `memory` in megabytes.

    Raises Refused if it cannot be done or verified, Usage for wrong arguments, and Defect for an
    error of the tool itself.
    """
    if style not in STYLES:
        raise Usage(f"there is no style '{style}'", f"Styles are {', '.join(STYLES)}")
    file, name, text = found(function)
    request = Request(
        file=file,
        name=name,
        text=text,
        wrt=options.names(as_option(wrt)),
        params=options.names(as_option(params), "params"),
        shapes=shapes_as_requested(shapes),
        at=options.values(f"{key}={value}" for key, value in (at or {}).items()),
        style=style,
        comments=comments,
        helpers=helpers,
        xp=xp,
        steps=True,
        imports=imports,
        timeout=timeout,
        memory=memory,
        seed=seed,
        layout=config.nearest(file).layout,
    )
    return refactored(request)


def examine(
    function: Callable[..., Any] | str,
    against: Callable[..., Any] | str,
    *,
    wrt: str | int | Sequence[str | int] = (),
    shapes: Mapping[str, str | Sequence[str | int]] | None = None,
    at: Mapping[str, str] | None = None,
    diff: bool = False,
    imports: bool = False,
    timeout: float = 60.0,
    seed: int = 0,
) -> supervise.Examined:
    """Judge `against`, a gradient of `function` that was written by hand.

    Both are functions or "FILE.py:NAME". The result has a `report`, and is `right` or not. With
    `diff`, the report shows our code beside the other. The other arguments are those of `refactor`.
    Raises Unjudged if it cannot be judged, and Usage for wrong arguments.
    """
    file, name = file_and_name_of(function)
    request = Request(
        file=file,
        name=name,
        wrt=options.names(as_option(wrt)),
        shapes=shapes_as_requested(shapes),
        at=options.values(f"{key}={value}" for key, value in (at or {}).items()),
        imports=imports,
        timeout=timeout,
        seed=seed,
        against=":".join(file_and_name_of(against)),
        diff=diff,
    )
    return supervise.examine(request, lambda _: None)


def found(function: Callable[..., Any] | str) -> tuple[str, str, str | None]:
    """Return the file and the name of a function, and the text of the cells that it is from."""
    plain = function if isinstance(function, str) else inspect.unwrap(function)
    if not isinstance(plain, str) and is_from_cell(plain):
        return NOTEBOOK, plain.__name__, text_around(plain)
    return *file_and_name_of(function), None


def file_and_name_of(function: Callable[..., Any] | str) -> tuple[str, str]:
    """Return the file and the name of a function, or of "FILE.py:NAME"."""
    return (
        file_and_name(function) if isinstance(function, str) else file_and_name_of_object(function)
    )


def shapes_as_requested(
    shapes: Mapping[str, str | Sequence[str | int]] | None,
) -> dict[str, tuple[str, ...]]:
    """Return shapes as a request takes them."""
    return options.shapes(f"{key}={as_option(value)}" for key, value in (shapes or {}).items())


def refactored(request: Request) -> Refactored:
    """Return the verified code for a request, compiled."""
    events: list[Step | Note] = []
    verified = supervise.run(request, events.append)
    return Refactored(
        source=verified.text,
        function=compiled(verified.text, verified.name),
        steps=steps_in(events),
        notes=tuple(event.text for event in events if isinstance(event, Note)),
        error=verified.error,
    )


def compiled(source: str, name: str) -> Callable[..., Any]:
    """Return the function that the source defines, executed in an empty namespace."""
    namespace: dict[str, Any] = {}
    exec(compile(source, f"<refactor-grad {name}>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def file_and_name_of_object(function: Callable[..., Any]) -> tuple[str, str]:
    """Return the file and the name of a function object; Usage if no file holds it by its name."""
    function = inspect.unwrap(function)
    if not inspect.isfunction(function):
        raise Usage(f"{function!r} is no function that is written in Python", code="no-function")
    file, name = inspect.getsourcefile(function), function.__qualname__
    if file is None or not os.path.isfile(file) or not all(map(str.isidentifier, name.split("."))):
        raise Usage(
            f"{name} stands at the top level of no file",
            "Write it into a file, and give the function or 'FILE.py:NAME'",
            code="no-function",
        )
    return file, name


def as_option(parts: str | int | Sequence[str | int]) -> str:
    """Return names or sizes as they are written in an option."""
    return parts if isinstance(parts, str) else ",".join(map(str, listed(parts)))


def listed(parts: int | Sequence[str | int]) -> Sequence[str | int]:
    """Return one part as a sequence of one."""
    return [parts] if isinstance(parts, int) else parts
