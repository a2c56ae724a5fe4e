"""The holders' work on files: founding, drafting, signing apart, merging, comparing, checking; no node anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import BEIHAI, JOINT, YULIN
from tests.cli.holders import HOLDERS, ISSUED, Holders, content, plain
from tests.cli.nodes import Result, hub

HAIKOU = "460100-mr"


def test_a_federation_is_founded_by_three_holders_of_whom_two_sign(founded: Holders) -> None:
    root = content(founded / "root.json")
    assert [key["holder"] for key in root["keys"]] == list(HOLDERS)
    files = [founded / name for name in ("roster-1.json", "root.json", "agreement.json")]
    checked = founded.ok("roster", "check", *files, "--root", founded.fingerprint, "--on", ISSUED)
    assert (checked["ok"], checked["active"]) == (True, [YULIN, BEIHAI, JOINT])
    said = founded.hub("roster", "show", founded / "roster-1.json").out
    assert "北海市市场监督管理局" in said
    assert "玉林市打击传销联席会议办公室 2026-01-01 至 2026-12-31" in said


def test_a_root_nobody_could_sign_is_refused_before_any_key_is_made(tmp_path: Path) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text("a passphrase of some length\n")
    phrase.chmod(0o600)
    done = hub(
        *("roster", "init", "--federation", "测试", "--threshold", "2", "--holder", "甲"),
        *("--passphrase-file", str(phrase), "--out", str(tmp_path / "root")),
    )
    assert (done.code, "门限 2 不成立" in done.err, (tmp_path / "root").exists()) == (2, True, False), done


def test_holders_sign_apart_and_the_merge_says_who_is_missing(founded: Holders, tmp_path: Path) -> None:
    assert founded.drafted("d-apart.json", "--suspend", BEIHAI).code == 0
    draft = founded / "d-apart.json"
    one = founded.sign(draft, 2)
    alone = founded.hub("roster", "merge", one, one, "--root-file", founded / "root.json", "-o", tmp_path / "1.json")
    assert alone.code == 3
    assert "须 2 人签名，已签 1 人（湛江市市场监督管理局）" in alone.out
    assert "还差 1 人" in alone.out
    assert HOLDERS[0] in alone.out
    two = founded.sign(draft, 3)
    both = founded.hub("roster", "merge", one, two, "--root-file", founded / "root.json", "-o", tmp_path / "2.json")
    assert (both.code, "签名齐全" in both.out) == (0, True), both


def test_b36_one_holder_signing_twice_counts_once(founded: Holders, tmp_path: Path) -> None:
    assert founded.drafted("d-twice.json", "--suspend", BEIHAI).code == 0
    once = founded.sign(founded / "d-twice.json", 1)
    again = founded.sign(once, 1)
    assert len(founded.ok("roster", "show", again)["signatures"]) == 1
    target = tmp_path / "m.json"
    done = founded.hub("roster", "merge", once, again, "--root-file", founded / "root.json", "-o", target, "--json")
    assert (done.code, done.json["enough"], len(done.json["signatures"])) == (3, False, 1)


def test_mix_and_match_signatures_of_different_rosters_are_not_merged(founded: Holders, tmp_path: Path) -> None:
    assert founded.drafted("d-a.json", "--suspend", BEIHAI).code == 0
    assert founded.drafted("d-b.json", "--suspend", YULIN).code == 0
    one, other = founded.sign(founded / "d-a.json", 1), founded.sign(founded / "d-b.json", 2)
    done = founded.hub(
        "roster", "merge", one, other, "--root-file", founded / "root.json", "-o", tmp_path / "mixed.json"
    )
    assert (done.code, "内容不同" in done.err, (tmp_path / "mixed.json").exists()) == (3, True, False)


def test_a_strangers_signature_is_dropped(founded: Holders, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.key"
    founded.ok("roster", "key", "new", "--holder", "外人", "-o", stranger, "--passphrase-file", founded.phrase(1))
    assert founded.drafted("d-stranger.json", "--suspend", BEIHAI).code == 0
    parts = [founded.sign(founded / "d-stranger.json", 2), founded.sign(founded / "d-stranger.json", 1, stranger)]
    done = founded.hub("roster", "merge", *parts, "--root-file", founded / "root.json", "-o", tmp_path / "m.json")
    assert (done.code, "另有 1 个签名不属于持钥人" in done.out) == (3, True), done


def test_who_is_taken_out_in_the_middle_of_its_term_as_host_is_pointed_out(founded: Holders) -> None:
    done = founded.drafted("d-host.json", "--expel", JOINT)
    assert (done.code, "其间没有单位取得文书头和统计" in done.out) == (0, True), done
    assert "其间没有单位" not in founded.drafted("d-other.json", "--expel", BEIHAI).out


def test_a_draft_says_in_chinese_what_changes_by_name(founded: Holders) -> None:
    enrol = founded.enrol(HAIKOU)
    rotate = founded.enrol(BEIHAI, again="-2", office=False)
    term = ("--joint-meeting", YULIN, "--from", "2026-07-01", "--until", "2027-06-30")
    done = founded.drafted("d-many.json", "--add", enrol, "--rotate", rotate, "--expel", JOINT, *term)
    assert done.code == 0, done
    for words in (
        "海口市市场监督管理局（460100-mr）：加入",
        "北海市市场监督管理局（450500-mr）：启用新的签名密钥",
        "北海市市场监督管理局（450500-mr）：密钥",
        "用至 2026-05-12",
        "玉林市打击传销联席会议办公室（450900-jm）：退出",
        "轮值联席会议办公室：玉林市市场监督管理局（450900-mr），2026-07-01 至 2027-06-30",
        "轮值联席会议办公室（取消）：玉林市打击传销联席会议办公室（450900-jm），2026-01-01 至 2026-12-31",
        "有效期至",
    ):
        assert words in done.out, words
    compared = founded.hub("roster", "diff", founded / "roster-1.json", founded / "d-many.json")
    assert "成员名册第 1 版 → 成员名册第 2 版" in compared.out
    assert content(founded / "d-many.json")["joint_meeting"][0]["until"] == "2026-06-30"


def test_a_stolen_key_is_revoked_at_once_beside_its_successor(founded: Holders) -> None:
    rotate = founded.enrol(YULIN, again="-after-theft", office=False)
    stolen = content(founded / "roster-1.json")["members"][0]["keys"][0]["id"]
    done = founded.drafted("d-theft.json", "--rotate", rotate, "--revoke", stolen)
    assert f"玉林市市场监督管理局（450900-mr）：吊销密钥 {stolen}（其签名一概不再认可）" in done.out
    keys = content(founded / "d-theft.json")["members"][0]["keys"]
    old, new = (key for key in keys if key["purpose"] == "sign")
    assert (old["revoked"], old["until"][:10], new["revoked"], new["until"]) == ([], "2026-04-12", None, None)
    assert f"{stolen}（已吊销）" in founded.hub("roster", "show", founded / "d-theft.json").out
    again = founded.hub("roster", "draft", founded / "d-theft.json", "--revoke", stolen, "-o", founded / "never.json")
    assert (again.code, "已经吊销" in again.err) == (2, True), again


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("--revoke", "0" * 16), "没有密钥"),
        (("--suspend", "999999-mr"), "成员名册中没有 999999-mr"),
        (("--reinstate", BEIHAI), "本来就是有效成员"),
        (("--expel", BEIHAI, "--expel", BEIHAI), "该成员已退出"),
        (("--expel", JOINT, "--joint-meeting", JOINT, "--from", "2027-01-01", "--until", "2027-12-31"), "不能承担轮值"),
        (("--joint-meeting", JOINT, "--from", "2027-01-01"), "轮值须同时写明"),
        (("--joint-meeting", JOINT, "--from", "2027-02-01", "--until", "2027-01-01"), "晚于结束日期"),
        (("--joint-meeting", JOINT, "--from", "20270201", "--until", "2027-01-01"), "日期应写作"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_by_name(founded: Holders, changes: tuple[str, ...], said: str) -> None:
    target = founded / "never.json"
    done = founded.drafted(target.name, *changes)
    assert (done.code, said in done.err, target.exists()) == (2, True, False), done


def test_a_draft_never_goes_back_to_other_rules_under_a_known_version(founded: Holders, tmp_path: Path) -> None:
    other = plain(tmp_path / "other.json", content(founded / "agreement.json") | {"title": "别的协议"})
    done = founded.drafted("never.json", "--agreement", other)
    assert (done.code, "协作协议第 1 版不高于现行第 1 版" in done.err) == (2, True), done
    assert founded.drafted("d-same.json", "--agreement", founded / "agreement.json").code == 0


@pytest.mark.parametrize(("days", "said"), [(29, "30 至 1200 天"), (1201, "30 至 1200 天"), (30, "不能早于现行名册")])
def test_a_roster_lasts_thirty_days_at_least_and_no_shorter_than_the_one_before(
    founded: Holders, days: int, said: str
) -> None:
    done = founded.hub(
        *("roster", "draft", founded / "roster-1.json", "--expires", days, "--issued", ISSUED),
        *("-o", founded / "never.json"),
    )
    assert (done.code, said in done.err) == (2, True), done


@pytest.mark.parametrize("spoil", ["wrong root", "below threshold", "other agreement", "expired", "no root"])
def test_check_names_what_is_wrong(founded: Holders, tmp_path: Path, spoil: str) -> None:
    files = {name: founded / f"{name}.json" for name in ("root", "roster-1", "agreement")}
    fingerprint, on = founded.fingerprint, ISSUED
    if spoil == "wrong root":
        fingerprint = "0" * 64
    elif spoil == "below threshold":
        files["roster-1"] = next(founded.folder.glob("draft-1.*.json"))
    elif spoil == "other agreement":
        value = content(founded / "agreement.json") | {"title": "别的协议"}
        files["agreement"] = founded.issue(plain(tmp_path / "other.json", value), f"{tmp_path.name}.json")
    elif spoil == "expired":
        on = "2028-01-01"
    else:
        del files["root"]
    done = founded.hub("roster", "check", *files.values(), "--root", fingerprint, "--on", on)
    said = {
        "wrong root": "根文件指纹不符",
        "below threshold": "有效的根签名 1 个，门限 2 个",
        "other agreement": "名册所引用的协议不是这一份",
        "expired": "过期",
        "no root": "请给出根文件",
    }[spoil]
    assert (done.code, said in done.err) == (2 if spoil == "no root" else 3, True), done


def test_a_changed_root_needs_old_and_new_holders(founded: Holders, tmp_path: Path) -> None:
    fresh = tmp_path / "new.key"
    made = founded.ok("roster", "key", "new", "--holder", "海口", "-o", fresh, "--passphrase-file", founded.phrase(1))
    gone = content(founded / "root.json")["keys"][0]["id"]
    draft = tmp_path / "root-2.json"
    said = founded.ok("roster", "root", founded / "root.json", "--add", made["public"], "--remove", gone, "-o", draft)
    assert any("撤销持钥人：北海市市场监督管理局" in line for line in said["changes"])
    old, new, both = founded.sign(draft, 1), founded.sign(draft, 1, fresh), founded.sign(draft, 2)
    target, root = tmp_path / "signed.json", ("--root-file", founded / "root.json")
    short = founded.hub("roster", "merge", old, both, *root, "-o", target, "--json").json
    assert [(one["root"], one["enough"]) for one in short["roots"]] == [(1, True), (2, False)]
    done = founded.ok("roster", "merge", old, new, both, *root, "-o", tmp_path / "whole.json")
    assert done["enough"]


def test_a_handover_is_drafted_by_one_command_which_says_who_hosts_from_when(founded: Holders, tmp_path: Path) -> None:
    with_other(founded, "450500-jm")
    draft = tmp_path / "next.json"
    said = handed(founded, draft, "--to", "450500-jm", "--from", "2026-10-01")
    assert said.code == 0, said
    assert "自 2026-10-01 起由北海市打击传销联席会议办公室轮值，至 2027-09-30" in said.out
    assert "玉林市打击传销联席会议办公室的轮值到 2026-09-30 为止" in said.out
    assert content(draft)["joint_meeting"] == [
        {"member": JOINT, "since": "2026-01-01", "until": "2026-09-30"},
        {"member": "450500-jm", "since": "2026-10-01", "until": "2027-09-30"},
    ]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        (("--to", "999999-jm", "--from", "2026-10-01"), "成员名册中没有 999999-jm"),
        (("--to", BEIHAI, "--from", "2026-10-01"), "不是联席会议办公室"),
        (("--to", JOINT, "--from", "2026-10-01"), "与所写任期重叠"),
        (("--to", "450500-jm", "--from", "2026-04-12"), "不能从已经过去的 2026-04-12 开始"),
        (("--to", "450500-jm", "--from", "2026-10-01", "--until", "2026-09-01"), "开始日期晚于结束日期"),
        (("--to", "450500-jm", "--from", "2026-13-01"), "日期应写作"),
    ],
)
def test_a_handover_that_makes_no_sense_is_refused_with_the_reason(
    founded: Holders, tmp_path: Path, changes: tuple[str, ...], word: str
) -> None:
    with_other(founded, "450500-jm")
    said = handed(founded, tmp_path / "next.json", *changes)
    assert said.code != 0
    assert word in said.err, said
    assert not (tmp_path / "next.json").exists()


def test_a_handover_does_not_silently_undo_a_term_that_is_agreed(founded: Holders, tmp_path: Path) -> None:
    with_other(founded, "450500-jm")
    first = tmp_path / "planned.json"
    assert handed(founded, first, "--to", "450500-jm", "--from", "2027-01-01").code == 0
    options = ("--issued", ISSUED, "--expires", 400, "-o", tmp_path / "other.json")
    said = founded.hub("roster", "handover", first, "--to", JOINT, "--from", "2026-11-01", *options)
    assert "与所写任期重叠" in said.err
    said = founded.hub("roster", "handover", first, "--to", JOINT, "--from", "2028-01-01", *options)
    assert (said.code, "此前没有轮值单位" in said.out) == (0, True), said


def with_other(founded: Holders, member: str) -> Path:
    """A second joint-meeting office in the roster."""
    path = founded / "with-other.json"
    if not path.exists():
        assert founded.drafted(path.name, "--add", founded.enrol(member)).code == 0
    return path


def handed(founded: Holders, target: Path, *changes: object) -> Result:
    options = ("--issued", ISSUED, "--expires", 400, "-o", target)
    return founded.hub("roster", "handover", founded / "with-other.json", *changes, *options)
