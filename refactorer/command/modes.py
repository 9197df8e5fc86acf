"""The modes of output: code is printed, files are written, differences are shown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from refactorer.command import options, output
from refactorer.command.batch import Batch, Outcome
from refactorer.command.compatible import chosen_mode, expect_no_other, expect_one
from refactorer.command.json_report import as_json
from refactorer.command.settings import Settings
from refactorer.command.terminal import Terminal
from refactorer.draft import Note, notes_in, steps_in
from refactorer.errors import Refused, Usage
from refactorer.processes.supervise import examine
from refactorer.reading.source_file import STDIN, SourceFile
from refactorer.request import file_and_name

DIFFERENT = 1


def answer(batch: Batch, given: Mapping[str, Any], terminal: Terminal) -> int:
    """Do what was asked for, and return the exit code."""
    mode = chosen_mode(given)
    if mode in ("", "html"):
        expect_one(batch, given)
    if mode == "in_place" and STDIN in batch.wanted and len(batch.wanted) > 1:
        raise Usage("'-' goes with no other file", "Give it alone")
    ways = {"in_place": batch.changed, "diff": batch.changed, "check": batch.checked}
    with terminal.working():
        outcomes = heard(ways.get(mode, batch.printed)(), terminal)
        if mode == "check" and given["diff"]:
            outcomes = put_right(batch, outcomes, terminal)
    hand_over(batch, outcomes, mode, given)
    code = max((o.error.exit_code for o in outcomes if o.error), default=0)
    if mode == "in_place" and not code:
        write_changes(batch, outcomes, terminal, quiet=given["json"])
    return code or (DIFFERENT if mode == "diff" and changes(outcomes) else 0)


def hand_over(
    batch: Batch, outcomes: Sequence[Outcome], mode: str, given: Mapping[str, Any]
) -> None:
    """Write what a mode puts on stdout, or into a file of its own: the user's files come last."""
    if given["json"]:
        output.write(as_json(outcomes), given["file"])
    elif given["diff"]:
        output.write_bytes(b"".join(map(difference, changes(outcomes))), None)
    elif mode == "html":
        write_page(batch, outcomes, given["html"])
    elif not mode:
        write_code(outcomes, given["file"], given["test"])


def put_right(batch: Batch, found: Sequence[Outcome], terminal: Terminal) -> list[Outcome]:
    """Return what a check has found, what failed with the change of its file that puts it right.

    Why there is none is told, unless the check has told it.
    """
    failed = {outcome.target for outcome in found if isinstance(outcome.error, Refused)}
    changed = {outcome.target: outcome for outcome in batch.of(failed).changed()}
    for outcome in found:
        other = changed.get(outcome.target, outcome).error
        if outcome.error and other and other.reason != outcome.error.reason:
            terminal.error(other)
    return [replace(o, change=changed.get(o.target, o).change) for o in found]


def judge_by_hand(
    targets: Sequence[str], settings: Settings, given: Mapping[str, Any], terminal: Terminal
) -> int:
    """Write what is found of hand-written code, and return the exit code."""
    expect_no_other(given)
    if len(targets) > 1:
        raise Usage("hand-written code is judged against one function", "Name that one")
    file, name = file_and_name(targets[0])
    if given["file"]:
        output.check(given["file"], file)
    theirs = options.against(given["against"], given["against_grad"])
    wanted = settings.request(file, name, **theirs, diff=given["diff"])
    with terminal.working():
        found = examine(wanted, terminal.report, verbose=given["verbose"])
    output.write(found.report, given["file"])
    return 0 if found.right else DIFFERENT


def heard(outcomes: Iterable[Outcome], terminal: Terminal) -> list[Outcome]:
    """Return the outcomes, each told of as it comes."""
    found = []
    for outcome in outcomes:
        found.append(outcome)
        if outcome.error:
            terminal.error(outcome.error)
        elif outcome.verified:
            error = f"verified: the largest relative error is {outcome.verified.error:.1e}"
            terminal.report(Note(error, detail=True))
    return found


def write_code(outcomes: Sequence[Outcome], file: str | None, test: str | None) -> None:
    """Write the code of a function, if there is any, and its test where one is asked for."""
    for outcome in outcomes:
        if outcome.verified:
            output.write(outcome.verified.text, file)
            if test:
                output.write(outcome.verified.test, test)


def write_page(batch: Batch, outcomes: Sequence[Outcome], path: str) -> None:
    """Write the page on a function, if there is code to show."""
    from refactorer.html.document import Document

    for outcome in outcomes:
        if outcome.verified:
            (file,) = batch.wanted
            text, events = batch.read(file).plain, outcome.told
            told = (steps_in(events), notes_in(events))
            document = Document(outcome.target, text, outcome.verified, *told)
            output.write(document.html, path)


def changes(outcomes: Iterable[Outcome]) -> list[tuple[SourceFile, SourceFile]]:
    """Return each file that changes, before the first change and after the last."""
    found: dict[str, tuple[SourceFile, SourceFile]] = {}
    for change in (outcome.change for outcome in outcomes if outcome.change):
        before, _ = found.get(change.before.path, (change.before, change.before))
        found[change.before.path] = (before, change.after)
    return [(before, after) for before, after in found.values() if before != after]


def write_changes(
    batch: Batch, outcomes: Sequence[Outcome], terminal: Terminal, *, quiet: bool
) -> None:
    """Write the files that change, and tell what became of each block."""
    if STDIN in batch.wanted:
        files = [outcome.change.after for outcome in outcomes if outcome.change]
        if not quiet:
            output.write_bytes([batch.read(STDIN), *files][-1].data, None)
        return
    for before, _ in changes(outcomes):
        output.expect_replaceable(before)
    for before, after in changes(outcomes):
        output.replace(before, after)
    for outcome in outcomes:
        assert outcome.change
        assert outcome.verified
        place = f"{outcome.change.before.path}:{outcome.change.line}"
        terminal.report(Note(f"{place}: {outcome.verified.name} is {STATES[outcome.state]}"))


STATES = {"new": "new", "updated": "updated", "unchanged": "up to date"}


def difference(change: tuple[SourceFile, SourceFile]) -> bytes:
    """Return what changes in a file, as `diff -u` shows it, in the encoding of the file."""
    before, after = change
    found = difflib.unified_diff(before.lines, after.lines, before.path, after.path)
    text = "".join(line if line.endswith("\n") else f"{line}\n{NO_END}" for line in found)
    return text.encode(before.encoding.removesuffix("-sig"))


NO_END = "\\ No newline at end of file\n"
