"""Bad inputs, each tried as a process: no traceback, the documented exit code, nothing left behind.

What is odd but good is among them: it is printed, and told so by an empty `told`.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "refactorer"]
NUMPY = "import numpy as np\n\n\n"
SQUARE = "def f(x):\n    return np.sum(x * x)\n"


@dataclass(frozen=True)
class Bad:
    """A file, what is asked of it, how that ends, and a pattern of what is told."""

    id: str
    text: str | bytes | None
    status: int
    told: str
    name: str = "f"
    options: tuple[str, ...] = ()


def numpy(id: str, text: str, status: int, told: str, *options: str, name: str = "f") -> Bad:  # noqa: A002
    return Bad(id, NUMPY + text, status, told, name, options)


PRINTED = ""
FILES = [
    Bad("missing", None, 2, r"there is no file .* \[no-file\]"),
    Bad("empty", "", 2, r".*has no function `f` at its top level.* \[no-function\]"),
    Bad("binary", bytes(range(256)) * 9, 2, r".*is not text.* \[unreadable-file\]"),
    Bad("null bytes", b"def f(x):\n    return x\0\n", 2, r".*null byte.*"),
    Bad("not UTF-8", b"# \xe9\ndef f(x):\n    return x\n", 2, r".*\[unreadable-file\]"),
    Bad("an unknown encoding", "# coding: klingon\n", 2, r".*klingon.* \[unreadable-file\]"),
    Bad("a byte order mark", b"\xef\xbb\xbf" + (NUMPY + SQUARE).encode(), 0, PRINTED),
    Bad("CRLF", (NUMPY + SQUARE).replace("\n", "\r\n").encode(), 0, PRINTED),
    Bad("tabs", NUMPY + SQUARE.replace("    ", "\t"), 0, PRINTED),
    Bad(
        "Latin-1",
        b"# coding: latin-1\n" + NUMPY.encode() + b"def f(x):\n    # \xe9\n    return x * x\n",
        0,
        PRINTED,
    ),
    Bad("newer syntax", "def f(x)?:\n    return x\n", 2, r"bad\.py:1:9: .* \[syntax\]"),
    numpy("200,000 lines", "# nothing\n" * 180_000 + "y = 1\n" * 20_000 + SQUARE, 0, PRINTED),
    numpy(
        "2,000 parentheses",
        f"def f(x):\n    return {'(' * 2000}x{')' * 2000}\n",
        2,
        r".*too many nested parentheses \[syntax\]",
    ),
    *(
        numpy(id, text, status, r".*nested too deeply.* \[too-deep\]")
        for id, text, status in (  # noqa: A001
            ("5,000 terms", f"def f(x):\n    return {'+'.join(['x'] * 5000)}\n", 1),
            ("50,000 terms", f"def f(x):\n    return {'+'.join(['x'] * 50_000)}\n", 2),
            ("5,000 minuses", f"def f(x):\n    return {'-' * 2000}x\n", 1),
            ("1,000 attributes", f"def f(x):\n    return x{'.T' * 1000}\n", 1),
            ("1,000 conditions", f"def f(x, k=1):\n    return {'x if k else ' * 1000}x\n", 1),
            (
                "5,000 and",
                f"def f(x, k=1):\n    return x * ({' and '.join('k' * 5000)})\n",
                1,
            ),
        )
    ),
]
NAMES = [
    numpy("misspelt", SQUARE, 2, r".*Did you mean `f`\? \[no-function\]", name="ff"),
    numpy("a class", "class f:\n    w = 1\n", 2, r"bad\.py:4:1: .*It is a class \[no-function\]"),
    numpy("a lambda", "f = lambda x: np.sum(x * x)\n", 0, PRINTED),
    numpy(
        "a lambda on lines of its own",
        "f = lambda x, k={'a': 2.0}: (\n    np.sum(x)  # all\n    * k['a']\n)\n",
        0,
        PRINTED,
    ),
    numpy("a def, then a lambda", f"{SQUARE}f = lambda x: np.sun(x)\n", 1, r"bad\.py:6:1: .*"),
    numpy("a lambda, then a def", f"f = lambda x: np.sun(x)\n{SQUARE}", 0, PRINTED),
    numpy(
        "two of one name",
        "def g(x):\n    return np.sun(x)\ndef g(x):\n    return np.sum(x)\n"
        "def f(x):\n    return g(x * x)\n",
        0,
        PRINTED,
    ),
    numpy(
        "in another",
        "def g():\n    def f(x):\n        return x\n    return f\n",
        2,
        r"bad\.py:5:5: .*Move the one on line 5 there \[no-function\]",
    ),
    numpy(
        "a method",
        "class C:\n    def f(self, x):\n        return np.sum(x * x)\n",
        0,
        r"C\.f is printed as a function: it reads nothing of its class",
        name="C.f",
    ),
    numpy(
        "a method that reads",
        "class C:\n    def f(self, x):\n        return x * self.w\n",
        1,
        r"bad\.py:6:20: `f` reads `self`.* \[reads-state\]",
        name="C.f",
    ),
    numpy("async", "async def f(x):\n    return x\n", 1, r"bad\.py:4:1: .*async.* \[not-taken\]"),
    numpy("a generator", "def f(x):\n    yield x\n", 1, r"bad\.py:5:5: a generator is not .*"),
    numpy(
        "decorated",
        f"def twice(g):\n    return lambda x: 2 * g(x)\n\n@twice\n{SQUARE}",
        0,
        r"@twice is left out: the gradient is that of `f` without it",
    ),
]
SIGNATURES = [
    numpy(
        "*args", "def f(*x):\n    return x[0]\n", 2, r".*no parameters.*one by one \[no-parameter\]"
    ),
    numpy(
        "an assignment in an expression",
        "def f(x):\n    y = x / (n := np.sum(x**2))\n    return y + n\n",
        1,
        r"bad\.py:\d+:\d+: an assignment inside an expression is not taken.* \[not-taken\]",
    ),
    numpy(
        "a dict with keys that are computed",
        "def f(x):\n    h = {}\n    for i in range(3):\n        h[i] = x * i\n"
        "    return h[1] + h[2]\n",
        1,
        r"bad\.py:\d+:\d+: the dict `h` is not taken\. Give its entries names .* \[not-taken\]",
    ),
    numpy(
        "an argument that counts for nothing",
        "def f(x, y):\n    out = np.zeros(3)\n    for i in range(3):\n        out[i] = y[0]\n"
        "    return out\n",
        1,
        r"bad\.py:\d+:\d+: .* does not change with `x`\. .*--wrt \[no-gradient\]",
    ),
    numpy("**kwargs", "def f(x, **k):\n    return x\n", 1, r"bad\.py:4:12: `\*k` is not taken.*"),
    numpy("no arguments", "def f():\n    return np.ones(3)\n", 2, r".*\[no-parameter\]"),
    numpy(
        "recursion",
        "def f(x, n=3):\n    return x if n == 0 else x * f(x, n - 1)\n",
        1,
        r"bad\.py:5:33: `f` calls itself.* \[recursion\]",
    ),
    numpy(
        "mutual recursion",
        "def f(x, n=3):\n    y = g(x, n)\n    return y\n"
        "def g(x, n):\n    if n == 0:\n        return x\n    return np.sin(f(x, n - 1))\n",
        1,
        r"bad\.py:10:\d+: `g` calls `f`, which has called it on line 5\. .* \[recursion\]",
    ),
    numpy(
        "endless recursion",
        "def f(x):\n    return x * f(x)\n",
        1,
        r"bad\.py:5:5: .*RecursionError.* \[recursion\]",
    ),
    *(
        numpy(
            f"returns {kind}",
            f"def f(x):\n    {line}\n",
            1,
            rf".*no floating-point number: it is of type {kind}.* \[no-output\]",
        )
        for kind, line in (
            ("NoneType", "y = x * x"),
            ("str", "return 'x'"),
            ("bool", "return True"),
            ("int", "return 3"),
            ("generator", "return (y for y in x)"),
        )
    ),
    numpy(
        "returns a dict",
        "def f(x):\n    return {'x': x}\n",
        1,
        r"bad\.py:\d+:5: a dict is not taken as output\. Return x \[not-taken\].*",
    ),
    numpy(
        "wrt a string",
        "def f(x, mode='a'):\n    return x * x\n",
        2,
        r".*`mode` is 'a' where nothing else is given.* \[not-a-float\]",
        "--wrt",
        "mode",
    ),
    *(
        numpy(
            f"{option} misspelt",
            "def f(weights):\n    return weights * 2\n",
            2,
            r".*Did you mean `weights`\? \[no-parameter\]",
            option,
            f"wieghts{value}",
        )
        for option, value in (("--wrt", ""), ("--shape", "=n"), ("--at", "=1.0"))
    ),
]
MODULES = [
    Bad("an import that is not used", f"import notthere\n{NUMPY}{SQUARE}", 0, PRINTED),
    Bad(
        "an import that is used",
        "import notthere\ndef f(x):\n    return notthere.g(x)\n",
        1,
        r"bad\.py:2:1: .*No module named 'notthere'.* \[missing-module\]",
    ),
    numpy("a loop", f"for i in range(3):\n    open('ran', 'w').close()\n{SQUARE}", 0, PRINTED),
    numpy("an exit", f"import sys\nsys.exit(3)\n{SQUARE}", 0, PRINTED),
    numpy(
        "an exit that is imported",
        "import sys\nw = input\nv = w('?')\ndef f(x):\n    return x * v\nsys.exit(3)\n",
        1,
        r"bad\.py:7:1: .*(EOFError|SystemExit).* \[definitions\]",
        "--import",
    ),
    numpy(
        "the network",
        f"import socket\nsocket.create_connection(('192.0.2.1', 80))\n{SQUARE}",
        0,
        PRINTED,
    ),
    numpy(
        "input()",
        "w = input('?')\ndef f(x):\n    return x * w\n",
        1,
        r"bad\.py:6:16: `w` is set on line 4 by code that would have to run.* \[needs-import\]",
    ),
    numpy(
        "an unknown name",
        "def f(weights):\n    return wieghts * 2\n",
        1,
        r"bad\.py:5:12: .*Did you mean `weights`\? \[unknown-name\]",
    ),
    numpy(
        "an attribute of NumPy",
        "def f(x):\n    y = x * 2\n    return np.sun(y)\n",
        1,
        r"bad\.py:6:5: .*Did you mean `sum`\? \[unknown-attribute\]",
    ),
]
CALLS = [
    numpy("prints", "def f(x):\n    print('noise')\n    return x * x\n", 0, PRINTED),
    numpy(
        "sleeps",
        "import time\ndef f(x):\n    time.sleep(99)\n    return x * x\n",
        1,
        r"bad\.py:6:5: .*not done after.*",
        "--timeout",
        "40",
    ),
    numpy(
        "exits",
        "import sys\ndef f(x):\n    sys.exit(3)\n    return x * x\n",
        1,
        r"bad\.py:6:5: .*it ends the process by SystemExit.* \[ended\]",
    ),
    numpy(
        "ends the process",
        "import os\ndef f(x):\n    os._exit(0)\n    return x * x\n",
        1,
        r"the process that runs `f` ended with exit status 0.* \[ended\]",
    ),
    numpy(
        "aborts",
        "import os\ndef f(x):\n    os.abort()\n    return x * x\n",
        1,
        r"bad\.py:6:1: `f` ended the process that runs it, by a signal: Abort.* \[ended\]",
    ),
    numpy(
        "crashes",
        "import ctypes\ndef f(x):\n    ctypes.string_at(0)\n    return x * x\n",
        1,
        r"bad\.py:6:1: `f` ended the process that runs it, by a signal.* \[ended\]",
    ),
    numpy(
        "asks",
        "def f(x):\n    return x * float(input('?'))\n",
        1,
        r"bad\.py:5:5: .*EOFError.* \[no-inputs\]",
    ),
    numpy(
        "changes its argument",
        "def f(x):\n    x[0] = 0.0\n    return x * x\n",
        1,
        r".*changes its argument `x`.* \[in-place\]",
    ),
    numpy(
        "counts",
        "n = 0\ndef f(x):\n    global n\n    n += 1\n    return x * n\n",
        1,
        r"bad\.py:6:5: a `global` statement is not taken.* \[not-taken\]",
    ),
    numpy(
        "counts in a helper",
        "n = [0]\ndef g():\n    n[0] += 1\n    return n[0]\ndef f(x):\n    return x * g()\n",
        1,
        r".*the function's output changes from call to call.* \[changing-output\]",
    ),
    numpy(
        "draws",
        "def f(x):\n    return x * np.random.rand()\n",
        1,
        r"bad\.py:5:16: a random draw is not taken.* \[random\]",
    ),
    numpy(
        "draws elsewhere",
        "import random\ndef f(x):\n    return x * random.random()\n",
        1,
        r"the function's output changes from call to call.* \[changing-output\]",
    ),
    numpy(
        "100 GB",
        "def f(x):\n    y = np.ones((10**5, 10**5, 2))\n    return x * y[0, 0, 0]\n",
        1,
        r"bad\.py:5:5: .*MemoryError.*--memory.* \[memory\]",
    ),
    numpy(
        "100 GB of constants",
        "Y = np.ones(10**10)\ndef f(x):\n    return x * Y[0]\n",
        1,
        r"the memory is not enough.*--memory.* \[memory\]",
    ),
    numpy(
        "never ends",
        "def f(x):\n    while True:\n        x = x * 1\n    return x\n",
        1,
        r".*not done after.*",
        "--timeout",
        "40",
    ),
    numpy(
        "never ends in C",
        "def f(x):\n    y = sum(range(10**12))\n    return x * y\n",
        1,
        r"f was not done after 5 s.*--timeout.* \[timeout\]",
        "--timeout",
        "5",
    ),
    *(
        numpy(
            f"{value} everywhere",
            f"def f(x):\n    return x * np.{value}\n",
            1,
            r".*its output is not finite.* \[no-inputs\]",
        )
        for value in ("nan", "inf")
    ),
    numpy(
        "names of ours",
        "def tangent(get_dX, backprop, d_out, X):\n"
        "    dX = get_dX * X\n    return np.sum(dX * backprop * d_out)\n",
        0,
        r"assumed .*",
        "--wrt",
        "all",
        name="tangent",
    ),
]
CASES = [*FILES, *NAMES, *SIGNATURES, *MODULES, *CALLS]


@dataclass(frozen=True)
class Folders:
    """The folder in which the command runs, and the ones for temporary files and for settings."""

    work: Path
    temporary: Path
    home: Path

    @property
    def files(self) -> list[Path]:
        """All that is in them."""
        return sorted(path for folder in vars(self).values() for path in folder.rglob("*"))

    def run(
        self, *arguments: str, before: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.work,
            env={**os.environ, "TMPDIR": str(self.temporary), "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            preexec_fn=before,
            timeout=300,
            check=False,
        )


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    found = Folders(tmp_path / "work", tmp_path / "temporary", tmp_path / "home")
    for folder in vars(found).values():
        folder.mkdir()
    (found.work / "good.py").write_text(NUMPY + SQUARE)
    return found


def expect(run: subprocess.CompletedProcess[str], status: int, told: str) -> None:
    """Check how a run ended: in one line, or two more that show where, and without a traceback."""
    assert run.returncode == status, run.stderr
    first, *shown = run.stderr.split("\n")
    assert re.fullmatch(told, first), run.stderr
    assert shown in ([], [""]) or re.fullmatch(r"[ \t]*\^", shown[1]), run.stderr
    assert "Traceback" not in run.stderr
    assert bool(run.stdout) == (status == 0)


@pytest.mark.parametrize("bad", CASES, ids=[bad.id for bad in CASES])
def test_it_ends_well(bad: Bad, folders: Folders) -> None:
    if bad.text is not None:
        text = bad.text if isinstance(bad.text, bytes) else bad.text.encode()
        (folders.work / "bad.py").write_bytes(text)
    before = folders.files
    expect(folders.run(f"bad.py:{bad.name}", *bad.options), bad.status, bad.told)
    assert folders.files == before


def test_a_folder_is_no_file(folders: Folders) -> None:
    expect(folders.run(".:f"), 2, r"`\.` is a folder.* \[unreadable-file\]")


def test_a_notebook_is_no_file_of_python(folders: Folders) -> None:
    (folders.work / "book.ipynb").write_text("{}")
    expect(folders.run("book.ipynb:f"), 2, r"`book\.ipynb` is a notebook.*%%refactor_grad.*")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read(folders: Folders) -> None:
    (folders.work / "good.py").chmod(0)
    expect(folders.run("good.py:f"), 2, r"`good\.py` cannot be read.* \[unreadable-file\]")


def test_a_folder_that_is_missing_is_not_written_to(folders: Folders) -> None:
    run = folders.run("good.py:f", "-o", "none/out.py")
    expect(run, 2, r"-o none/out\.py: there is no folder .* \[output-file\]")


def test_a_file_that_is_read_only_stays(folders: Folders) -> None:
    out = folders.work / "out.py"
    out.write_text("before")
    out.chmod(0o444)
    run = folders.run("good.py:f", "-o", "out.py")
    expect(run, 2, r"-o out\.py: it is read-only \[output-file\]")
    assert out.read_text() == "before"


def test_a_folder_that_is_read_only_stays(folders: Folders) -> None:
    folder = folders.work / "folder"
    folder.mkdir(mode=0o555)
    run = folders.run("good.py:f", "-o", "folder/out.py")
    expect(run, 2, r"-o folder/out\.py: the folder .* is read-only \[output-file\]")


def test_a_link_is_written_through(folders: Folders) -> None:
    (folders.work / "out.py").symlink_to("real.py")
    run = folders.run("good.py:f", "-o", "out.py")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (folders.work / "out.py").is_symlink()
    assert (folders.work / "real.py").read_text() == folders.run("good.py:f").stdout


def test_a_link_to_nowhere_is_not_written_through(folders: Folders) -> None:
    (folders.work / "out.py").symlink_to("none/real.py")
    expect(folders.run("good.py:f", "-o", "out.py"), 2, r".*there is no folder .*")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_may_be_closed(closed: str, folders: Folders) -> None:
    command = " ".join([*COMMAND, "good.py:f", "-o", "out.py", closed])
    run = subprocess.run(
        ["sh", "-c", command], cwd=folders.work, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (folders.work / "out.py").read_text() == folders.run("good.py:f").stdout
    run = subprocess.run(
        ["sh", "-c", f"{' '.join(COMMAND)} good.py:g {closed}"],
        cwd=folders.work,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2


def test_a_full_device_is_told(folders: Folders) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no such device here")
    command = f"{' '.join(COMMAND)} good.py:f > /dev/full"
    run = subprocess.run(
        ["sh", "-c", command], cwd=folders.work, capture_output=True, text=True, check=False
    )
    expect(run, 1, r"cannot write to the standard output: .* \[output-file\]")


def test_runs_side_by_side_share_nothing(folders: Folders) -> None:
    before = folders.files
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: folders.run("good.py:f"), range(3)))
    assert len({(run.returncode, run.stdout, run.stderr) for run in runs}) == 1
    assert folders.files == before


def write_nothing() -> None:
    """Let this process write to no file, whoever runs it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_nothing_need_be_writable(folders: Folders) -> None:
    before = folders.files
    run = folders.run("good.py:f", before=write_nothing)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == folders.run("good.py:f").stdout
    expect(folders.run("good.py:g", before=write_nothing), 2, r".*\[no-function\]")
    assert folders.files == before


def test_what_cannot_be_written_is_told(folders: Folders) -> None:
    before = folders.files
    run = folders.run("good.py:f", "-o", "out.py", before=write_nothing)
    expect(run, 1, r"cannot write to out\.py: .* \[output-file\]")
    assert folders.files == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["/dev/zero:f"], "`/dev/zero` is a device"),
        (["bad.py:f", "--timeout", "nan"], "nan is not below 1e+06"),
        (["bad.py:f", "--timeout", "inf"], "inf is not below 1e+06"),
    ],
)
def test_what_never_ends_is_not_waited_for(given: list[str], said: str) -> None:
    line = [sys.executable, "-m", "refactorer", *given]
    found = subprocess.run(line, capture_output=True, text=True, timeout=30, check=False)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
