"""What the README and the pages that it links to show is what the command prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from refactorer import cli

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "refactorer" / "EXAMPLES.md")
REFERENCE = ROOT / "refactorer" / "REFERENCE.md"
SHOWN = re.compile(r"```console\n\$ (refactor-grad .*)\n((?:.*\n)*?)```\n")


def shown(page: Path) -> dict[str, str]:
    """The commands that a page shows, and what it says that they print."""
    return dict(SHOWN.findall(page.read_text()))


def printed(command: str) -> str:
    """What a command prints on both streams."""
    arguments = shlex.split(command)[1:]
    run = subprocess.run(
        [sys.executable, "-m", "refactorer", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout


@pytest.mark.parametrize(
    ("page", "command"), [(page, command) for page in PAGES for command in shown(page)]
)
def test_a_page_shows_what_is_printed(page: Path, command: str, update_golden: bool) -> None:
    output = printed(command)
    if update_golden:
        text = page.read_text()
        page.write_text(
            SHOWN.sub(
                lambda m: f"```console\n$ {m[1]}\n{output}```\n" if m[1] == command else m[0], text
            )
        )
    assert shown(page)[command] == output


@pytest.mark.parametrize(
    "parameter", [p for p in cli.command.params if isinstance(p, click.Option)]
)
def test_the_reference_has_every_option(parameter: click.Option) -> None:
    text = REFERENCE.read_text()
    assert any(f"`{name}" in text for name in parameter.opts), parameter.name


@pytest.mark.parametrize("page", [*PAGES, REFERENCE], ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_there_are(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        file, _, anchor = link.partition("#")
        if not link.startswith("https:"):
            found = page.parent / file if file else page
            assert found.exists(), link
            assert not anchor or anchor in headings(found), link


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {heading.lower().replace(" ", "-") for heading in found}
