"""Calling a user's function by the names of its parameters, and taking its output apart."""

from __future__ import annotations

import copy
import inspect
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[..., object]
Arguments = Mapping[str, object]
DEFINITIONS = "<definitions>"  # the file, to Python, of what a function reads of its module
LONGEST = 2.0  # seconds that a function may take at the small arguments that are drawn
SHORTEST = 0.5  # seconds that it may take at least
MUCH = 100  # times the slowest call that was done: looking at each line takes its time
LESS, LEAST = 0.7, 0.1  # of the time, and seconds, that are left where no call was done yet
AGAIN = 0.5  # seconds after which an alarm comes again
MANY = 16  # calls that were late, after which none is thought to end


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what NumPy and the user's function say of overflow, zero divisors and the like."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where it takes longer; where there are no alarms, nothing ends it.

    An error that is lost, as in a callback of a weak reference or in an `except`, comes again.
    """
    if threading.current_thread() is not threading.main_thread() or not alarms():
        yield
        return
    ALARM.seconds = seconds
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@cache
def alarms() -> bool:
    """Tell whether there are alarms, and have them raise TimeoutError in this process.

    It is done once, as a function is called some thousand times.
    """
    if not hasattr(signal, "setitimer"):
        return False
    signal.signal(signal.SIGALRM, ALARM)
    return True


class Alarm:
    """What answers the alarm: it tells how long was waited."""

    seconds = LONGEST

    def __call__(self, *_: object) -> None:
        """Raise what ends the call that takes too long."""
        raise TimeoutError(f"it was not done after {self.seconds:g} s")


ALARM = Alarm()


class Patience:
    """How long a call may take, by those before it: a process calls one user's function."""

    def __init__(self) -> None:
        self.slowest = 0.0  # seconds of a call that was done
        self.late = 0  # calls that were not

    @property
    def is_over(self) -> bool:
        """Whether many calls were late, and none was done."""
        return self.late >= MANY and not self.slowest

    def most(self, seconds: float) -> float:
        """Return how many seconds a call may take: each that is late leaves less to the next."""
        if not self.late:
            return seconds
        least = max(SHORTEST, MUCH * self.slowest) if self.slowest else seconds * LESS**self.late
        return min(seconds, max(least, LEAST))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Raise TimeoutError where it takes longer, or much longer than all that were done."""
        start = time.perf_counter()
        try:
            with within(self.most(seconds)):
                yield
        except TimeoutError:
            self.late += 1
            raise
        self.slowest = max(self.slowest, time.perf_counter() - start)


PATIENCE = Patience()


def bound(function: Function, seconds: float = LONGEST) -> Callable[[Arguments], object]:
    """Return the function as one of a mapping; the arguments are passed on as they are.

    It raises TimeoutError where it takes longer: a loop may never end at what it is given. Once
    that has happened, less is waited for, by what the calls took that were done, if any. It raises
    RuntimeError where it would end the process.
    """
    parameters = inspect.signature(function).parameters.values()
    first = {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_ONLY}

    def call(arguments: Arguments) -> object:
        rest = dict(arguments)
        with PATIENCE.within(seconds):
            try:
                return function(*[rest.pop(n, default) for n, default in first.items()], **rest)
            except (SystemExit, KeyboardInterrupt) as end:
                error = RuntimeError(f"it ends the process by {type(end).__name__}")
                raise error.with_traceback(end.__traceback__) from None

    return call


def fresh(function: Function, seconds: float = LONGEST) -> Callable[[Arguments], object]:
    """Return the function as one of a mapping; it is given copies."""
    call = bound(function, seconds)
    return lambda arguments: call({name: copied(value) for name, value in arguments.items()})


def copied(value: object) -> object:
    """Return a value that shares no memory with this one."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return copy.deepcopy(value) if isinstance(value, list | tuple | dict) else value


def leaves(value: object) -> list[object]:
    """Return the values that tuples and lists hold, in order, to any depth."""
    if isinstance(value, tuple | list):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def is_float(value: object) -> bool:
    """Tell whether a value is a real floating-point number or an array of them."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f"
    return isinstance(value, float)


def alike(numbers: NDArray[np.floating], value: object) -> object:
    """Return numbers as the kind of value that they stand for: only a NumPy scalar has methods."""
    if isinstance(value, np.ndarray):
        return numbers
    return numbers[()] if isinstance(value, np.generic) else float(numbers)


def floats(output: object) -> Floats:
    """Return all floating-point numbers of an output in one vector; TypeError if it is complex."""
    parts = leaves(output)
    if any(np.asarray(part).dtype.kind == "c" for part in parts):
        raise TypeError("its output is complex")
    found = [np.ravel(np.asarray(part, dtype=float)) for part in parts if is_float(part)]
    return np.concatenate(found) if found else np.empty(0)


def cotangent(output: object, rng: np.random.Generator, ones: bool = False) -> object:
    """Return a random cotangent of the output's structure: tuples, arrays, Python floats.

    All ones where asked for. What is no number has the cotangent None, what is infinite zero.
    """
    if isinstance(output, tuple | list):
        return tuple(cotangent(part, rng, ones) for part in output)
    value = np.asarray(output)
    if value.dtype.kind not in "fiub":
        return None
    if ones:
        return np.ones(value.shape) if value.shape else 1.0
    if not value.shape:
        return float(rng.uniform(0.5, 2.0))
    return np.where(np.isinf(value), 0.0, rng.normal(size=value.shape))


def weights(output: object, given: object) -> Floats:
    """Return the numbers of a cotangent that weigh those of `floats(output)`, in one vector."""
    pairs = zip(map(np.asarray, leaves(output)), leaves(given), strict=True)
    found = [
        np.ravel(np.broadcast_to(np.asarray(weight, dtype=float), leaf.shape))
        for leaf, weight in pairs
        if is_float(leaf)
    ]
    return np.concatenate(found) if found else np.empty(0)


def telling(runs: Sequence[Arguments]) -> list[Arguments]:
    """Return arguments whose axes differ in size where those of the first do, and none is one.

    What is seen at others alone does not tell one axis from another.
    """
    first = sizes(runs[0]) if runs else {}

    def tells(run: Arguments) -> bool:
        own = sizes(run)
        pairs = {(first[axis], own[axis]) for axis in first.keys() & own.keys()}
        ones = any(size == 1 < other for other, size in pairs)
        return not ones and len({size for _, size in pairs}) == len({other for other, _ in pairs})

    return [run for run in runs if tells(run)]


def sizes(arguments: Arguments) -> dict[tuple[str, int], int]:
    """Return the sizes of all axes of some arguments."""
    shapes = {name: getattr(value, "shape", ()) for name, value in arguments.items()}
    return {(name, axis): size for name, shape in shapes.items() for axis, size in enumerate(shape)}
