"""`python -m refactorer` is the command."""

from __future__ import annotations

import sys

from refactorer.cli import main

sys.exit(main())
