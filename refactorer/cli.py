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
from refactorer.command.compatible import module_for_test
from refactorer.command.declared import with_options
from refactorer.command.help_text import EPILOG
from refactorer.command.modes import answer, judge_by_hand
from refactorer.command.settings import Settings
from refactorer.command.targets import functions
from refactorer.command.terminal import Terminal, wants_color
from refactorer.errors import RefactorError, Usage
from refactorer.processes.errands import defect
from refactorer.reading.source_file import STDIN

INTERRUPTED = 130
KILLED = 128  # and the number of the signal


@click.command(
    "refactor-grad",
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@with_options
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
    settings = Settings(said, given, options_in)
    try:
        if given["against"] or given["against_grad"]:
            context.exit(judge_by_hand(targets, settings, given, terminal))
        batch = Batch(
            functions(targets),
            settings,
            terminal.report,
            verbose=given["verbose"],
            force=given["force"],
            stdin_filename=given["stdin_filename"],
            test=module_for_test(given),
            costs=bool(given["html"]),
        )
        context.exit(answer(batch, given, terminal))
    except RefactorError as error:
        terminal.error(error)
        context.exit(error.exit_code)


def was_said(context: click.Context, key: str) -> bool:
    """Tell whether an option was given, and is not its default."""
    return context.get_parameter_source(key) is click.core.ParameterSource.COMMANDLINE


def options_in(words: Sequence[str], place: str) -> dict[str, Any]:
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
