"""Keys of holders and members: encrypted, proved, strong, and nothing signed that no node would take."""

from __future__ import annotations

import json
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from hub.keystore import DEMO_SEED
from tests.builders import YULIN
from tests.cli.holders import HOLDERS, Holders, content, plain

HAIKOU = "460100-mr"


def test_key_files_are_encrypted_and_for_their_owner_only(founded: Holders) -> None:
    path = founded / "holder-1.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(path.read_bytes())) == {"format", "id", "holder", "salt", "nonce", "sealed"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("passphrase", "口令不对"),
        ("loose", "权限过宽"),
        ("loose phrase", "口令文件"),
        ("holder", "口令不对，或密钥文件"),
        ("demo node key", "不是持钥人的密钥文件"),
    ],
)
def test_a_key_that_cannot_be_trusted_signs_nothing(founded: Holders, tmp_path: Path, spoil: str, said: str) -> None:
    key, phrase = tmp_path / "a.key", tmp_path / "phrase"
    value = json.loads((founded / "holder-1.key").read_bytes())
    value["holder"] = HOLDERS[1] if spoil == "holder" else value["holder"]
    key.write_text(json.dumps(value if spoil != "demo node key" else {"private": DEMO_SEED.hex() * 2}))
    phrase.write_text("wrong" if spoil == "passphrase" else founded.phrase(1).read_text())
    key.chmod(0o644 if spoil == "loose" else 0o600)
    phrase.chmod(0o644 if spoil == "loose phrase" else 0o600)
    target = tmp_path / "out.json"
    done = founded.hub(
        *("roster", "sign", founded / "draft-1.json", "--key", key, "--passphrase-file", phrase, "-o", target)
    )
    assert (done.code, said in done.err, target.exists()) == (2, True, False), done


@pytest.mark.parametrize(
    ("name", "doubled", "said"), [("roster-1", "members", "重复的成员"), ("root", "keys", "重复的密钥")]
)
def test_nobody_signs_what_no_node_would_take(
    founded: Holders, tmp_path: Path, name: str, doubled: str, said: str
) -> None:
    value = content(founded / f"{name}.json")
    value[doubled].append(value[doubled][0])
    spoilt, target = plain(tmp_path / "spoilt.json", value), tmp_path / "out.json"
    key = ("--key", founded / "holder-1.key", "--passphrase-file", founded.phrase(1))
    done = founded.hub("roster", "sign", spoilt, *key, "-o", target)
    assert (done.code, said in done.err, target.exists()) == (2, True, False), done


def test_b26_a_roster_in_the_envelope_of_an_agreement_is_not_signed(founded: Holders, tmp_path: Path) -> None:
    raw = (founded / "roster-1.json").read_text("utf-8").replace("antipyramid.roster", "antipyramid.agreement")
    (tmp_path / "odd.json").write_text(raw, "utf-8")
    done = founded.hub("roster", "show", tmp_path / "odd.json")
    assert (done.code, "信封类型与内容不符" in done.err) == (2, True), done


@pytest.mark.parametrize("spoil", ["no proof", "low order", "not a key file"])
def test_b37_a_holder_enters_the_root_only_with_a_proved_strong_key(
    founded: Holders, tmp_path: Path, spoil: str
) -> None:
    made = founded.ok(
        *("roster", "key", "new", "--holder", "海口", "-o", tmp_path / "h.key"),
        *("--passphrase-file", founded.phrase(1)),
    )
    value = json.loads(Path(made["public"]).read_bytes())
    if spoil == "no proof":
        value["proof"]["nonce"] = "0" * 32
    elif spoil == "low order":
        value["public"] = b64encode((1).to_bytes(32, "little")).decode()
    else:
        value["holder"] = ""
    target = tmp_path / "root-2.json"
    public = plain(tmp_path / "spoilt.pub.json", value)
    done = founded.hub("roster", "root", founded / "root.json", "--add", public, "-o", target)
    said = {"no proof": "缺少有效的持有证明", "low order": "低阶点", "not a key file": "不是持钥人的公钥文件"}[spoil]
    assert (done.code, said in done.err, target.exists()) == (2, True, False), done


@pytest.mark.parametrize(
    "spoil", ["low order", "not canonical", "no proof", "another member", "no office", "twice", "one missing"]
)
@pytest.mark.parametrize("which", [0, 1, 2], ids=["sign", "seal", "witness"])
def test_a1_b37_enrolment_takes_only_a_proved_strong_key(
    founded: Holders, tmp_path: Path, spoil: str, which: int
) -> None:
    request = json.loads(founded.enrol(HAIKOU).read_bytes())
    weak = {"low order": (1).to_bytes(32, "little"), "not canonical": (2**255 - 18).to_bytes(32, "little")}
    if spoil in weak:
        request["keys"][which]["public"] = b64encode(weak[spoil]).decode()
    elif spoil == "one missing":
        del request["keys"][which]
    elif spoil == "no proof":
        request["keys"][which]["proof"]["nonce"] = "0" * 32
    elif spoil == "another member":
        request["member"] = "460200-mr"
    elif spoil == "no office":
        del request["office"]
    else:
        request["member"] = YULIN
    done = founded.drafted("never.json", "--add", plain(tmp_path / "enrol.json", request))
    assert done.code in (2, 3), done
    assert not (founded / "never.json").exists()
    expected = {
        "no office": "没有 460100-mr 的单位资料",
        "twice": "已在名册中",
        "one missing": "须含签名、加密、存证三把密钥",
    }
    said = expected.get(spoil, "密钥不合格" if spoil in weak else "缺少有效的持有证明")
    assert said in done.err, done


def test_holders_may_make_their_keys_apart_and_sign_the_root_later(tmp_path: Path) -> None:
    table = Holders(tmp_path)
    publics = []
    for number, name in enumerate(HOLDERS, 1):
        made = table.ok(
            *("roster", "key", "new", "--holder", name, "-o", table / f"holder-{number}.key"),
            *("--passphrase-file", table.phrase(number)),
        )
        publics += ["--public", made["public"]]
    made = table.ok(
        *("roster", "init", "--federation", "测试联盟", "--threshold", 2, *publics, "--out", table / "root"),
    )
    assert made["signed"] == 0
    draft = table / "root" / "root.json"
    parts = [table.sign(draft, number) for number in (1, 2)]
    done = table.ok("roster", "merge", *parts, "-o", table / "root.json")
    assert (done["enough"], done["sha256"]) == (True, made["fingerprint"])


@pytest.mark.parametrize(("threshold", "holders"), [(3, 2), (0, 2), (5, 6)])
def test_a_root_that_could_never_be_changed_is_not_founded(tmp_path: Path, threshold: int, holders: int) -> None:
    table = Holders(tmp_path)
    named = [part for number in range(holders) for part in ("--holder", f"持钥人{number}")]
    phrases = [part for _ in range(holders) for part in ("--passphrase-file", table.phrase(1))]
    done = table.hub(
        "roster", "init", "--federation", "x", "--threshold", threshold, *named, *phrases, "--out", tmp_path
    )
    assert (done.code, "不成立" in done.err, (tmp_path / "root.json").exists()) == (2, True, False), done


def test_a_key_is_not_rotated_to_itself(founded: Holders) -> None:
    done = founded.drafted("never.json", "--rotate", founded.enrol(YULIN, office=False))
    assert (done.code, "已登记这把密钥" in done.err, (founded / "never.json").exists()) == (2, True, False), done
