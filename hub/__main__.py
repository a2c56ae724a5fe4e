"""``hub`` and ``python -m hub``."""

from __future__ import annotations

import sys

from hub.cli.program import main as run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    raise SystemExit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
