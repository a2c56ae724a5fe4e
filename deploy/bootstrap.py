"""Brings a fresh checkout to life with nothing but Python: a virtual environment with exactly the locked packages.

from deploy import bootstrap
python = bootstrap.ensure("run")     # "run" for a node or the demo, "dev" for the checks; fast when nothing changed
bootstrap.enter("run")               # the same, and go on inside that environment

python3 deploy/bootstrap.py run | dev | lock [--upgrade]
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "deploy" / "requirements"
ASSETS = ROOT / "hub" / "web" / "ui" / "assets" / "package-lock.json"
CHECKS = ROOT / "tests" / "web" / "assets" / "package-lock.json"
# What has to be installed for a set; the larger set holds the smaller, so going back and forth removes nothing.
SETS = {"run": ("run.txt",), "dev": ("run.txt", "dev.txt")}
_STAMP = VENV / "hub-stamp.json"
_BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
_LOCK_OPTIONS = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--quiet",
)


def ensure(set_name: str) -> Path:
    """The environment's Python, with everything of ``set_name`` ("run" or "dev") installed; makes it when needed."""
    _require_python()
    wanted = {name: _digest(name) for name in SETS}
    satisfied = _stamps()
    if satisfied.get("dev") == wanted["dev"] or satisfied.get(set_name) == wanted[set_name]:
        return _python()
    _make_environment()
    installer = _installer()
    _say(f"安装锁定的依赖 / installing locked packages: {set_name}")
    lock = str(LOCKS / SETS[set_name][-1])
    _run([*installer, "install", "--require-hashes", "-r", lock])
    _say("安装本项目 / installing the project itself")
    _run([*installer, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    if set_name == "dev":
        _run([str(_python()), str(ROOT / "deploy" / "assets.py"), "dev"])
    kept = {name: digest for name, digest in satisfied.items() if name in SETS and digest == wanted[name]}
    _STAMP.write_text(json.dumps(kept | {set_name: wanted[set_name]}))
    _say("就绪 / ready")
    return _python()


def enter(set_name: str) -> None:
    """Continue this script inside the environment: returns at once when there, else runs the same command in it."""
    python = ensure(set_name)
    if Path(sys.prefix) == VENV:
        return
    sys.stdout.flush()
    command = [str(python), *sys.argv]
    if os.name == "nt":
        raise SystemExit(subprocess.call(command))
    os.execv(python, command)


def lock(upgrade: bool) -> None:
    """Write the lock files anew from pyproject.toml; without ``upgrade`` only what no longer fits is changed."""
    ensure("dev")
    options = [*_LOCK_OPTIONS, *(["--upgrade"] if upgrade else [])]
    jobs: dict[str, tuple[list[str], str | None]] = {
        "installer.txt": (["-"], "uv\n"),
        "run.txt": (["pyproject.toml", "--group", "build"], None),
        "dev.txt": (["pyproject.toml", "--group", "dev", "--constraint", str(LOCKS / "run.txt")], None),
    }
    for name, (source, text) in jobs.items():
        _say(f"锁定 / locking {name}")
        command = [str(_BIN / "uv"), "pip", "compile", *source, *options, "--output-file", str(LOCKS / name)]
        _run(command, text=text)
        if "://" in (LOCKS / name).read_text():
            raise SystemExit(f"{name} 含有网址 / names an address; a lock must not.")


def _require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python runs first
        found = ".".join(map(str, sys.version_info[:3]))
        raise SystemExit(
            f"需要 Python 3.11 或更高版本，当前为 {found}（{sys.executable}）。请安装后用新版本的 python3 重新执行。\n"
            f"Python 3.11 or newer is required, this is {found}. Install it and run the same command with that python3."
        )


def _digest(set_name: str) -> str:
    """Changes when a lock, the project's own file or the Python below does."""
    content = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    more = (CHECKS,) if set_name == "dev" else ()
    for file in (*(LOCKS / name for name in SETS[set_name]), ROOT / "pyproject.toml", ASSETS, *more):
        content.update(file.read_bytes())
    return content.hexdigest()


def _stamps() -> dict[str, str]:
    if not _python().exists() or not _STAMP.exists():
        return {}
    stamps: dict[str, str] = json.loads(_STAMP.read_text())
    return stamps


def _python() -> Path:
    return _BIN / ("python.exe" if os.name == "nt" else "python")


def _make_environment() -> None:
    if (
        _python().exists()
        and subprocess.run([_python(), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    ):
        return
    _say(f"创建虚拟环境 / making the virtual environment {VENV.name}")
    shutil.rmtree(VENV, ignore_errors=True)
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, "-m", "venv", str(VENV)]
    if not _has_ensurepip():
        _install_venv_package()
    if subprocess.run(command, check=False).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit("未能创建虚拟环境 / the virtual environment could not be made; see the lines above.")


def _has_ensurepip() -> bool:
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _install_venv_package() -> None:
    """Debian ships Python without the part that makes environments."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from deploy import system_packages

    package, purpose = "python3-venv", "Python venv"
    if not system_packages.install([package], purpose) or not _has_ensurepip():
        raise SystemExit(system_packages.advice([package], purpose))


def _installer() -> list[str]:
    """The command to install with: uv (fast), or pip where uv does not exist for the machine."""
    pip = [str(_python()), "-m", "pip", "--disable-pip-version-check"]
    uv = _BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        _say("安装 uv / installing uv")
        got = subprocess.run(
            [*pip, "install", "-q", "--require-hashes", "-r", str(LOCKS / "installer.txt")], check=False
        )
        if got.returncode or not uv.exists():
            _say("uv 不可用，改用 pip（较慢） / no uv here, going on with pip (slower)")
            return pip
    os.environ.update(_same_sources_as_pip(pip))
    return [str(uv), "--quiet", "pip"]


def _same_sources_as_pip(pip: Sequence[str]) -> dict[str, str]:
    """Mirrors, wheel folders and certificates set for pip serve uv too, which reads none of pip's settings."""
    listing = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    settings = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2].strip()] = " ".join(shlex.split(value))
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "cert": "SSL_CERT_FILE",
        "no-index": "UV_NO_INDEX",
    }
    found = {ours: settings[theirs] for theirs, ours in names.items() if settings.get(theirs)}
    if "find-links" in settings:
        found["UV_FIND_LINKS"] = ",".join(settings["find-links"].split())
    # The hashes decide what may be installed, so any source may offer it; companies keep certificates in the system.
    found |= {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_SYSTEM_CERTS": "1",
        "VIRTUAL_ENV": str(VENV),
        "UV_NO_CONFIG": "1",
    }
    return {name: value for name, value in found.items() if name not in os.environ or name == "VIRTUAL_ENV"}


def _run(command: Sequence[str], text: str | None = None) -> None:
    result = subprocess.run(command, cwd=ROOT, input=text, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"失败 / failed: {shlex.join(command)}")


def _say(line: str) -> None:
    print(f"==> {line}", flush=True)


def main() -> None:
    """Command line."""
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    if command == "lock":
        lock(upgrade="--upgrade" in sys.argv[2:])
    elif command in SETS:
        print(ensure(command))
    else:
        raise SystemExit("python3 deploy/bootstrap.py run | dev | lock [--upgrade]")


if __name__ == "__main__":
    main()
