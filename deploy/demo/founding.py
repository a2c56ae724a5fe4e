"""Founds the federation of the demonstration: a root key, then root file, agreement and roster signed with it.

One key out of one signs here; offices use several, kept apart (``hub roster init``). The formats are the real ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.demo.offices import JOINT_OFFICE, OFFICES
from hub.cli.simulation.founding import particulars, sign_files
from hub.core.envelope import decode
from hub.keystore import create_signer, open_signer

_AGREEMENT = Path(__file__).parent / "agreement.json"
_VALID = 365
"""Days."""


@dataclass(frozen=True, slots=True)
class Files:
    """The three signed files on disk, and what a node pins."""

    root: Path
    roster: Path
    agreement: Path
    fingerprint: str


def found(folder: Path, enrolments: Mapping[str, list[dict[str, Any]]], now: datetime) -> Files:
    """Sign everything anew with the root key under ``folder``, which is made on the first call."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "root.key"
    signer = open_signer(f"file:{key}", demo=True) if key.exists() else create_signer(key)
    offices = [
        (particulars(one.id, one.name, one.short, one.calendar, one.reach), enrolments[one.id]) for one in OFFICES
    ]
    title = "打击传销跨区域协作（演示·非真实公文）"
    raws = sign_files(signer, title, json.loads(_AGREEMENT.read_bytes()), offices, (JOINT_OFFICE.id, 2), now, _VALID)
    for name, raw in raws.items():
        (folder / f"{name.removesuffix('_raw')}.json").write_bytes(raw)
    return Files(folder / "root.json", folder / "roster.json", folder / "agreement.json", decode(raws["root_raw"]).hash)
