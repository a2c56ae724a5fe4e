#!/usr/bin/env python3
"""Checks an evidence file 存证核验包 alone: no hub, no network, only this file, Python and ``cryptography``.

Usage: ``python3 verify.py FILE --root FINGERPRINT [--attachment FILE ...] [--json]``. The fingerprint of the root is
what the federation published on paper; with another one everything below would prove nothing.

Exit codes: 0 every check passed, nothing a reader would expect is missing · 1 a check failed, the part is named ·
2 the file cannot be read, or wrong usage · 3 every check passed, but something is not proved (it is listed).

What is checked: DSSE signatures over exact bytes (Ed25519, RFC 8032), the chain of root files and the roster they sign,
receipts, body commitments, inclusion in the audit log (RFC 6962 section 2.1.1), checkpoint and cosignatures (C2SP).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD = b"antipyramid-evidence 1\n"
PART_LINE = re.compile(rb"([a-z]{4,12}/[0-9a-z-]{1,80}) (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})\n")
END_LINE = re.compile(rb"end ([0-9a-f]{64})\n")
KINDS = {"about", "root", "roster", "agreement", "message", "opened", "receipts", "checkpoint", "leaf"}
P, SKEW = 2**255 - 19, timedelta(minutes=5)
WEAK = {0, 1, P - 1} | {  # y of the points of low order on edwards25519: by them one signature fits any message.
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
}
ACTS = {"request": "提出", "sign-for": "签收", "accept": "受理", "return": "退回", "withdraw": "撤回"}
ACTS |= {"feedback-final": "最终反馈", "feedback-interim": "阶段反馈", "extend": "延期告知", "confirm": "确认"}
OUTCOMES = {"stored": "已送达", "refused": "被系统退回", "held": "已收到、暂存"}
LEAVES = {"decide": "登记", "seal": "签名发出", "store": "收到入库", "receipt-given": "出具系统回执"}
GENUINE, BROKEN, UNREADABLE, INCOMPLETE = 0, 1, 2, 3
MARKS = {True: "［属实］", False: "［不符］", None: "［未证明］"}
ENDS = ("核验通过", "有不符之处，见上", "", "所载签名和摘要全部属实；标“未证明”的，本包不能证明")


class Failed(Exception):
    """A check failed: the part where the wrong bytes stand, and why."""


@dataclass
class Finding:
    """One line of the report; ``ok`` None: not proved, though nothing is wrong."""

    step: str
    ok: bool | None
    text: str
    part: str | None = None


@dataclass
class Signed:
    """A DSSE envelope as it stands in the file; its identity is the hash of what was signed."""

    part: str
    payload: dict[str, Any]
    pae: bytes
    hash: str
    signatures: list[tuple[str, bytes]]
    body: bytes | None


def sha256(data: bytes) -> str:
    """Hex."""
    return hashlib.sha256(data).hexdigest()


def beijing(at: datetime | str) -> str:
    """A moment as people here read it."""
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return at.astimezone(timezone(timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S（北京时间）")


def split(raw: bytes) -> dict[str, bytes]:
    """The named parts of the file, each compared with its digest; a byte that belongs to none is refused too."""
    at, last, parts = len(HEAD), "文件开头", dict[str, bytes]()
    if not raw.startswith(HEAD):
        raise Failed(last, f"前 {at} 字节不是存证核验包的标识")
    while line := PART_LINE.match(raw, at):
        name, size, at = line[1].decode(), int(line[2]), line.end()
        data = raw[at : at + size]
        if sha256(name.encode() + b"\n" + data) != line[3].decode():
            raise Failed(name, "内容、名称或长度与所记摘要不一致，已被改动或损坏")
        if raw[at + size : at + size + 1] != b"\n" or name in parts or name.split("/")[0] not in KINDS:
            raise Failed(name, "之后应换行，且每部分只出现一次")
        parts[name], at, last = data, at + size + 1, name
    end = END_LINE.fullmatch(raw, at)
    if end is None:
        raise Failed(f"{last} 之后", f"自第 {at} 字节起既不是下一部分，也不是规范的结尾")
    if sha256(raw[:at]) != end[1].decode():
        raise Failed("end", "结尾所记全文摘要与内容不一致")
    return parts


def load(part: str, data: bytes) -> Any:
    """JSON in which no key stands twice: two readers must not see two things."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Failed(part, "JSON 中有重复的键")
        return dict(pairs)

    return json.loads(data, object_pairs_hook=unique)


def plain64(part: str, text: str) -> bytes:
    """Base64 in its one spelling."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise Failed(part, "base64 写法不规范")
    return data


def envelope(part: str, data: bytes, kind: str) -> Signed:
    """Read a DSSE envelope of the payload type ``kind``."""
    value, wanted = load(part, data), f"application/vnd.antipyramid.{kind}.v1+json"
    if set(value) != {"payloadType", "payload", "signatures", "body"} or value["payloadType"] != wanted:
        raise Failed(part, f"不是类型为 {wanted} 的信封")
    payload = plain64(part, value["payload"])
    pae = b"DSSEv1 %d %s %d %s" % (len(wanted), wanted.encode(), len(payload), payload)
    signatures = [(one["keyid"], plain64(part, one["sig"])) for one in value["signatures"]]
    body = None if value["body"] is None else plain64(part, value["body"])
    return Signed(part, load(part, payload), pae, sha256(pae), signatures, body)


def is_signed(public: bytes, signature: bytes, data: bytes) -> bool:
    """Ed25519 (RFC 8032), refusing keys that are of low order or not canonical."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if len(public) != 32 or y >= P or y in WEAK:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def holders(root: dict[str, Any], paper: Signed) -> int:
    """How many distinct keys of ``root`` signed ``paper``."""
    pairs = [(key, sig) for key in root["keys"] for hint, sig in paper.signatures if hint == key["id"]]
    return len({key["public"] for key, sig in pairs if is_signed(b64decode(key["public"]), sig, paper.pae)})


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """Root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); None for a proof of the wrong length."""
    fn, sn, found = index, size - 1, leaf
    if not 0 <= index < size:
        return None
    for other in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            found = hashlib.sha256(b"\x01" + other + found).digest()
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + other).digest()
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


@dataclass
class Case:
    """The parts of one file, and what the checks so far have established."""

    parts: dict[str, bytes]
    findings: list[Finding] = field(default_factory=list)
    roots: list[dict[str, Any]] = field(default_factory=list)
    roster: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, Signed] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    logged: set[str] = field(default_factory=set)
    log: tuple[int, bytes] | None = None

    def say(self, step: str, ok: bool | None, text: str, part: str | None = None) -> None:
        """Add a line to the report."""
        self.findings.append(Finding(step, ok, text, part))

    def of(self, kind: str) -> list[tuple[str, bytes]]:
        """The parts of one kind, as they stand in the file."""
        return [(name, data) for name, data in self.parts.items() if name.startswith(kind + "/")]

    def member(self, number: str) -> dict[str, Any]:
        """The roster's record of a member; an empty one for an office outside."""
        return next((one for one in self.roster["members"] if one["id"] == number), {"name": number, "keys": []})

    def check_roots(self, fingerprint: str) -> None:
        """The pinned root, and each later one signed by enough old and enough new keys (DESIGN D5)."""
        files = sorted((envelope(*one, "root") for one in self.of("root")), key=lambda one: int(one.payload["version"]))
        start = next((n for n, one in enumerate(files) if one.hash == fingerprint), None)
        if start is None:
            raise Failed("root", "没有一份根文件与所给指纹相符；请核对指纹，它应由联席会议以纸质文件公布")
        for paper in files[start:]:
            root = paper.payload
            if any(holders(one, paper) < one["threshold"] for one in [*self.roots[-1:], root]):
                raise Failed(paper.part, "新旧持钥人的签名不足门限")
            if self.roots and root["version"] != self.roots[-1]["version"] + 1:
                raise Failed(paper.part, "根文件的版本不连续")
            self.roots.append(root)
        self.say("根文件", True, f"指纹与所给一致；现为第 {root['version']} 版，门限 {root['threshold']} 把密钥")

    def check_papers(self) -> None:
        """Rosters and agreements signed by a root of the chain; the roster pins its agreement by hash."""
        agreements = {}
        for kind, title in (("agreement", "协作协议"), ("roster", "成员名册")):
            for name, data in self.of(kind):
                paper = envelope(name, data, kind)
                if not any(holders(root, paper) >= root["threshold"] for root in self.roots):
                    raise Failed(name, f"{title}没有足够的持钥人签名")
                if kind == "agreement":
                    agreements[paper.hash] = paper.payload["version"]
                elif agreements.get((pinned := paper.payload["agreement"])["sha256"]) != pinned["version"]:
                    raise Failed(name, "名册所引用的协作协议不在核验包内")
                elif paper.payload["version"] > self.roster.get("version", 0):
                    self.roster = paper.payload
                self.say(title, True, f"第 {paper.payload['version']} 版，持钥人签名有效", name)
        if not self.roster:
            raise Failed("roster", "核验包内没有成员名册")

    def signer_key(self, paper: Signed, at: str) -> dict[str, Any]:
        """The sender's key that really signed; raises when there is none, or none that counted at that time."""
        for hint, sig in paper.signatures:
            for key in self.member(paper.payload["sender"])["keys"]:
                kind = (key["id"], key["purpose"], key["algorithm"])
                if kind == (hint, "sign", "ed25519") and is_signed(b64decode(key["public"]), sig, paper.pae):
                    if datetime.fromisoformat(key["since"]) > datetime.fromisoformat(at) + SKEW:
                        raise Failed(paper.part, "签名密钥当时尚未启用")
                    return dict(key)
        raise Failed(paper.part, f"没有 {paper.payload['sender']} 的有效签名")

    def check_message(self, name: str, data: bytes) -> None:
        """Signature, revocation by the last good number, and the body."""
        paper = envelope(name, data, "message")
        head, where = paper.payload, f"文书 {paper.payload['document']}"
        key = self.signer_key(paper, head["sealed"])
        if key["until"] and datetime.fromisoformat(head["sealed"]) > datetime.fromisoformat(key["until"]) + SKEW:
            raise Failed(name, f"签名密钥已于 {beijing(key['until'])} 停用")
        if key["revoked"] is not None:
            place = (head["audience"], head["incarnation"])
            last = next((one for one in key["revoked"] if (one["audience"], one["incarnation"]) == place), {"seq": 0})
            if head["seq"] > last["seq"] or (head["seq"] == last["seq"] and paper.hash != last["hash"]):
                raise Failed(name, f"签名密钥已吊销：只到第 {last['seq']} 号有效，本件为第 {head['seq']} 号")
        self.messages[paper.hash] = paper
        both = f"{self.member(head['sender'])['name']} 致 {self.member(head['audience'])['name']}"
        act = ACTS.get(head["act"], head["act"])
        self.say(where, True, f"{both}：{act}（{head['kind']}），{beijing(head['sealed'])}，签名有效", name)
        self.check_body(paper, where)

    def check_body(self, paper: Signed, where: str) -> None:
        """The body is the signed one; an opened one fits the commitment its sender signed (DESIGN D6)."""
        ref, opened = paper.payload["body"], f"opened/{paper.hash}"
        if paper.body is None:
            return self.say(where, None, "本包只有签名部分，没有正文", paper.part)
        if (sha256(paper.body), len(paper.body)) != (ref["sha256"], ref["size"]):
            raise Failed(paper.part, "正文与签名时的摘要不一致")
        if ref["sealed"] and opened not in self.parts:
            return self.say(where, None, "正文为密文，与签名时一致；本包未附明文，内容未予证明", paper.part)
        if ref["sealed"] and sha256(self.parts[opened]) != ref["commit"]:
            raise Failed(opened, "明文与发件单位签名时的承诺不一致")
        part, body = (opened, self.parts[opened][32:]) if ref["sealed"] else (paper.part, paper.body)
        return self.say(where, True, f"正文与签名时一致：《{load(part, body).get('title', '')}》", part)

    def check_receipts(self, name: str, data: bytes) -> None:
        """A signed receipt is the only proof of delivery (DESIGN D4); whoever stole a key can write any number."""
        paper = envelope(name, data, "receipts")
        good = True if self.signer_key(paper, paper.payload["issued"])["revoked"] is None else None
        for one in paper.payload["receipts"]:
            if (message := self.messages.get(one["message"])) is None:
                continue
            if good and one["outcome"] == "stored" and message.payload["audience"] in ("all", paper.payload["sender"]):
                self.delivered.add(message.hash)
            said = OUTCOMES[one["outcome"]] + (f"（{one['code']}）" if one["code"] else "")
            said += "" if good else "（签名密钥后来已吊销）"
            text = f"{self.member(paper.payload['sender'])['name']} 的系统回执：{said}，{beijing(one['stored_at'])}"
            self.say(f"文书 {message.payload['document']}", good, text, name)

    def note_signed(self, member: str, kind: int, line: tuple[str, bytes], note: bytes) -> bool:
        """Whether a key of the member's for its log made this signature line (kind 1 its own, 4 as a witness)."""
        name, sig = line
        rest = sig[4:] if kind == 1 else sig[12:]
        said = note if kind == 1 else b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[4:12], "big") + note
        keys = [b64decode(key["public"]) for key in self.member(member)["keys"] if key["purpose"] == "witness"]
        ids = [hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4] for key in keys]
        return any(sig[:4] == short and is_signed(key, rest, said) for short, key in zip(ids, keys, strict=True))

    def check_note(self, name: str, data: bytes) -> None:
        """The log's own signature under a checkpoint, then those of its witnesses."""
        text, gap, rest = data.decode().partition("\n\n")
        origin, size, root = text.split("\n")
        own, note, signed, witnesses = origin.split("/")[1], (text + "\n").encode(), False, []
        for line in rest.removesuffix("\n").split("\n"):
            by, sig64 = line.removeprefix("\N{EM DASH} ").split(" ")
            sig, member = plain64(name, sig64), by.removeprefix("antipyramid/")
            if not self.note_signed(own if by == origin else member, 1 if by == origin else 4, (by, sig), note):
                raise Failed(name, f"{member} 在存证点上的签名无效")
            signed = signed or by == origin
            if by != origin and member != own:
                at = datetime.fromtimestamp(int.from_bytes(sig[4:12], "big"), UTC)
                witnesses.append(f"{self.member(member)['name']} 见证于 {beijing(at)}")
        if not gap or not signed or self.log is not None:
            raise Failed(name, f"须有且只有一份由 {own} 签名的存证点")
        self.log = int(size), plain64(name, root)
        self.say("审计日志", True, f"{self.member(own)['name']} 的存证点：共 {size} 条，签名有效", name)
        alone = "存证点还没有其他单位见证，只有该单位自己的签名"
        for one in witnesses or [alone]:
            self.say("审计日志", None if one is alone else True, one, name)

    def check_leaf(self, name: str, data: bytes) -> None:
        """One entry of the audit log is in the tree under the checkpoint; person and record open its commitment."""
        value, log, who = load(name, data), self.log or (0, b""), ""
        version, kind, subject, at, commitment = value["data"].removesuffix("\n").split("\n")
        leaf = hashlib.sha256(b"\x00" + value["data"].encode()).digest()
        proof = [plain64(name, one) for one in value["proof"]]
        if version != "v2" or root_of(leaf, value["position"], log[0], proof) != log[1]:
            raise Failed(name, "该条记录不在存证点所记的日志之中")
        self.logged.add(subject)
        if (opening := value["opening"]) is not None:
            who = f"，经办 {opening['actor']}"
            told = bytes.fromhex(opening["salt"]) + opening["actor"].encode() + b"\n" + opening["record"].encode()
            if sha256(told) != commitment:
                raise Failed(name, "经办人、内容与日志中的承诺不一致")
        text = f"第 {value['position']} 条：{LEAVES.get(kind, kind)} {subject[:36]}，{beijing(at)}{who}，在存证点之内"
        self.say("审计日志", True, text, name)

    def check_rest(self, attachments: list[Path]) -> None:
        """Attachments a reader has at hand, and what a court would look for and not find."""
        listed = {part["sha256"] for paper in self.messages.values() for part in paper.payload["parts"]}
        for _, data in self.of("opened"):
            listed.update(re.findall(r'"([0-9a-f]{64})"', data[32:].decode()))
        for path in attachments:
            digest = sha256(path.read_bytes())
            if digest not in listed:
                raise Failed(str(path), "不是本包文书的附件，或已被改动")
            self.say("附件", True, f"{path.name} 与文书所列一致（SHA-256 {digest}）")
        for paper in self.messages.values():
            where = f"文书 {paper.payload['document']}"
            if paper.hash not in self.delivered and not paper.payload["audience"].startswith("out-"):
                self.say(where, None, "没有收件单位的系统回执，不能证明已送达", paper.part)
            if paper.hash not in self.logged:
                self.say(where, None, "没有审计日志的存证，不能证明何时已在日志之中", paper.part)


def examine(raw: bytes, fingerprint: str, attachments: list[Path]) -> list[Finding]:
    """Every check in turn; after a failure nothing more is said, for it would rest on wrong bytes."""
    case, at = Case({}), "文件"
    try:
        case.parts = split(raw)
        case.say("文件", True, f"共 {len(case.parts)} 部分，逐部分摘要和全文摘要一致；SHA-256 {sha256(raw)}")
        case.check_roots(fingerprint)
        case.check_papers()
        checks = {"message": case.check_message, "receipts": case.check_receipts}
        for kind, check in {**checks, "checkpoint": case.check_note, "leaf": case.check_leaf}.items():
            for at, data in case.of(kind):
                check(at, data)
        case.check_rest(attachments)
    except Failed as error:
        case.say("核验", False, error.args[1], error.args[0])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
        case.say("核验", False, f"内容不合格式（{type(error).__name__}）", at)
    return case.findings


def main(arguments: list[str]) -> int:
    """Read the arguments, print the findings, give the exit code."""
    about = "离线核验存证核验包。退出码：0 全部属实；1 有不符；2 无法读取；3 属实，但有未证明之处"
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("file", type=Path, help="存证核验包")
    parser.add_argument("--root", required=True, help="根文件指纹（64 位十六进制），由联席会议公布")
    parser.add_argument("--attachment", type=Path, action="append", default=[], help="一并核对的附件，可写多次")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    chosen = parser.parse_args(arguments)
    try:
        findings = examine(chosen.file.read_bytes(), chosen.root.strip().lower(), chosen.attachment)
    except OSError as error:
        print(f"无法读取 {error.filename}：{error.strerror}", file=sys.stderr)
        return UNREADABLE
    results = {one.ok for one in findings}
    code = BROKEN if False in results else INCOMPLETE if None in results else GENUINE
    if chosen.json:
        print(json.dumps({"exit": code, "findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=1))
        return code
    for one in findings:
        print(f"{MARKS[one.ok]}{one.step}：{one.text}" + (f"　〔{one.part}〕" if one.part else ""))
    print(f"结论：{ENDS[code]}。")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
