"""Founds a federation to simulate: seeded keys, signed root, roster and agreement, one node and database per office.

The files have the real formats, are drafted by the functions of ``hub roster`` and checked like real ones. The keys
come from the seed, are marked as made up, and are refused outside demo mode.
"""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.core.cosigning import signed_by
from hub.core.envelope import decode, dump
from hub.core.errors import HubError, InvalidInput
from hub.core.ids import BEIJING, uuid7
from hub.core.membership import Draft, first_root, holder_entry
from hub.keystore import create_signer, demo_secret, enrol_all
from hub.keystore.ring import create_ring
from hub.settings import KEY_FILES, Settings, save_settings
from hub.store.session import create_node, migrate
from schemas.wire.agreement import Agreement
from schemas.wire.roster import RootKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cli.simulation.dice import Dice
    from hub.cli.simulation.seats import Seat
    from hub.keystore import FileSigner

_VALID = 1200
"""Days: longer than any simulation."""
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
    keys = {seat.id: _keys(folder / seat.id, seat.id, dice) for seat in seats}
    root = _root_key(folder / "root", dice)
    offices = [(particulars(one.id, one.name, one.short, one.calendar, one.reach), keys[one.id]) for one in seats]
    title = "打击传销跨区域协作（模拟·非真实公文）"
    files = sign_files(root, title, agreement, offices, (seats[-1].id, 4), now, _VALID)
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
        create_ring(settings.ring, now)
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


def sign_files(
    signer: FileSigner,
    federation: str,
    agreement: dict[str, Any],
    members: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]],
    host: tuple[str, int],
    now: datetime,
    days: int,
) -> dict[str, bytes]:
    """Root, roster and agreement of a new federation, all signed by one key: for one that is only played.

    ``members``: particulars and enrolled keys of each; ``host``: who holds the joint-meeting office from this year on,
    for how many years.
    """
    root = first_root(federation, 1, [RootKey.model_validate(holder_entry(signer.public, ""))], now)
    rules = signed_by(Agreement.read(dump(agreement)), [signer])
    draft, year = Draft(now), now.astimezone(BEIJING).year
    for office, keys in members:
        draft.add(office, keys)
    draft.pin(agreement["version"], rules.hash)
    draft.host(host[0], date(year, 1, 1), date(year + host[1] - 1, 12, 31))
    return {
        "root_raw": signed_by(root, [signer]).raw(),
        "roster_raw": signed_by(draft.finish(days), [signer]).raw(),
        "agreement_raw": rules.raw(),
    }


def particulars(member: str, name: str, short: str, calendar: str, reach: str) -> dict[str, Any]:
    """What the roster says of a city's office; region and line of work stand in its id."""
    place = {"region": member[:6], "system": member[7:], "level": "city", "superior": None, "credit_code": None}
    return {"id": member, "name": name, "short_name": short, **place, "calendar": calendar, "reach": reach}


def _keys(home: Path, member: str, dice: Dice) -> list[dict[str, Any]]:
    home.mkdir(parents=True, mode=0o700)
    return enrol_all(home, KEY_FILES, member, dice.take(16).hex(), lambda: dice.take(16))


def _root_key(folder: Path, dice: Dice) -> FileSigner:
    folder.mkdir(parents=True, mode=0o700)
    return create_signer(folder / "root.key", demo_secret(dice.take(16)))
