"""The demonstration: eight offices of five cities exchange signed documents on this machine.

python3 deploy/demo.py                    start eight nodes after three busy months (later starts go on)
python3 deploy/demo.py --fresh            the same, beginning anew
python3 deploy/demo.py --tour [--yes]     a day step by step, clock fixed at 2026-04-13
python3 deploy/demo.py --check            the scripted day; last line is JSON, exit code says whether all held
… --with rabbitmq                         the same over RabbitMQ and PostgreSQL, started privately

Only the standard library is imported before the environment exists.
"""

import os
import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)

if __name__ == "__main__":
    # Eight nodes start at once: without compiled modules on disk each of them would compile everything again.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.path[0] = ROOT
    from deploy import bootstrap

    bootstrap.enter("run")

    from deploy.demo.start import main

    raise SystemExit(main(sys.argv[1:]))
