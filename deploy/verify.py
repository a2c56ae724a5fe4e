#!/usr/bin/env python3
"""Checks an evidence file 存证核验包 alone: no hub, no network, only this file, Python and ``cryptography``.

Usage: ``python3 verify.py FILE --root FINGERPRINT [--attachment FILE ...] [--json]``. The fingerprint of the root is
what the federation published on paper; with another one everything below would prove nothing.
Exit codes: 0 every check passed, nothing a reader would expect is missing · 1 a check failed, the part is named ·
2 the file cannot be read, or wrong usage · 3 every check passed, but something is not proved (it is listed).
What is checked: DSSE signatures over exact bytes (Ed25519, RFC 8032; where roster or root ask ML-DSA-65, FIPS 204),
chain of roots, roster, receipts, body commitments, inclusion in the audit log (RFC 6962), checkpoint and cosignatures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace as Finding  # step, ok (None: not proved, though nothing is wrong), text, part
from types import SimpleNamespace as Signed  # part, payload, pae, hash (of pae: its identity), signatures, body
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MLDSA = "cryptography.hazmat.primitives.asymmetric.mldsa"  # older releases have none; only who needs it looks for it
HEAD = b"antipyramid-evidence 1\n"
PART_LINE = re.compile(rb"([a-z]{4,12}/[0-9a-z-]{1,80}) (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})\n")
END_LINE = re.compile(rb"end ([0-9a-f]{64})\n")
KINDS = {"about", "root", "roster", "agreement", "message", "opened", "receipts", "checkpoint", "leaf"}
P, SKEW, LAST, when = 2**255 - 19, timedelta(minutes=5), "9999-01-01T00:00:00Z", datetime.fromisoformat
NONE: dict[str, Any] = {"algorithm": "ed25519", "roster": 0, "grace": LAST}  # what asks for no second signature
Y8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826  # RFC 8032: of a point of order 8, as is -Y8
WEAK = {0, 1, P - 1, Y8, P - Y8}  # y of the points of low order on edwards25519: by them one signature fits any message
_WORDS = """publish:通报 request:请求 sign-for:签收 accept:受理 return:退回 dispute:管辖异议 supplement:要求补充
feedback-interim:阶段反馈 feedback-final:正式反馈 extend:告知延期 transfer:移送 result:处理结果 confirm:确认办结
withdraw:撤回 comply:已照办 list:列入 remove:移出 remind:催办 dispatch:寄送 delivery:送达 interim:阶段反馈
final:正式反馈 raise:管辖争议 position:陈述意见 propose:提出方案 agree:同意方案 escalate:报请指定管辖 record:登记
hand-over:移交案卷 supervise:督办 progress:报送进展 complete:报告办结 consent:同意 object:不同意 report:报送
notify:通报 reply-first:首次回复 reply-final:回复结果 plan:提出行动 start:发起行动 join:参加 decline:不参加
convene:会议通知 minute:会议纪要 inform:议定事项 decide:登记 seal:签名发出 store:收到入库 judge:补办
receipt:收到回执 receipt-given:出具系统回执 withheld:不再发送 erase:删除"""
WORDS = {name: word for name, _, word in (one.partition(":") for one in _WORDS.split())}  # acts, entries of the log
WORDS |= {f"record-{name}": f"代录{word}" for name, word in WORDS.items()}
OUTCOMES = {"stored": "已送达", "refused": "被系统退回", "held": "已收到、暂存"}
MARKS = {True: "［属实］", False: "［不符］", None: "［未证明］"}
ENDS = ("核验通过", "有不符之处，见上", "", "所载签名和摘要全部属实；标“未证明”的，本包不能证明")


class Failed(Exception):
    """A check failed: the part where the wrong bytes stand, and why."""


def sha256(data: bytes) -> str:
    """Hex."""
    return hashlib.sha256(data).hexdigest()


def beijing(at: str) -> str:
    """A moment as people here read it."""
    return when(at).astimezone(timezone(timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S（北京时间）")


def split(raw: bytes) -> dict[str, bytes]:
    """The named parts of the file, each compared with its digest; a byte that belongs to none is refused too."""
    at, last, parts = len(HEAD), "文件开头", dict[str, bytes]()
    if not raw.startswith(HEAD):
        raise Failed(last, f"前 {at} 字节不是存证核验包的标识")
    while line := PART_LINE.match(raw, at):
        name, size, at = line[1].decode(), int(line[2]), line.end()
        data = raw[at : at + size]
        whole = sha256(name.encode() + b"\n" + data) == line[3].decode() and raw[at + size : at + size + 1] == b"\n"
        if not whole or name in parts or name.split("/")[0] not in KINDS:
            raise Failed(name, "内容、名称或长度与所记摘要不一致，已被改动或损坏；每部分之后换行，且只出现一次")
        parts[name], at, last = data, at + size + 1, name
    if (end := END_LINE.fullmatch(raw, at)) is None:
        raise Failed(f"{last} 之后", f"自第 {at} 字节起既不是下一部分，也不是规范的结尾")
    if sha256(raw[:at]) != end[1].decode():
        raise Failed("end", "结尾所记全文摘要与内容不一致")
    return parts


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice: two readers must not see two things."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def plain64(part: str, text: str) -> bytes:
    """Base64 in its one spelling."""
    data = b64decode(text, validate=True)
    if b64encode(data).decode() != text:
        raise Failed(part, "base64 写法不规范")
    return data


def envelope(part: str, data: bytes, kind: str) -> Signed:
    """Read a DSSE envelope of the payload type ``kind``."""
    value, wanted = json.loads(data, object_pairs_hook=unique), f"application/vnd.antipyramid.{kind}.v1+json"
    if set(value) != {"payloadType", "payload", "signatures", "body"} or value["payloadType"] != wanted:
        raise Failed(part, f"不是类型为 {wanted} 的信封")
    payload = plain64(part, value["payload"])
    pae = b"DSSEv1 %d %s %d %s" % (len(wanted), wanted.encode(), len(payload), payload)
    signatures = [(one["keyid"], plain64(part, one["sig"])) for one in value["signatures"]]
    body = None if value["body"] is None else plain64(part, value["body"])
    head = json.loads(payload, object_pairs_hook=unique)
    what = f"文书 {head.get('document')}"
    return Signed(part=part, what=what, payload=head, pae=pae, hash=sha256(pae), signatures=signatures, body=body)


def is_signed(key: dict[str, Any], signature: bytes, data: bytes) -> bool:
    """By the algorithm of the key's signed record, which no message can change; no low order, nothing uncanonical."""
    public = b64decode(key["public"])
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    try:
        if key["algorithm"] == "ml-dsa-65":
            import_module(MLDSA).MLDSA65PublicKey.from_public_bytes(public).verify(signature, data)
        elif key["algorithm"] != "ed25519" or len(public) != 32 or y >= P or y in WEAK:
            return False
        else:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def outside(key: dict[str, Any], at: datetime, *, begun: bool = True, ended: bool = True) -> str:
    """Why a key did not count at that time by its range; empty if it did."""
    if begun and when(key["since"]) > at + SKEW:
        return "签名密钥当时尚未启用"
    return f"签名密钥已于 {beijing(key['until'])} 停用" if ended and at > when(key["until"] or LAST) + SKEW else ""


def holders(root: dict[str, Any], paper: Signed) -> int:
    """How many distinct holders of ``root`` signed ``paper``, each by every key it has."""
    seconds = [{"algorithm": "ml-dsa-65", "public": one["second"]} for one in root["keys"] if one.get("second")]
    pairs = [(key, sig) for key in root["keys"] + seconds for _, sig in paper.signatures]
    good = {None, *(key["public"] for key, sig in pairs if is_signed(key, sig, paper.pae))}
    return len({one["public"] for one in root["keys"] if {one["public"], one.get("second")} <= good})


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """Root that an inclusion proof leads to, as RFC 6962 section 2.1.1 defines it; None for one of the wrong length."""
    if not (0 <= index < size and 0 < len(proof) <= 64):
        return leaf if (index, size, len(proof)) == (0, 1, 0) else None
    half = 1 << (size - 1).bit_length() - 1
    found = root_of(leaf, index % half, size - half if index >= half else half, proof[:-1])
    return found and hashlib.sha256(b"\x01" + (proof[-1] + found if index >= half else found + proof[-1])).digest()


class Case:
    """The parts of one file, and what the checks so far have established."""

    def __init__(self) -> None:
        self.parts, self.rosters, self.messages = dict[str, bytes](), dict[int, Any](), dict[str, Signed]()
        self.findings, self.roots, self.proved = list[Finding](), list[Any](), set[tuple[str, str]]()
        self.log: tuple[int, bytes, bool | None] | None = None
        self.roster, self.at = dict[str, Any](), "文件"

    def say(self, step: str, ok: bool | None, text: str, part: str | None = None) -> None:
        """Add a line to the report."""
        self.findings.append(Finding(step=step, ok=ok, text=text, part=part))

    def of(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """The parts of one kind, as they stand in the file; the one being looked at is named if it is no good."""
        for name in (one for one in self.parts if one.startswith(kind + "/")):
            self.at = name
            yield name, self.parts[name]

    def keys(self, member: str, purpose: str) -> list[dict[str, Any]]:
        """A member's keys in the newest roster; none of an office outside."""
        return [k for m in self.roster["members"] if m["id"] == member for k in m["keys"] if k["purpose"] == purpose]

    def name(self, member: str) -> str:
        """As the newest roster calls it."""
        return next((str(one["name"]) for one in self.roster["members"] if one["id"] == member), member)

    def check_roots(self, fingerprint: str) -> None:
        """The pinned root, and each later one signed by enough old and enough new keys (DESIGN D5)."""
        files = sorted((envelope(*one, "root") for one in self.of("root")), key=lambda one: int(one.payload["version"]))
        if fingerprint not in [one.hash for one in files]:
            raise Failed("root", "没有一份根文件与所给指纹相符；请核对指纹，它应由联席会议以纸质文件公布")
        for paper in files[[one.hash for one in files].index(fingerprint) :]:
            root = paper.payload
            if any(holders(one, paper) < one["threshold"] for one in [*self.roots[-1:], root]):
                raise Failed(paper.part, "新旧持钥人的签名不足门限")
            if self.roots and root["version"] != self.roots[-1]["version"] + 1:
                raise Failed(paper.part, "根文件的版本不连续")
            self.roots.append(root)
        rule = f"门限 {root['threshold']} 把密钥" + "，各两种算法" * bool(root["keys"][0].get("second"))
        self.say("根文件", True, f"指纹与所给一致；现为第 {root['version']} 版，{rule}")

    def check_papers(self) -> None:
        """Rosters and agreements signed by a root of the chain; the roster pins its agreement by hash."""
        agreements = {}
        for kind, title in (("agreement", "协作协议"), ("roster", "成员名册")):
            for name, data in self.of(kind):
                head = (paper := envelope(name, data, kind)).payload
                if not any(holders(root, paper) >= root["threshold"] for root in self.roots):
                    raise Failed(name, f"{title}没有足够的持钥人签名")
                if kind == "agreement":
                    agreements[paper.hash] = head["version"]
                elif agreements.get((pinned := head["agreement"])["sha256"]) != pinned["version"]:
                    raise Failed(name, "名册所引用的协作协议不在核验包内")
                else:
                    self.rosters[head["version"]] = head
                self.say(title, True, f"第 {head['version']} 版，{beijing(head['issued'])} 签发，持钥人签名有效", name)
        if not self.rosters:
            raise Failed("roster", "核验包内没有成员名册")
        self.roster = self.rosters[max(self.rosters)]

    def signers(self, paper: Signed) -> dict[str, dict[str, Any]]:
        """The sender's keys that really signed, by algorithm."""
        keys = self.keys(paper.payload["sender"], "sign")
        pairs = [(key, sig) for hint, sig in paper.signatures for key in keys if key["id"] == hint]
        found = {key["algorithm"]: key for key, sig in reversed(pairs) if is_signed(key, sig, paper.pae)}
        if "ed25519" not in found:
            raise Failed(paper.part, f"没有 {paper.payload['sender']} 的有效签名")
        return found

    def doubt(self, paper: Signed, key: dict[str, Any]) -> str:
        """Why a key does not vouch for a message: by its range, or by the last good number once it was revoked."""
        head, revoked = paper.payload, key["revoked"]
        if revoked is not None:
            place, none = (head["audience"], head["incarnation"]), {"seq": 0, "hash": ""}
            last = next((one for one in revoked if (one["audience"], one["incarnation"]) == place), none)
            if head["seq"] >= last["seq"] and paper.hash != last["hash"]:
                return f"签名密钥已吊销：只到第 {last['seq']} 号有效，本件为第 {head['seq']} 号"
        return outside(key, when(head["sealed"]), begun=key["algorithm"] == "ed25519")  # another may come later

    def check_message(self, name: str, data: bytes) -> None:
        """Signatures, those the roster it names asks for, and the body."""
        head = (paper := envelope(name, data, "message")).payload
        policy = self.rosters.get(head["roster"], self.roster).get("second_signature") or NONE
        found, second = self.signers(paper), policy["algorithm"] if head["roster"] >= policy["roster"] else "ed25519"
        if head["roster"] > self.roster["version"] or second not in found:
            raise Failed(name, f"缺少签名时的成员名册，或者名册要求的第二签名（{second}）")
        doubts = {algorithm: self.doubt(paper, key) for algorithm, key in found.items()}
        if why := doubts["ed25519"] or doubts[second]:
            raise Failed(name, why)
        self.messages[paper.hash] = paper
        act, by = WORDS.get(head["act"], head["act"]), "、".join(sorted(one for one in found if not doubts[one]))
        text = f"{self.name(head['sender'])} 致 {self.name(head['audience'])}：{act}（{head['kind']}）"
        self.say(paper.what, True, f"{text}，{beijing(head['sealed'])}，签名有效（{by}）", name)
        self.check_body(paper)

    def check_body(self, paper: Signed) -> None:
        """The body is the signed one; an opened one fits the commitment its sender signed (DESIGN D6)."""
        ref, opened = paper.payload["body"], f"opened/{paper.hash}"
        if paper.body is None:
            return self.say(paper.what, None, "本包只有签名部分，没有正文", paper.part)
        if (sha256(paper.body), len(paper.body)) != (ref["sha256"], ref["size"]):
            raise Failed(paper.part, "正文与签名时的摘要不一致")
        if ref["sealed"] and opened not in self.parts:
            return self.say(paper.what, None, "正文为密文，与签名时一致；本包未附明文，内容未予证明", paper.part)
        if ref["sealed"] and sha256(self.parts[opened]) != ref["commit"]:
            raise Failed(opened, "明文与发件单位签名时的承诺不一致")
        part, body = (opened, self.parts[opened][32:]) if ref["sealed"] else (paper.part, paper.body)
        title = json.loads(body, object_pairs_hook=unique).get("title", "")
        return self.say(paper.what, True, f"正文与签名时一致：《{title}》", part)

    def check_receipts(self, name: str, data: bytes) -> None:
        """A signed receipt is the only proof of delivery (DESIGN D4); whoever stole a key can write any number."""
        paper = envelope(name, data, "receipts")
        head, found = paper.payload, self.signers(paper)
        if why := outside(found["ed25519"], when(head["issued"]), ended=False):
            raise Failed(name, why)
        policy = self.roster.get("second_signature") or NONE
        needed = {"ed25519", policy["algorithm"] if head["issued"] > policy["grace"] else "ed25519"}
        by = {algorithm for algorithm, key in found.items() if key["revoked"] is None}
        told = f"签名有效（{'、'.join(sorted(by))}）" if needed <= by else "缺少名册要求的签名，或其密钥后来已吊销"
        for one in (each for each in head["receipts"] if each["message"] in self.messages):
            message = self.messages[one["message"]]
            if needed <= by and one["outcome"] == "stored" and message.payload["audience"] in ("all", head["sender"]):
                self.proved.add(("delivered", message.hash))
            said = OUTCOMES[one["outcome"]] + (f"（{one['code']}）" if one["code"] else "")
            again = f"，{beijing(head['issued'])} 重新签署" if head["issued"] != one["stored_at"] else ""
            text = f"{self.name(head['sender'])} 的系统回执：{said}，{beijing(one['stored_at'])}{again}，{told}"
            self.say(message.what, True if needed <= by else None, text, name)

    def note_key(self, member: str, kind: int, name: str, sig: bytes, note: bytes) -> dict[str, Any] | None:
        """The member's key for its log that made this signature line (kind 1 its own, 4 as a witness)."""
        rest = sig[4:] if kind == 1 else sig[12:]
        said = note if kind == 1 else b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[4:12], "big") + note
        for key in self.keys(member, "witness"):
            short = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + b64decode(key["public"])).digest()[:4]
            if sig[:4] == short and is_signed(key, rest, said):
                return key
        return None

    def check_note(self, name: str, data: bytes) -> None:
        """The log's own signature under a checkpoint, then those of its witnesses; who stole a key cosigns any time."""
        text, gap, rest = data.decode().partition("\n\n")
        origin, size, root = text.split("\n")
        own, note, good, said = origin.split("/")[1], (text + "\n").encode(), list[bool](), list[tuple[Any, str]]()
        for line in rest.removesuffix("\n").split("\n"):
            by, sig64 = line.removeprefix("\N{EM DASH} ").split(" ")
            sig, member = plain64(name, sig64), own if by == origin else by.removeprefix("antipyramid/")
            key = self.note_key(member, 1 if by == origin else 4, by, sig, note)
            if key is None:
                raise Failed(name, f"{member} 在存证点上的签名无效")
            why = "密钥后来已吊销" if key["revoked"] is not None else ""
            if by == origin:
                good.append(not why)
            elif member != own:
                at = datetime.fromtimestamp(int.from_bytes(sig[4:12], "big"), UTC)
                why = why or outside(key, at)
                text = f"{self.name(member)} 见证于 {beijing(at.isoformat())}" + (f"；{why}，不作见证" if why else "")
                said.append((None if why else True, text))
        if not gap or not good or self.log is not None:
            raise Failed(name, f"须有且只有一份由 {own} 签名的存证点")
        self.log = int(size), plain64(name, root), any(good) or None
        told = "签名有效" if any(good) else "签名密钥后来已吊销，不能证明其中的记录"
        alone = [] if any(ok for ok, _ in said) else [(None, "存证点还没有其他单位见证，只有该单位自己的签名")]
        for ok, one in [(self.log[2], f"{self.name(own)} 的存证点：共 {size} 条，{told}"), *said, *alone]:
            self.say("审计日志", ok, one, name)

    def check_leaf(self, name: str, data: bytes) -> None:
        """One entry of the audit log is in the tree under the checkpoint; person and record open its commitment."""
        value, log, who = json.loads(data, object_pairs_hook=unique), self.log or (0, b"", None), "，在存证点之内"
        version, kind, subject, at, commitment = value["data"].removesuffix("\n").split("\n")
        leaf = hashlib.sha256(b"\x00" + value["data"].encode()).digest()
        proof = [plain64(name, one) for one in value["proof"]]
        if version != "v2" or root_of(leaf, value["position"], log[0], proof) != log[1]:
            raise Failed(name, "该条记录不在存证点所记的日志之中")
        self.proved |= {("logged", subject)} if log[2] else set()
        if (opening := value["opening"]) is not None:
            who = f"，经办 {opening['actor']}{who}"
            told = bytes.fromhex(opening["salt"]) + opening["actor"].encode() + b"\n" + opening["record"].encode()
            if sha256(told) != commitment:
                raise Failed(name, "经办人、内容与日志中的承诺不一致")
        text = f"第 {value['position'] + 1} 条：{WORDS.get(kind, kind)} {subject[:36]}，{beijing(at)}{who}"
        self.say("审计日志", log[2], text, name)

    def check_rest(self, attachments: list[Path]) -> None:
        """Attachments a reader has at hand, and what a court would look for and not find."""
        listed = {part["sha256"] for paper in self.messages.values() for part in paper.payload["parts"]}
        listed |= {one for _, data in self.of("opened") for one in re.findall(r'"([0-9a-f]{64})"', data[32:].decode())}
        for path in attachments:
            digest = sha256(path.read_bytes())
            if digest not in listed:
                raise Failed(str(path), "不是本包文书的附件，或已被改动")
            self.say("附件", True, f"{path.name} 与文书所列一致（SHA-256 {digest}）")
        for paper in self.messages.values():
            if ("delivered", paper.hash) not in self.proved and not paper.payload["audience"].startswith("out-"):
                self.say(paper.what, None, "没有收件单位的系统回执，不能证明已送达", paper.part)
            if ("logged", paper.hash) not in self.proved:
                self.say(paper.what, None, "没有审计日志的存证，不能证明何时已在日志之中", paper.part)


def examine(raw: bytes, fingerprint: str, attachments: list[Path]) -> list[Finding]:
    """Every check in turn; after a failure nothing more is said, for it would rest on wrong bytes."""
    case = Case()
    try:
        case.parts = split(raw)
        case.say("文件", True, f"共 {len(case.parts)} 部分，逐部分摘要和全文摘要一致；SHA-256 {sha256(raw)}")
        case.check_roots(fingerprint)
        case.check_papers()
        checks = {"message": case.check_message, "receipts": case.check_receipts}
        for kind, check in {**checks, "checkpoint": case.check_note, "leaf": case.check_leaf}.items():
            for name, data in case.of(kind):
                check(name, data)
        case.check_rest(attachments)
    except Failed as error:
        case.say("核验", False, error.args[1], error.args[0])
    except (ImportError, UnsupportedAlgorithm):
        case.say("核验", False, "本机的 cryptography 不能核验 ml-dsa-65，请换用较新的版本", case.at)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        case.say("核验", False, f"内容不合格式（{type(error).__name__}）", case.at)
    return case.findings


def main(arguments: list[str]) -> int:
    """Read the arguments, print the findings, give the exit code."""
    parser = argparse.ArgumentParser(description="离线核验存证核验包。退出码：0 属实；1 不符；2 读不了；3 有未证明之处")
    parser.add_argument("file", type=Path, help="存证核验包")
    parser.add_argument("--root", required=True, help="根文件指纹（64 位十六进制），由联席会议公布")
    parser.add_argument("--attachment", type=Path, action="append", default=[], help="一并核对的附件，可写多次")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    chosen = parser.parse_args(arguments)
    try:
        findings = examine(chosen.file.read_bytes(), chosen.root.strip().lower(), chosen.attachment)
    except OSError as error:
        print(f"无法读取 {error.filename}：{error.strerror}", file=sys.stderr)
        return 2
    code = next((code for code, ok in ((1, False), (3, None)) if ok in [one.ok for one in findings]), 0)
    lines = [f"{MARKS[one.ok]}{one.step}：{one.text}" + (f"　〔{one.part}〕" if one.part else "") for one in findings]
    listed = json.dumps({"exit": code, "findings": [vars(one) for one in findings]}, ensure_ascii=False, indent=1)
    print(listed if chosen.json else "\n".join([*lines, f"结论：{ENDS[code]}。"]))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
