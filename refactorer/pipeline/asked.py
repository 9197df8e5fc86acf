"""What a request asks of a function: gradients of which arguments, in which form and module."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

from refactorer.dialects.array_modules import with_array_module
from refactorer.errors import Refused, Usage
from refactorer.primal.signature import ALL, resolved
from refactorer.primal.surroundings import surroundings
from refactorer.reading.source_file import read
from refactorer.reading.target import Target, find
from refactorer.request import PACKAGES, Request


def asked(request: Request, target: Target) -> tuple[str, ...]:
    """Return the arguments to differentiate with respect to: of a layer, all without a default."""
    module = surroundings(target.definitions)
    if request.style != "thinc-layer":
        if request.params:
            raise Usage("--params names the parameters of a layer", "Add --style thinc-layer")
        return resolved(request.wrt, target, module)
    params = resolved(request.params, target, module) if request.params else ()
    if request.wrt:
        return tuple(dict.fromkeys([*resolved(request.wrt, target, module), *params]))
    given = {p.name for p in target.parameters if p.default is None} | {*params}
    found = resolved((ALL,), target, module)
    return tuple(n for n in dict.fromkeys([*found, *params]) if n in given)


def expect_package(style: str) -> None:
    """Raise Refused if the package that runs what a style prints is not installed."""
    package = PACKAGES.get(style)
    if package and find_spec(package) is None:
        raise Refused(
            f"what --style {style} prints is run before it is printed, and {package} is not here",
            f"Install it beside refactor-grad, with pip install 'refactor-grad[{package}]'",
        )


def asking(own: Target, request: Request) -> Target:
    """Return a function that takes its array module from an argument; so do those that it calls."""
    given = [p.name for p in own.parameters if request.shapes.get(p.name) != ()]
    names = [own.name, *(name for d in own.definitions for name in d.names)]
    text = read(request.file).plain if request.text is None else request.text
    arrays = [*(name for name in request.wrt if name in given), *given]
    text = with_array_module(text, names, arrays)
    found = find(request.file, request.name, request.imports, text)
    new = found.source.count("\n") - own.source.count("\n")
    return replace(found, line=own.line - new)  # so that its statements stand where they did
