"""`python -m refactorer` is the command, and so is the script that is installed."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command; an interrupt while it is loaded ends the process without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from refactorer.cli import main as command

    signal.signal(signal.SIGINT, before)
    return command()


if __name__ == "__main__":
    sys.exit(main())
