"""The options of the command: how each is spelled, and what --help says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from click import BadParameter, Choice, Context, FloatRange, IntRange, Parameter, argument, option

from refactorer.reading.source_file import STDIN
from refactorer.request import STYLES

Decorated: TypeAlias = Callable[..., Any]
MOST_SECONDS = 1e6


def with_options(command: Decorated) -> Decorated:
    """Return a command that takes the options, in the order in which --help lists them."""
    for declared in reversed(OPTIONS):
        command = declared(command)
    return command


def finite(context: Context, parameter: Parameter, value: float) -> float:
    """Return a number of seconds that an alarm can be set to."""
    if not value < MOST_SECONDS:
        raise BadParameter(f"{value} is not below {MOST_SECONDS:g}", context, parameter)
    return value


OPTIONS = (
    argument("targets", metavar="FILE.py:FUNCTION...", nargs=-1, required=True),
    option(
        "--wrt",
        default="",
        metavar="X,Y",
        help="Inputs, by name or position; 'all' is every float input.  [default: the first]",
    ),
    option(
        "--shape",
        "shapes",
        multiple=True,
        metavar="X=n,d",
        help="Sizes of an input: names, integers, products; 'a=' is a scalar.",
    ),
    option(
        "--at",
        multiple=True,
        metavar="X=EXPRESSION",
        help="Values to try an input at, over the named sizes.",
    ),
    option(
        "--style",
        type=Choice(STYLES),
        metavar="STYLE",
        default="callback",
        show_default=True,
        help="The form of the printed code: one of those below.",
    ),
    option("--steps", is_flag=True, help="Tell every step from what tangent wrote to the result."),
    option(
        "--helpers",
        type=Choice(["keep", "inline"]),
        default="keep",
        show_default=True,
        metavar="HOW",
        help="Functions that it calls: 'keep' them, with callbacks, or 'inline' them.",
    ),
    option(
        "--params",
        default="",
        metavar="W,b",
        help="Arguments that are parameters of a layer, for thinc-layer.",
    ),
    option("--comments", is_flag=True, help="Put '# Grad of: ...' above the callback's lines."),
    option(
        "--name",
        "naming",
        default="",
        metavar="NAME",
        help="What is printed is called NAME, in which '{}' stands for FUNCTION.",
    ),
    option(
        "--xp",
        is_flag=True,
        help="Take the array module from an argument: xp = get_array_module(X).",
    ),
    option(
        "--against",
        default="",
        metavar="FILE.py:NAME",
        help="Judge NAME, written by hand, as a gradient of FUNCTION, and print what is wrong.",
    ),
    option(
        "--against-grad",
        default="",
        metavar="FILE.py:NAME",
        help="The same for a NAME that returns the gradient alone, as scipy's jac does.",
    ),
    option("-o", "file", metavar="FILE", help="Write to FILE, whole or not at all."),
    option(
        "--emit-test",
        "test",
        metavar="FILE",
        help="Write a test of the printed code, for pytest; it imports the code from the FILE "
        "of -o.",
    ),
    option("-i", "in_place", is_flag=True, help="Write it below FUNCTION in its file, as a block."),
    option("--force", is_flag=True, help="With -i: also over a block that was edited by hand."),
    option("--check", is_flag=True, help="Tell blocks that are stale or not right any more."),
    option(
        "--diff",
        is_flag=True,
        help="Show what -i would change; with --against, ours beside theirs.",
    ),
    option(
        "--stdin-filename",
        default=STDIN,
        metavar="FILE",
        help="What '-' is taken to be, as in -:FUNCTION.",
    ),
    option("--json", is_flag=True, help="Write texts, spans, steps and verdicts as JSON."),
    option("--html", metavar="FILE", help="Write a page to FILE: the code, and the way to it."),
    option(
        "--timeout",
        type=FloatRange(min=0, min_open=True),
        callback=finite,
        default=60.0,
        show_default=True,
        metavar="S",
        help="Give up after S seconds.",
    ),
    option(
        "--memory",
        type=IntRange(min=256),
        default=4096,
        show_default=True,
        metavar="MB",
        help="Give up beyond it, under Linux; elsewhere --timeout holds alone.",
    ),
    option("--import", "imports", is_flag=True, help="Import FILE.py, not FUNCTION alone."),
    option(
        "--seed",
        type=IntRange(min=0),
        default=0,
        show_default=True,
        metavar="N",
        help="Seed of the values that are tried.",
    ),
    option("-q", "--quiet", is_flag=True, help="Tell no notes."),
    option("-v", "--verbose", is_flag=True, help="Tell details, and what FUNCTION prints."),
    option(
        "--color",
        type=Choice(["auto", "always", "never"]),
        metavar="WHEN",
        default="auto",
        show_default=True,
        help="Colour on stderr: auto, always or never; auto obeys NO_COLOR.",
    ),
)
