"""Founds the federation of the demonstration: a root key, then root file, agreement and roster signed with it.

One key out of one signs here; offices would use several, kept apart. The formats are the real ones.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.demo.offices import JOINT_OFFICE, OFFICES, Office
from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Signature, decode, dump, encode, pae
from hub.core.ids import BEIJING, wire_time
from hub.keystore import FileSigner, create_signer, open_signer

_AGREEMENT = Path(__file__).parent / "agreement.json"
_VALID = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Files:
    """The three signed files on disk, and what a node pins."""

    root: Path
    roster: Path
    agreement: Path
    fingerprint: str


def found(folder: Path, enrolments: Mapping[str, dict[str, Any]], now: datetime) -> Files:
    """Sign everything anew with the root key under ``folder``, which is made on the first call."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "root.key"
    signer = open_signer(f"file:{key}") if key.exists() else create_signer(key)
    files = _files(folder, "")
    root = _signed(signer, ROOT, _root(signer, now))
    agreement = _signed(signer, AGREEMENT, json.loads(_AGREEMENT.read_bytes()))
    roster = _signed(signer, ROSTER, _roster(agreement, enrolments, now))
    for path, raw in ((files.root, root), (files.agreement, agreement), (files.roster, roster)):
        path.write_bytes(raw)
    return _files(folder, decode(root).hash)


def _files(folder: Path, fingerprint: str) -> Files:
    return Files(folder / "root.json", folder / "roster.json", folder / "agreement.json", fingerprint)


def _signed(signer: FileSigner, kind: str, payload: dict[str, Any]) -> bytes:
    data = dump(payload)
    return encode(kind, data, (Signature(signer.keyid, signer.sign(pae(kind, data))),), None)


def _root(signer: FileSigner, now: datetime) -> dict[str, Any]:
    key = {"id": signer.keyid, "algorithm": "ed25519", "public": b64encode(signer.public).decode()}
    return {
        "type": "root",
        "version": 1,
        "federation": "打击传销跨区域协作（演示·非真实公文）",
        "issued": wire_time(now),
        "threshold": 1,
        "keys": [key],
    }


def _roster(agreement: bytes, enrolments: Mapping[str, dict[str, Any]], now: datetime) -> dict[str, Any]:
    pinned = decode(agreement)
    year = now.astimezone(BEIJING).year
    return {
        "type": "roster",
        "version": 1,
        "issued": wire_time(now),
        "expires": wire_time(now + _VALID),
        "agreement": {"version": json.loads(pinned.payload)["version"], "sha256": pinned.hash},
        "joint_meeting": [{"member": JOINT_OFFICE.id, "since": f"{year}-01-01", "until": f"{year + 1}-12-31"}],
        "members": [_member(office, enrolments[office.id], now) for office in OFFICES],
    }


def _member(office: Office, enrolment: dict[str, Any], now: datetime) -> dict[str, Any]:
    key = {**enrolment, "since": wire_time(now - timedelta(days=1)), "until": None, "revoked": None}
    return {
        "id": office.id,
        "name": office.name,
        "short_name": office.short,
        "region": office.region,
        "system": office.system,
        "level": "city",
        "superior": None,
        "credit_code": None,
        "calendar": office.calendar,
        "reach": office.reach,
        "status": "active",
        "keys": [key],
    }
