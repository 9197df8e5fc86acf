"""A printed text, executed by itself, and how each style of it is called."""

from __future__ import annotations

import builtins
import inspect
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import StringIO
from types import ModuleType

from refactorer.execution.evaluation import Arguments, Function, bound
from refactorer.execution.temporary import leaving_nothing
from refactorer.judging.comparison import Wrong, described
from refactorer.request import FRAMEWORKS, WITH_ONES

FORBIDDEN = ("tangent", "refactorer")
Pull = Callable[[object], tuple[object, ...]]


def defined(source: str, name: str, alone: bool = False) -> Function:
    """Return the function that a source defines, executed in an empty namespace.

    Where it must stand alone, it may import neither tangent nor this package. Raises Wrong.
    """
    own = {**vars(builtins), "__import__": guarded} if alone else builtins
    namespace: dict[str, object] = {"__name__": "emitted", "__builtins__": own}
    try:
        with leaving_nothing():
            exec(compile(source, f"<{name}>", "exec", dont_inherit=True), namespace)
    except Exception as error:  # whatever its imports and constants raise
        raise Wrong(f"it does not run by itself: {type(error).__name__}: {error}") from error
    function = namespace.get(name)
    if not callable(function):
        raise Wrong(f"it does not define {name}")
    return function


def guarded(module: str, *rest: object, **named: object) -> ModuleType:
    """Import a module, but none of those that a printed text must not need."""
    if module.partition(".")[0] in FORBIDDEN:
        raise ImportError(f"it imports {module}")
    return builtins.__import__(module, *rest, **named)  # type: ignore[arg-type]


def expect_alone(text: str, module: str) -> None:
    """Raise Wrong if a text that runs names tangent, and the user's own does not."""
    if names_tangent(text) and not names_tangent(module):
        raise Wrong("an option, such as an axis, is computed where it has to be written out")


def names_tangent(source: str) -> bool:
    """Tell whether a source has the name of tangent among its tokens."""
    if "tangent" not in source:
        return False
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    return any(token.type == tokenize.NAME and token.string == "tangent" for token in tokens)


@dataclass(frozen=True)
class Emitted:
    """The function that a text defines, its style, and the inputs whose gradients it returns.

    `seed` names the parameter that takes the cotangent in the style "grad".
    """

    call: Callable[[Arguments], object]
    style: str
    wrt: tuple[str, ...]
    seed: str = ""
    seed_has_default: bool = False

    @classmethod
    def read(
        cls, text: str, printed: str, style: str, wrt: tuple[str, ...], own: Function
    ) -> Emitted:
        """Return what a text defines; Wrong if it does not run, or has another signature."""
        function = defined(text, printed, alone=True)
        if style in FRAMEWORKS:
            return cls(at_home(style)(function, wrt, own), as_style(style), wrt)
        parameters = dict(inspect.signature(function).parameters)
        theirs = inspect.signature(own).parameters
        extra = [parameters.pop(key) for key in list(parameters) if key not in theirs]
        if not same_signature(parameters, theirs) or len(extra) != (style == "grad"):
            shown = f"{inspect.signature(function)}, not {inspect.signature(own)}"
            raise Wrong(f"its signature is {shown}")
        call = bound(function)
        if not extra:
            return cls(call, style, wrt)
        return cls(call, style, wrt, extra[0].name, extra[0].default is not extra[0].empty)

    def open(self, arguments: Arguments) -> tuple[object, Pull]:
        """Call it; return the output (None in the style "grad") and its map of cotangents."""
        if self.style == "grad":
            return None, lambda g: self.each(self.call({**arguments, self.seed: g}))
        output, second = pair(self.call(arguments))
        if self.style == "value-and-grad":
            return output, lambda _: self.each(second)
        if self.style == "callbacks":
            getters = [called(getter) for getter in self.each(second)]
            return output, lambda g: tuple(get(g) for get in getters)
        backprop = called(second)
        return output, lambda g: self.each(backprop(g))

    def each(self, found: object) -> tuple[object, ...]:
        """Return one thing for each input: bare for one input, a tuple for several; else Wrong."""
        if len(self.wrt) == 1:
            if isinstance(found, tuple | list):
                raise Wrong(f"it returns {described(found)} for one input")
            return (found,)
        if not isinstance(found, tuple) or len(found) != len(self.wrt):
            raise Wrong(f"it returns {described(found)} for {len(self.wrt)} inputs")
        return found


def at_home(style: str) -> Callable[[object, tuple[str, ...], Function], Callable[..., object]]:
    """Return what turns the form of another package into a function of NumPy arrays.

    It is imported only when asked for, since the package need not be installed.
    """
    module = import_module(f"refactorer.judging.frameworks.{style.replace('-', '_')}")
    made: Callable[..., Callable[..., object]] = module.in_numpy
    return made


def as_style(style: str) -> str:
    """Return the style of the function of NumPy arrays that a form is turned into."""
    return "value-and-grad" if style in WITH_ONES else "callback"


def pair(result: object) -> tuple[object, object]:
    """Return the two parts of what a function returns; Wrong if there are not two."""
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong(f"it returns {described(result)}, no pair")
    return result


def called(value: object) -> Callable[[object], object]:
    """Return a callback; Wrong if it is none."""
    if not callable(value):
        raise Wrong(f"it returns {described(value)} for a callback")
    return value


def same_signature(
    ours: Mapping[str, inspect.Parameter], theirs: Mapping[str, inspect.Parameter]
) -> bool:
    """Tell whether parameters have the same names, order, kinds and defaults."""
    return list(ours) == list(theirs) and all(
        one.kind is other.kind and same_default(one.default, other.default)
        for one, other in zip(ours.values(), theirs.values(), strict=True)
    )


def same_default(one: object, other: object) -> bool:
    """Tell whether two defaults are alike; objects that compare by identity need the same type."""
    if one is other:
        return True
    return type(one) is type(other) and (plain(one) == plain(other))


def plain(default: object) -> str:
    """Return a default's text without the address that an object's text may hold."""
    return repr(default).split(" at 0x")[0]
