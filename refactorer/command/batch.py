"""The functions that were asked for, one after the other, and the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from refactorer.command import in_file
from refactorer.command.in_file import BlockChange
from refactorer.command.settings import Settings
from refactorer.draft import Note, Step, Verified
from refactorer.errors import RefactorError, Refused
from refactorer.files.blocks import blocks
from refactorer.processes.errands import Report
from refactorer.processes.supervise import run
from refactorer.reading import source_file
from refactorer.reading.source_file import SourceFile
from refactorer.request import Request

Told = tuple[Step | Note, ...]


@dataclass(frozen=True)
class Outcome:
    """The outcome for one function: verified code, perhaps a change of its file, or an error.

    `state` is "printed", "new", "updated", "unchanged" or "right", or the kind of the error.
    """

    target: str
    state: str
    verified: Verified | None = None
    change: BlockChange | None = None
    error: RefactorError | None = None
    told: Told = ()


@dataclass(frozen=True)
class Batch:
    """The functions that were asked for, by their files, and how: with which settings.

    An empty list stands for every function of the file that has a block. `stdin_filename` is what
    the file "-" is taken to be. `test` names the module that a test of the code is to import it
    from; the test holds the code where it is empty, and none is asked for where it is None. With
    `costs`, what the code costs is measured.
    """

    wanted: Mapping[str, Sequence[str]]
    settings: Settings
    report: Report
    verbose: bool = False
    force: bool = False
    stdin_filename: str = source_file.STDIN
    test: str | None = None
    costs: bool = False

    def printed(self) -> Iterator[Outcome]:
        """Yield the code of each function, to stand by itself."""
        return self.outcomes(self.code)

    def changed(self) -> Iterator[Outcome]:
        """Yield what becomes of each block, in the file as the blocks before it left it."""
        return self.outcomes(self.change)

    def checked(self) -> Iterator[Outcome]:
        """Yield what is found of each block as it stands."""
        return self.outcomes(self.check)

    def outcomes(self, work: Work) -> Iterator[Outcome]:
        """Yield what comes of the work on each function."""
        for path, functions in self.wanted.items():
            try:
                file = self.read(path)
                names = functions or functions_in(file)
            except RefactorError as error:
                yield failed(path, error)
                continue
            for name in dict.fromkeys(names):
                outcome = self.outcome(file, name, work)
                file = outcome.change.after if outcome.change else file
                yield outcome

    def of(self, targets: Collection[str]) -> Batch:
        """Return the batch of some of the functions alone, of which nothing is told."""
        wanted = {}
        for path, functions in self.wanted.items():
            with suppress(RefactorError):
                file = self.read(path)
                names = functions or functions_in(file)
                wanted[path] = [name for name in names if f"{file.path}:{name}" in targets]
        some = {path: names for path, names in wanted.items() if names}
        return replace(self, wanted=some, report=lambda _: None)

    def read(self, path: str) -> SourceFile:
        """Return a file, or what comes on stdin."""
        if path == source_file.STDIN:
            return source_file.from_stdin(self.stdin_filename)
        return source_file.read(path)

    def outcome(self, file: SourceFile, name: str, work: Work) -> Outcome:
        """Return what comes of the work on one function, and all that was told on the way."""
        target = f"{file.path}:{name}"
        told: list[Step | Note] = []

        def report(event: Step | Note) -> None:
            told.append(event)
            self.report(self.located(event, target))

        try:
            found = work(file, name, lambda request: run(request, report, verbose=self.verbose))
        except RefactorError as error:
            found = failed(target, error)
        for event in found.told:
            report(event)
        return replace(found, target=target, told=tuple(told))

    def located(self, event: Step | Note, target: str) -> Step | Note:
        """Return a note; if there are several functions, with the one it is about."""
        alone = [len(functions) for functions in self.wanted.values()] == [1]
        if alone or isinstance(event, Step):
            return event
        return replace(event, text=f"{target}: {event.text}")

    def code(self, file: SourceFile, name: str, run: Run) -> Outcome:
        """Return the code of a function."""
        asked = self.settings.request(
            file.path, name, text=file.plain, test=self.test, costs=self.costs
        )
        verified = run(asked)
        return Outcome(name, "printed", verified)

    def change(self, file: SourceFile, name: str, run: Run) -> Outcome:
        """Return what becomes of the block of a function."""
        change = in_file.block_after(file, name, self.settings, run, force=self.force)
        return Outcome(name, change.state, change.verified, change)

    def check(self, file: SourceFile, name: str, run: Run) -> Outcome:
        """Return what is found of the block of a function."""
        block = in_file.block_of(name, file)
        if block is None:
            reason = f"`{name}` has no block in {file.path}"
            raise Refused(reason, "refactor-grad -i writes it", code="no-block")
        verified = in_file.judged(file, block, self.settings, run)
        note = Note(f"the block on line {block.first_line} was edited by hand, and is right")
        return Outcome(name, "right", verified, told=(note,) if block.is_edited else ())


Run = Callable[[Request], Verified]
Work = Callable[[SourceFile, str, Run], Outcome]


def functions_in(file: SourceFile) -> list[str]:
    """Return the functions of a file that have a block."""
    return [block.function for block in blocks(file)]


def failed(target: str, error: RefactorError) -> Outcome:
    """Return the outcome that is an error."""
    return Outcome(target, type(error).__name__.lower(), error=error)
