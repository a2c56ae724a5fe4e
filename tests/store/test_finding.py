"""Searching on both databases: matters and documents by names of two characters, subjects exact and near."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.core.spelling import cut
from hub.core.subjects import PART, RULES, Subject, alike, grams, readings, spelled, words_of
from hub.flows.indexing import index
from hub.flows.ports.subjects import SubjectFilter, SubjectKey, Words
from hub.flows.ports.views import DocumentFilter, MatterFilter
from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.store.session import SqlStore
from hub.store.views import SqlViews
from hub.store.views.finding import MOST
from tests.builders import BEIHAI, NOW, YULIN, delivery, digest, matter_row, message, uuid
from tests.builders_office import assignment


@pytest.fixture
def views(store: SqlStore) -> SqlViews:
    return SqlViews(store)


def record(store: SqlStore, number: int, title: str, *keys: tuple[str, str], family: str = "assistance") -> None:
    """One matter with its opening from 北海, and what the index has of it."""
    row = replace(
        message(sender=BEIHAI, audience=YULIN, seq=number, matter=uuid(number), document=uuid(number + 500)),
        title=title,
        status=MessageStatus.STORED,
        kind="assistance_request",
    )
    owner = next((value for sort, value in keys if sort == "name"), "")
    found = [
        SubjectKey(row.hash, row.matter, sort, value, owner or value, "company", "organizer") for sort, value in keys
    ]
    names = " ".join(value for sort, value in keys if sort == "name")
    with store.begin() as uow:
        uow.matters.save(
            [matter_row(id=row.matter, title=title, document=row.document, opener=BEIHAI, other=YULIN, family=family)]
        )
        uow.messages.add([row])
        uow.subjects.take(9, 0)
        uow.subjects.add([Words(row.hash, row.matter, words_of((title,), names.split()))], found)


def named(name: str) -> list[tuple[str, str]]:
    """A name with its other spellings, as keys."""
    return [("name", name), *((one.sort, one.value) for one in spelled(Subject("name", name, name, "person", "")))]


def matters(views: SqlViews, text: str, **wanted: str) -> list[str]:
    page = views.matters(MatterFilter(text=text, **wanted), None, 20, now=NOW)  # type: ignore[arg-type]
    assert views.matter_count(MatterFilter(text=text, **wanted), now=NOW, most=9) == len(page.rows)  # type: ignore[arg-type]
    return sorted(row.title for row in page.rows)


def fill(store: SqlStore) -> None:
    record(store, 1, "关于欧阳案的函")
    record(store, 2, "关于甲案的函", ("name", "欧阳明"), ("phone", "13800000002"))
    record(store, 3, "关于阳欧案的函")


def test_two_characters_find_a_title_and_a_name_inside_and_not_the_pair_reversed(store: SqlStore, views: SqlViews):
    fill(store)

    assert matters(views, "欧阳") == ["关于欧阳案的函", "关于甲案的函"]
    assert matters(views, "关于欧阳") == ["关于欧阳案的函"]
    assert matters(views, "欧阳案", family="transfer") == []
    found = views.documents(DocumentFilter(text="欧阳"), None, 20).rows
    assert sorted(row.title for row in found) == ["关于欧阳案的函", "关于甲案的函"]


def test_what_is_too_common_for_candidates_is_found_row_by_row(store: SqlStore, views: SqlViews):
    fill(store)
    with store.begin() as uow:
        uow.subjects.add([Words(digest(str(number)), uuid(1), "欧阳") for number in range(MOST + 1)], [])

    assert matters(views, "欧阳") == ["关于欧阳案的函", "关于甲案的函"]


def test_a_message_is_found_by_its_title_before_it_is_indexed(store: SqlStore, views: SqlViews):
    row = message(sender=BEIHAI, audience=YULIN, title="关于欧阳案的函", matter=uuid(1))
    with store.begin() as uow:
        uow.matters.save([matter_row(id=row.matter, title=row.title)])
        uow.messages.add([row])

    assert matters(views, "欧阳") == ["关于欧阳案的函"]


def test_indexing_takes_each_message_once_and_nothing_of_what_nobody_can_read(store: SqlStore, views: SqlViews):
    rows = [message(seq=seq, title="关于某案的函") for seq in (1, 2, 3)]
    with store.begin() as uow:
        uow.messages.add(rows)
        assert index(uow, limit=2) == 2
    with store.begin() as uow:
        assert (index(uow, limit=9), index(uow, limit=9)) == (1, 0)
        assert [uow.subjects.of(row.hash) for row in rows] == [[], [], []]
    assert len(views.documents(DocumentFilter(text="某案"), None, 20).rows) == 3


def subjects(views: SqlViews, *values: tuple[str, str], unit: str | None = None) -> list[tuple[str, str]]:
    return [(one.key.value, one.why) for one in views.subjects(SubjectFilter(values, unit=unit), 20)]


def test_subjects_are_found_exactly_then_near_and_a_unit_finds_its_own(store: SqlStore, views: SqlViews):
    record(store, 1, "一", ("name", "某某商贸公司"))
    record(store, 2, "二", ("name", "某某商贸有公司"), ("phone", "13800000002"))
    record(store, 3, "三", ("name", "某某商贸公司"), family="blacklist")
    record(store, 4, "四", ("name", "别的企业"))
    with store.begin() as uow:
        uow.units.put_assignment(assignment(1, matter=uuid(2)))

    assert subjects(views, ("name", "某某商贸公司")) == [
        ("某某商贸公司", ""),
        ("某某商贸公司", ""),
        ("某某商贸有公司", "相差一个字"),
    ]
    assert subjects(views, ("phone", "13800000002")) == [("13800000002", "")]
    assert subjects(views, ("phone", "1380000000")) == []
    assert subjects(views, ("name", "某某商贸公司"), unit="fz") == [("某某商贸有公司", "相差一个字")]
    key = views.subjects(SubjectFilter((("name", "某某商贸公司"),)), 20)[0].key.id
    assert views.subject(key).family == "blacklist"
    with pytest.raises(Exception, match="没有这条主体记录"):
        views.subject(key, "fz")


def test_a_name_is_found_by_its_other_spellings_and_says_so(store: SqlStore, views: SqlViews):
    for number, name in enumerate(("陳偉", "陈伟", "陈卫", "陳偉東", "别的企业"), 1):
        record(store, number, f"关于{name}的函", *named(name))

    def found(text: str) -> list[tuple[str, str, str]]:
        wanted = SubjectFilter(tuple(readings(text)), alike=tuple(alike(text)))
        return sorted((one.key.owner, one.key.sort, one.why) for one in views.subjects(wanted, 20))

    assert found("陈伟") == [
        ("陈伟", "name", ""),
        ("陳偉", "spelling", "繁简对应"),
        ("陳偉東", "name", "包含“陈伟”"),
    ]
    assert found("陳偉")[:2] == [("陈伟", "name", "繁简对应"), ("陳偉", "name", "")]
    assert found("Chen Wei") == [(name, "spelling", "拼音相近") for name in ("陈伟", "陈卫", "陳偉")]
    assert found("cwd") == [("陳偉東", "spelling", "拼音相近")]
    assert found("chen") == []
    assert matters(views, "陈伟") == matters(views, "陳偉") == ["关于陈伟的函", "关于陳偉東的函", "关于陳偉的函"]


def test_a_company_is_found_by_how_a_part_of_its_name_sounds_and_says_so(store: SqlStore, views: SqlViews):
    for number, name in enumerate(("北海海云商贸有限公司", "海雲贸易公司", "云海商贸有限公司", "海云"), 1):
        record(store, number, f"关于{name}的函", *named(name))

    def found(text: str, unit: str | None = None) -> list[tuple[str, str]]:
        wanted = SubjectFilter(tuple(readings(text)), alike=tuple(alike(text)), parts=cut(text), unit=unit)
        return sorted((one.key.owner, one.why) for one in views.subjects(wanted, 20))

    assert found("haiyun") == [
        ("北海海云商贸有限公司", PART),
        ("海云", "拼音相近"),
        ("海雲贸易公司", PART),
    ]
    assert found("Hai Yun Shang Mao") == [("北海海云商贸有限公司", PART)]
    assert found("hai") == found("haiyunshui") == found("haiyun", unit="fz") == []


def test_what_older_rules_indexed_is_found_as_before_and_after_that_by_all_spellings(store: SqlStore, views: SqlViews):
    record(store, 1, "关于某案的函", ("name", "陳偉"))
    (known,) = views.subjects(SubjectFilter((("name", "陳偉"),)), 9)
    again = replace(known.key, id=0)
    with store.begin() as uow:
        (row,) = uow.subjects.take(9, RULES)
        assert uow.subjects.take(9, 0) == []
        more = [replace(again, sort="spelling", value=value) for value in ("陈伟", "chenwei")]
        uow.subjects.add([Words(row.hash, row.matter, grams("关于某案的函 陳偉"), RULES)], [again, *more])
    with store.begin() as uow:
        assert uow.subjects.take(9, RULES) == []

    assert matters(views, "陈伟") == ["关于某案的函"]
    assert matters(views, "陳偉案") == []
    assert views.subjects(SubjectFilter((("name", "陳偉"),)), 9) == (known,), "what stays keeps its number"
    assert subjects(views, ("spelling", "chenwei")) == [("chenwei", "")]
    with store.begin() as uow:
        uow.subjects.add([Words(row.hash, row.matter, grams("关于某案的函"), RULES)], [])
    assert matters(views, "陈伟") == []
    assert subjects(views, ("name", "陳偉"), ("spelling", "chenwei")) == []


def test_what_waits_for_signature_and_what_has_not_arrived_stand_in_lists_of_their_own(
    store: SqlStore, views: SqlViews
):
    record(store, 1, "待签收的函")
    sent = [message(seq=seq, status=MessageStatus.STORED, title=str(seq), matter=uuid(50)) for seq in (1, 2, 3)]
    states = (DeliveryStatus.PENDING, DeliveryStatus.STORED, DeliveryStatus.REFUSED)
    with store.begin() as uow:
        uow.matters.save([matter_row(id=uuid(60), opener=BEIHAI, other=YULIN, state="accepted")])
        uow.messages.add(sent)
        uow.deliveries.add([delivery(row, status=state) for row, state in zip(sent, states, strict=True)])

    waiting = views.documents(DocumentFilter(waiting="sign", direction="in"), None, 20).rows
    under_way = views.documents(DocumentFilter(waiting="delivery", direction="out"), None, 20).rows

    assert [row.title for row in waiting] == ["待签收的函"]
    assert views.document_count(DocumentFilter(waiting="sign"), most=9) == 1
    assert sorted(row.title for row in under_way) == ["1", "3"]
