"""Which options go together, and what each of them needs."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping
from typing import Any

from refactorer.command import output
from refactorer.command.batch import Batch
from refactorer.errors import Usage
from refactorer.reading.source_file import STDIN
from refactorer.request import file_and_name

MODES = {"in_place": "-i", "check": "--check", "diff": "--diff", "html": "--html"}


def chosen_mode(given: Mapping[str, Any]) -> str:
    """Return the mode that was chosen, "" for plain printing; Usage where options are at odds."""
    modes = [mode for mode in MODES if given[mode]]
    if modes == ["check", "diff"]:
        modes = ["check"]  # with the difference
    said = [MODES[mode] for mode in modes] + (["-o"] if modes and given["file"] else [])
    said += ["--json"] if given["html"] and given["json"] else []
    said += ["--emit-test"] if modes and given["test"] else []
    if len(said) > 1:
        raise Usage(f"{' and '.join(said)} do not go together", "Give one of them")
    return modes[0] if modes else ""


def expect_no_other(given: Mapping[str, Any]) -> None:
    """Raise Usage where hand-written code is judged and something else is to be written as well."""
    others = {**MODES, "json": "--json", "test": "--emit-test"}
    for key, option in others.items():
        if given[key] and key != "diff":  # which shows ours beside theirs
            raise Usage(f"--against and {option} do not go together", "Give one of them")


def expect_one(batch: Batch, given: Mapping[str, Any]) -> None:
    """Raise Usage unless functions are named, and one alone where its code is printed."""
    for file, functions in batch.wanted.items():
        if not functions:
            file_and_name(file)
        for option, key in (("-o", "file"), ("--html", "html"), ("--emit-test", "test")):
            if given[key] and file != STDIN:
                output.check(given[key], file, option)
    if sum(map(len, batch.wanted.values())) > 1 and not given["json"]:
        raise Usage("the code of one function is printed", "-i writes that of several")


def module_for_test(given: Mapping[str, Any]) -> str | None:
    """Return the module that a test imports the code from; "" to hold it, None for no test."""
    file: str | None = given["file"]
    test: str | None = given["test"]
    if not test:
        return None
    if given["json"]:
        raise Usage("--emit-test goes with printed code alone")
    if not file:
        return ""
    module, ending = os.path.splitext(os.path.basename(file))
    if ending != ".py" or not module.isidentifier() or keyword.iskeyword(module):
        raise Usage(f"-o {file}: a test cannot import from it", "Name it as a module, such as f.py")
    if os.path.realpath(file) == os.path.realpath(test):
        raise Usage("-o and --emit-test name one file", "Name two", code="output-file")
    return module
