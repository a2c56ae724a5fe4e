"""Three holders at a desk of their own, with real key files: what ``hub roster`` makes, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.builders import BEIHAI, JOINT, YULIN
from tests.builders_federation import DEMO_AGREEMENT
from tests.cli.nodes import Result, TestNode, hub, stand_at
from tests.ports import free_port

HOLDERS = ("北海市市场监督管理局", "湛江市市场监督管理局", "玉林市打传联席会议办公室")
ISSUED = "2026-04-13"
OFFICES = {
    YULIN: ("玉林市市场监督管理局", "玉林市监", "CN-GX"),
    BEIHAI: ("北海市市场监督管理局", "北海市监", "CN-GX"),
    JOINT: ("玉林市打击传销联席会议办公室", "玉林打传办", "CN-GX"),
    "450500-jm": ("北海市打击传销联席会议办公室", "北海打传办", "CN-GX"),
    "440800-ps": ("湛江市公安局", "湛江公安", "CN"),
}


@dataclass
class Holders:
    """The holders' table: a folder with keys, passphrases and papers."""

    folder: Path
    fingerprint: str = ""
    issued: str = ISSUED
    """The day on which the first files are made out."""
    more: tuple[str, ...] = ()
    """Further options of founding."""

    def hub(self, *arguments: object) -> Result:
        return hub("--home", self.folder / "nowhere", *arguments)

    def ok(self, *arguments: object) -> Any:
        done = self.hub(*arguments, "--json")
        assert (done.code, done.err) == (0, ""), done
        return done.json

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def phrase(self, number: int) -> Path:
        path = self / f"phrase-{number}"
        if not path.exists():
            path.write_text(f"a long sentence of holder {number}\n", "utf-8")
            path.chmod(0o600)
        return path

    def found(self, threshold: int = 2) -> str:
        """Root file and three keys; returns the fingerprint."""
        named = [part for name in HOLDERS for part in ("--holder", name)]
        phrases = [part for number in (1, 2, 3) for part in ("--passphrase-file", self.phrase(number))]
        made = self.ok(
            *("roster", "init", "--federation", "测试联盟", "--threshold", threshold, *named, *phrases),
            *("--out", self.folder, "--issued", self.issued, *self.more),
        )
        return str(made["fingerprint"])

    def enrol(self, member: str, *, again: str = "", office: bool = True, reach: str = "online") -> Path:
        """A member's own act, at its own home; ``again``: at another home, with other keys."""
        out = self / f"{member}{again}.enrol.json"
        out.unlink(missing_ok=True)  # One that is there is never written over.
        name, short, calendar = OFFICES.get(member, ("海口市市场监督管理局", "海口市监", "CN"))
        more = ("--name", name, "--short-name", short, "--calendar", calendar, "--reach", reach) if office else ()
        home = self / f"{member}{again}"
        done = hub("--home", home, "node", "enrol", "--member", member, "--out", out, *more)
        assert done.code == 0, done
        return out

    def sign(self, file: Path, number: int, key: Path | None = None) -> Path:
        """One holder signs, apart from the others."""
        done = self.ok(
            *("roster", "sign", file, "--key", key or self / f"holder-{number}.key"),
            *("--passphrase-file", self.phrase(number)),
        )
        return Path(done["file"])

    def issue(self, file: Path, target: str, who: tuple[int, ...] = (1, 3)) -> Path:
        """Signed apart by these holders and merged."""
        parts = [self.sign(file, number) for number in who]
        done = self.ok("roster", "merge", *parts, "--root-file", self / "root.json", "-o", self / target)
        assert done["enough"]
        return self / target

    def first(
        self, members: tuple[str, ...] = (YULIN, BEIHAI, JOINT), reach: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Path, Path, Path]:
        """Root, agreement and roster of a new federation."""
        agreement = self._agreement()
        adds = [part for member in members for part in ("--add", self.enrol(member, reach=reach.get(member, "online")))]
        term = (
            "--joint-meeting",
            JOINT if JOINT in members else members[0],
            "--from",
            f"{self.issued[:4]}-01-01",
            "--until",
            f"{self.issued[:4]}-12-31",
        )
        draft = self / "draft-1.json"
        self.ok("roster", "draft", *adds, "--agreement", agreement, *term, "--issued", self.issued, "-o", draft)
        return self / "root.json", agreement, self.issue(draft, "roster-1.json")

    def _agreement(self) -> Path:
        plain = self / "agreement-1.json"
        plain.write_bytes(DEMO_AGREEMENT.read_bytes())
        return self.issue(plain, "agreement.json")

    def drafted(self, name: str, *changes: object) -> Result:
        """A draft from the first roster, perhaps refused."""
        options = ("--issued", ISSUED, "--expires", 400, "-o", self / name)
        return self.hub("roster", "draft", self / "roster-1.json", *changes, *options)

    def node(self, member: str, *, demo: bool = True) -> TestNode:
        """The member's node, made from the first files; its keys are there since it enrolled."""
        home, port = self / member, free_port()
        named = [("--root-file", "root"), ("--roster", "roster-1"), ("--agreement", "agreement")]
        files = [part for option, name in named for part in (option, self / f"{name}.json")]
        pinned = hub("roster", "show", self / "root.json", "--json").json["sha256"]
        done = hub(
            *(
                "--home",
                home,
                "node",
                "init",
                *["--demo"][: int(demo)],
                "--root",
                pinned,
                "--member",
                member,
                *files,
                "--port",
                port,
            )
        )
        assert done.code == 0, done
        if demo:
            stand_at(home)
        return TestNode(home, member, port)

    def next(self, version: int, *changes: object, who: tuple[int, ...] = (1, 2)) -> Path:
        """The next roster with these changes, signed."""
        draft, before = self / f"draft-{version}.json", self / f"roster-{version - 1}.json"
        self.ok("roster", "draft", before, *changes, "--expires", 400, "--issued", ISSUED, "-o", draft)
        return self.issue(draft, f"roster-{version}.json", who)


def content(path: Path) -> Any:
    """What a signed or plain file holds."""
    return hub("roster", "show", path, "--json").json["content"]


def plain(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path
