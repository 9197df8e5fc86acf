"""The parent with children that misbehave, and with judges that do not agree."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from refactorer.draft import Draft, Note, Step, Verified, fingerprint
from refactorer.errors import Defect, Place, Refused, Usage
from refactorer.processes.errands import Errands
from refactorer.processes.supervise import run
from refactorer.request import Request

DRAFT = Draft("def f(x): ...\n", "def f(x): ...\n", "f", "f", "callback", ("x",), ({"x": []},), 0)
Child = Callable[[str], str]


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Child:
    """Write a module whose main serves the given body, and return its name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def write(body: str) -> str:
        head = "import os, subprocess, sys, tempfile\n"
        head += "from refactorer.processes.channel import serve\n"
        work = "def work(line, say):\n" + "".join(f"    {b}\n" for b in dedent(body).splitlines())
        Path(tmp_path, "stand_in.py").write_text(f"{head}{work}def main():\n    serve(work)\n")
        return "stand_in"

    return write


def errands(events: list[Step | Note], timeout: float = 20.0) -> Errands:
    request = Request("losses.py", "f", timeout=timeout)
    return Errands(request, events.append, time.monotonic() + timeout, verbose=False)


def said(module: str, line: str = "") -> str:
    return errands([]).run(module, line)


def test_a_line_goes_in_and_a_result_comes_out(child: Child) -> None:
    long = "ḡ" * 100_000
    assert said(child("return line.strip() + '!'"), long) == long + "!"


def test_steps_and_notes_are_reported(child: Child) -> None:
    events: list[Step | Note] = []
    step = Step("merge", "Since.", "a", "b", 1e-9, right=True)
    module = child(
        f"""
        say({{"note": {{"text": "X is a vector"}}}})
        say({{"note": {{"text": "n = 1 was skipped", "detail": True}}}})
        say({{"step": {vars(step)}}})
        return ""
        """
    )
    errands(events).run(module, "")
    assert events == [Note("X is a vector"), Note("n = 1 was skipped", detail=True), step]


@pytest.mark.parametrize("kind", [Refused, Usage, Defect])
def test_an_error_crosses_whole(child: Child, kind: type[Usage]) -> None:
    module = child(
        f"""
        from refactorer.errors import {kind.__name__} as Kind, Place
        raise Kind("a reason", "A hint", Place("losses.py", 3, 7))
        """
    )
    with pytest.raises(kind) as caught:
        said(module)
    assert str(caught.value) == f"losses.py:3:7: a reason. A hint [{kind.usual}]"
    assert caught.value.place == Place("losses.py", 3, 7)


@pytest.mark.parametrize(
    ("body", "told", "logged"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero", "Traceback"),
        ("print('last words', flush=True); os.abort()", "ended before", "last words"),
        ("sys.stderr.write('x' * 3_000_000); os.abort()", "ended before", "exit status: -6"),
        ("import ctypes; ctypes.string_at(0)", "ended before", "Segmentation fault"),
    ],
)
def test_a_defect_is_logged(child: Child, body: str, told: str, logged: str) -> None:
    with pytest.raises(Defect, match=told) as caught:
        said(child(body))
    log = re.fullmatch(r"The log is in (.*\.log)", caught.value.hint)
    assert log is not None
    assert logged in Path(log[1]).read_text()


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ("sys.exit(5)", "ended", "`f` ended with exit status 5"),
        ("os._exit(0)", "ended", "`f` ended with exit status 0"),
        ("os.kill(os.getpid(), 9)", "ended", "`f` was ended by the system"),
        ("import signal; os.kill(os.getpid(), signal.SIGXCPU)", "timeout", "f was not done"),
        ("raise MemoryError", "memory", "the memory is not enough"),
    ],
)
def test_an_end_that_is_no_defect(child: Child, body: str, code: str, told: str) -> None:
    with pytest.raises(Refused, match=told) as caught:
        said(child(body))
    assert caught.value.code == code


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may not hold it")
def test_memory_is_limited(child: Child) -> None:
    said(child("bytearray(1_000_000_000); return ''"))
    with pytest.raises(Refused, match="the memory is not enough"):
        said(child("bytearray(100_000_000_000)"))


def test_a_limit_that_is_lower_already_stays(child: Child) -> None:
    limits = "resource.getrlimit(resource.RLIMIT_DATA), resource.getrlimit(resource.RLIMIT_CPU)"
    module = child(
        f"""
        import resource
        from refactorer.processes.limits import limit
        before = {limits}
        limit(1_000_000, 1e6)
        assert before == ({limits})
        limit(300, 7)
        return str(({limits}, resource.getrlimit(resource.RLIMIT_CORE)[0]))
        """
    )
    data, cpu, core = ast.literal_eval(said(module))
    assert (data[0], cpu[0], core) == (300 << 20, 8, 0)


def test_what_the_child_prints_goes_nowhere(
    child: Child, capfd: pytest.CaptureFixture[str]
) -> None:
    said(child("print('noise'); os.system('echo noise; echo noise >&2'); return ''"))
    assert capfd.readouterr() == ("", "")


def test_stdin_of_the_users_code_is_empty(child: Child) -> None:
    assert said(child("return repr(sys.stdin.read())")) == "''"


def test_the_users_folders_come_last_in_the_path(child: Child, tmp_path: Path) -> None:
    path = json.loads(said(child("import json; return json.dumps(sys.path)")))
    assert path[-2:] == [os.getcwd(), os.getcwd()]
    assert "" not in path


def test_temporary_files_end_with_the_child(child: Child) -> None:
    file = said(child("return tempfile.mkstemp()[1]"))
    assert not os.path.exists(os.path.dirname(file))


def test_the_clock_ends_the_child(child: Child) -> None:
    with pytest.raises(Refused, match=r"f was not done after 1 s"):
        errands([], timeout=1.0).run(child("while True: print('still here')"), "")


def test_a_failure_to_report_ends_the_child(child: Child) -> None:
    def fail(event: Step | Note) -> None:
        raise BrokenPipeError

    broken = Errands(Request("losses.py", "f"), fail, time.monotonic() + 20, verbose=False)
    with pytest.raises(BrokenPipeError):
        broken.run(child("say({'note': {'text': 'x'}})\nwhile True: pass"), "")


def answers(monkeypatch: pytest.MonkeyPatch, **verdict: object) -> None:
    """Let the worker send DRAFT and the judge the given verdict."""
    verdict = {"right": True, "error": 1e-9, "reason": "", **verdict}

    def answer(self: Errands, module: str, line: str) -> str:
        return DRAFT.as_json() if module == "refactorer.processes.worker" else json.dumps(verdict)

    monkeypatch.setattr(Errands, "run", answer)


def test_what_the_judge_passes_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, fingerprint=fingerprint(DRAFT.text))
    assert run(Request("losses.py", "f"), print) == Verified(DRAFT.text, "f", 1e-9)


def test_what_the_judge_rejects_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, right=False, reason="dX is wrong", fingerprint=fingerprint(DRAFT.text))
    with pytest.raises(Refused, match="could not be verified: dX is wrong"):
        run(Request("losses.py", "f"), print)


def test_only_the_judged_text_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, fingerprint=fingerprint(DRAFT.text + "#"))
    with pytest.raises(Defect, match="another text"):
        run(Request("losses.py", "f"), print)


def test_a_draft_and_a_request_survive_json() -> None:
    request = Request("a.py", "f", ("X",), {"X": ("n", "4*d"), "a": ()}, {"y": "1"}, "grad")
    assert Request.from_json(request.as_json()) == request
    assert Draft.from_json(DRAFT.as_json()) == DRAFT
