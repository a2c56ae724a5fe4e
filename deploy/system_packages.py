"""Installs missing packages of the operating system where that is possible: as root on Debian and its relatives."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_POLICY = Path("/usr/sbin/policy-rc.d")


def can_install() -> bool:
    """True when this process may call apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def advice(packages: Sequence[str], purpose: str) -> str:
    """What a person has to do when :func:`can_install` says no."""
    names = " ".join(packages)
    return (
        f"缺少 {purpose}。请以管理员身份执行：apt-get install {names}（其他系统请安装同名软件）。\n"
        f"{purpose} is missing. As root run: apt-get install {names} (elsewhere: install the same software)."
    )


def install(packages: Sequence[str], purpose: str) -> bool:
    """Install ``packages`` without starting any service they bring; False when that failed or is not possible here."""
    if not can_install():
        return False
    print(f"==> 安装系统软件 / installing {' '.join(packages)} ({purpose})", flush=True)
    with _services_stay_off():
        return _apt("install", *packages) or (_apt("update") and _apt("install", *packages))


def _apt(command: str, *packages: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-q", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends"] if packages else ["-q"]
    result = subprocess.run(
        ["apt-get", command, *options, *packages], env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        print(result.stderr.strip()[-1500:], flush=True)
    return result.returncode == 0


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian starts what it installs; policy-rc.d is its own switch against that. One already there is left alone."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
