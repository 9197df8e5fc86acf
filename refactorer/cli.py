"""The command: reads the options, and turns every end into one line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from refactorer import __version__
from refactorer.command.batch import Batch
from refactorer.command.help_text import EPILOG
from refactorer.command.modes import answer, examined, tested
from refactorer.command.settings import Settings
from refactorer.command.targets import functions
from refactorer.command.terminal import Terminal, wants_color
from refactorer.errors import RefactorError, Usage
from refactorer.processes.supervise import defect
from refactorer.reading.source_file import STDIN
from refactorer.request import STYLES

INTERRUPTED = 130
KILLED = 128  # and the number of the signal
MOST_SECONDS = 1e6


def finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Return a number of seconds that an alarm can be set to."""
    if not value < MOST_SECONDS:
        raise click.BadParameter(f"{value} is not below {MOST_SECONDS:g}", context, parameter)
    return value


@click.command(
    "refactor-grad",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.argument("targets", metavar="FILE.py:FUNCTION...", nargs=-1, required=True)
@click.option(
    "--wrt",
    default="",
    metavar="X,Y",
    help="Inputs, by name or position; 'all' is every float input.  [default: the first]",
)
@click.option(
    "--shape",
    "shapes",
    multiple=True,
    metavar="X=n,d",
    help="Sizes of an input: names, integers, products; 'a=' is a scalar.",
)
@click.option(
    "--at",
    multiple=True,
    metavar="X=EXPRESSION",
    help="Values to try an input at, over the named sizes.",
)
@click.option(
    "--style",
    type=click.Choice(STYLES),
    metavar="STYLE",
    default="callback",
    show_default=True,
    help="The form of the printed code: one of those below.",
)
@click.option(
    "--steps", is_flag=True, help="Tell every step from what tangent wrote to the result."
)
@click.option(
    "--helpers",
    type=click.Choice(["keep", "inline"]),
    default="keep",
    show_default=True,
    metavar="HOW",
    help="Functions that it calls: 'keep' them, with callbacks, or 'inline' them.",
)
@click.option(
    "--params",
    default="",
    metavar="W,b",
    help="Arguments that are parameters of a layer, for thinc-layer.",
)
@click.option("--comments", is_flag=True, help="Put '# Grad of: ...' above the callback's lines.")
@click.option(
    "--name",
    "naming",
    default="",
    metavar="NAME",
    help="What is printed is called NAME, in which '{}' stands for FUNCTION.",
)
@click.option(
    "--xp", is_flag=True, help="Take the array module from an argument: xp = get_array_module(X)."
)
@click.option(
    "--against",
    default="",
    metavar="FILE.py:NAME",
    help="Judge NAME, written by hand, as a gradient of FUNCTION, and print what is wrong.",
)
@click.option(
    "--against-grad",
    default="",
    metavar="FILE.py:NAME",
    help="The same for a NAME that returns the gradient alone, as scipy's jac does.",
)
@click.option("-o", "file", metavar="FILE", help="Write to FILE, whole or not at all.")
@click.option(
    "--emit-test",
    "test",
    metavar="FILE",
    help="Write a test of the printed code, for pytest; it imports the code from the FILE of -o.",
)
@click.option(
    "-i", "in_place", is_flag=True, help="Write it below FUNCTION in its file, as a block."
)
@click.option("--force", is_flag=True, help="With -i: also over a block that was edited by hand.")
@click.option("--check", is_flag=True, help="Tell blocks that are stale or not right any more.")
@click.option(
    "--diff", is_flag=True, help="Show what -i would change; with --against, ours beside theirs."
)
@click.option(
    "--stdin-filename",
    default=STDIN,
    metavar="FILE",
    help="What '-' is taken to be, as in -:FUNCTION.",
)
@click.option("--json", is_flag=True, help="Write texts, spans, steps and verdicts as JSON.")
@click.option("--html", metavar="FILE", help="Write a page to FILE: the code, and the way to it.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    callback=finite,
    default=60.0,
    show_default=True,
    metavar="S",
    help="Give up after S seconds.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=256),
    default=4096,
    show_default=True,
    metavar="MB",
    help="Give up beyond it, under Linux; elsewhere --timeout holds alone.",
)
@click.option("--import", "imports", is_flag=True, help="Import FILE.py, not FUNCTION alone.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the values that are tried.",
)
@click.option("-q", "--quiet", is_flag=True, help="Tell no notes.")
@click.option("-v", "--verbose", is_flag=True, help="Tell details, and what FUNCTION prints.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    metavar="WHEN",
    default="auto",
    show_default=True,
    help="Colour on stderr: auto, always or never; auto obeys NO_COLOR.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def command(context: click.Context, /, targets: tuple[str, ...], **given: Any) -> None:
    """Print FUNCTION with its gradient, as a careful person would have written it, verified.

    -i, --check and --diff take several of them, globs, and files: of a file, every block.
    """
    terminal = Terminal(
        wants_color(given["color"]), given["quiet"], given["verbose"], given["steps"]
    )
    said = {key: given[key] for key in given if was_said(context, key)}
    said |= {"comments": True} if given["html"] else {}  # by which the page knows what belongs
    settings = Settings(said, given, read)
    try:
        if given["against"] or given["against_grad"]:
            context.exit(examined(targets, settings, given, terminal))
        batch = Batch(
            functions(targets),
            settings,
            terminal.report,
            given["verbose"],
            given["force"],
            given["stdin_filename"],
            tested(given),
            bool(given["html"]),
        )
        context.exit(answer(batch, given, terminal))
    except RefactorError as error:
        terminal.error(error)
        context.exit(error.exit_code)


def was_said(context: click.Context, key: str) -> bool:
    """Tell whether an option was given, and is not its default."""
    return context.get_parameter_source(key) is click.core.ParameterSource.COMMANDLINE


def read(words: Sequence[str], place: str) -> dict[str, Any]:
    """Return the options that words say which stand in a file, at a place that errors name."""
    try:
        context = command.make_context("refactor-grad", ["-", *words])
    except click.ClickException as error:
        raise Usage(f"{place}: {error.format_message()}") from None
    return {key: context.params[key] for key in context.params if was_said(context, key)}


def defaults() -> dict[str, Any]:
    """Return what the options are where nothing is said."""
    return dict(command.make_context("refactor-grad", ["-"]).params)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    occupy_standard_streams()
    end_children_on(signal.SIGTERM, signal.SIGHUP)
    try:
        return invoke(sys.argv[1:] if arguments is None else list(arguments))
    except click.ClickException as error:
        click.echo(
            f"refactor-grad: {error.format_message()} (--help tells more) [option]", err=True
        )
        return 2
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has heard enough; Python's own last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        failure = defect(repr(error), traceback.format_exc())
        click.echo(str(failure), err=True)
        return failure.exit_code


def invoke(arguments: list[str]) -> int:
    """Parse the arguments and run the command; "-:NAME" is no option, but a function of stdin."""
    arguments = [f"{STDIN}{word[1:]}" if word.startswith("-:") else word for word in arguments]
    try:
        with command.make_context("refactor-grad", arguments) as context:
            command.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def end_children_on(*signals: signal.Signals) -> None:
    """Let signals end this process by way of ending its children; what is ignored stays so."""
    for number in signals:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda received, _: sys.exit(KILLED + received))


def occupy_standard_streams() -> None:
    """Open what is closed of stdin, stdout and stderr, lest a pipe to a child takes its number."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
