"""Founds a federation to simulate: seeded keys, signed root, roster and agreement, one node and database per office.

The files have the real formats and are checked like real ones. The keys come from the seed and are worth nothing
outside the simulation.
"""

from __future__ import annotations

import json
import os
import shutil
from base64 import b64encode
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.core.envelope import AGREEMENT, ROOT, ROSTER, Signature, decode, dump, encode, pae
from hub.core.errors import HubError, InvalidInput
from hub.core.ids import BEIJING, uuid7, wire_time
from hub.keystore import enrolment, open_signer
from hub.settings import Settings, save_settings
from hub.store.session import create_node, migrate

if TYPE_CHECKING:
    from hub.cli.simulation.dice import Dice
    from hub.cli.simulation.seats import Seat
    from hub.keystore import FileSigner

_VALID = timedelta(days=1200)
_CHECKOUT = Path(__file__).resolve().parents[3] / "deploy" / "demo"


def shipped(name: str) -> Path:
    """A data file of the demonstration: beside this module in an installed package, under ``deploy`` in a checkout."""
    beside = Path(__file__).with_name(name)
    return beside if beside.exists() else _CHECKOUT / name


def read_agreement(path: Path | None) -> dict[str, Any]:
    """The agreement's content, from a signed file or from its plain JSON; raises ``InvalidInput``."""
    path = path or shipped("agreement.json")
    try:
        raw = path.read_bytes()
        found = json.loads(raw)
        if isinstance(found, dict) and found.get("type") != "agreement":
            found = json.loads(decode(raw).payload)
    except (OSError, ValueError, HubError) as error:
        raise InvalidInput(
            f"无法读取协作协议 {path}",
            field="agreement",
            advice="请用 --agreement 指明协议文件（JSON 或已签名的协议）。",
        ) from error
    if not isinstance(found, dict) or found.get("type") != "agreement":
        raise InvalidInput(f"{path} 不是协作协议文件", field="agreement")
    return found


def found(
    folder: Path, seats: tuple[Seat, ...], agreement: dict[str, Any], dice: Dice, now: datetime
) -> list[Settings]:
    """Make every node under ``folder``; each home has its ``hub.toml``, so that ``hub --home`` opens it later."""
    signers = {seat.id: _key(folder / seat.id / "node.key", dice) for seat in seats}
    keys = {seat.id: enrolment(signers[seat.id], seat.id, dice.take(16).hex()) for seat in seats}
    root = _key(folder / "root" / "root.key", dice)
    files = _files(root, seats, keys, agreement, now)
    fingerprint = decode(files["root_raw"]).hash
    blank = folder / "blank.sqlite"
    migrate(f"sqlite:///{blank}")
    made = []
    for seat in seats:
        home = folder / seat.id
        shutil.copyfile(blank, home / "hub.sqlite")
        settings = settings_of(home, folder / "spool")
        create_node(
            settings.database,
            member=seat.id,
            incarnation=uuid7(now, dice.take(10)),
            fingerprint=fingerprint,
            now=now,
            **files,
        )
        save_settings(settings)
        made.append(settings)
    blank.unlink()
    return made


def settings_of(home: Path, spool: Path, clock: str = "") -> Settings:
    """Where a simulated node keeps its things; ``home`` is named after the member, ``clock`` as in ``hub.toml``."""
    return Settings(
        home=home,
        member=home.name,
        database=f"sqlite:///{home / 'hub.sqlite'}",
        transport=f"spool:{spool}",
        key=f"file:{home / 'node.key'}",
        demo=True,
        clock=clock,
    ).check()


def _key(path: Path, dice: Dice) -> FileSigner:
    path.parent.mkdir(parents=True, mode=0o700)
    text = json.dumps({"algorithm": "ed25519", "private": dice.take(32).hex()})
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    return open_signer(f"file:{path}")


def _files(
    root: FileSigner,
    seats: tuple[Seat, ...],
    keys: dict[str, dict[str, object]],
    agreement: dict[str, Any],
    now: datetime,
) -> dict[str, bytes]:
    root_key = {"id": root.keyid, "algorithm": "ed25519", "public": b64encode(root.public).decode()}
    root_raw = _signed(
        root,
        ROOT,
        {
            "type": "root",
            "version": 1,
            "federation": "打击传销跨区域协作（模拟·非真实公文）",
            "issued": wire_time(now),
            "threshold": 1,
            "keys": [root_key],
        },
    )
    agreement_raw = _signed(root, AGREEMENT, agreement)
    roster_raw = _signed(
        root,
        ROSTER,
        {
            "type": "roster",
            "version": 1,
            "issued": wire_time(now),
            "expires": wire_time(now + _VALID),
            "agreement": {"version": agreement["version"], "sha256": decode(agreement_raw).hash},
            "joint_meeting": [_term(seats[-1].id, now)],
            "members": [_member(seat, keys[seat.id], now) for seat in seats],
        },
    )
    return {"root_raw": root_raw, "roster_raw": roster_raw, "agreement_raw": agreement_raw}


def _term(member: str, now: datetime) -> dict[str, str]:
    year = now.astimezone(BEIJING).year
    return {"member": member, "since": f"{year}-01-01", "until": f"{year + 3}-12-31"}


def _signed(signer: FileSigner, kind: str, payload: dict[str, Any]) -> bytes:
    data = dump(payload)
    return encode(kind, data, (Signature(signer.keyid, signer.sign(pae(kind, data))),), None)


def _member(seat: Seat, key: dict[str, object], now: datetime) -> dict[str, Any]:
    return {
        "id": seat.id,
        "name": seat.name,
        "short_name": seat.short,
        "region": seat.id[:6],
        "system": seat.id[7:],
        "level": "city",
        "superior": None,
        "credit_code": None,
        "calendar": seat.calendar,
        "reach": seat.reach,
        "status": "active",
        "keys": [{**key, "since": wire_time(now - timedelta(days=1)), "until": None, "revoked": None}],
    }
