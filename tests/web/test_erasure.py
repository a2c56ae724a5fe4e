"""After an erasure nothing of the content is left, and everything that proves the exchange holds as before."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.core import envelope as wire
from hub.core.errors import BadSignature, NotFound
from hub.flows.intake import release as free
from hub.flows.ports.subjects import SubjectFilter
from hub.flows.ports.views import Step
from hub.flows.rows import PartMeta
from hub.flows.steps.refold import folded
from schemas.wire.erasure import Erasure as Note
from schemas.wire.frames import Withheld
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.builders_office import lead, paper
from tests.keeping import APPROVER, PROPOSER, places_of
from tests.simulator.bodies import body
from tests.web.erasing import FILE, SECRET, SHARED, act, ask, asking, closed, document_of, resend, settle, wipe
from tests.web.offices import Office, World, text_of


def test_no_table_holds_the_text_any_more_at_either_end(world: World):
    matter = closed(world)
    for office in (world[ZHANJIANG], world[BEIHAI]):
        settle(office)
        with office.store.begin() as uow:
            mine = {"document": document_of(office, matter), "state": "issued", "matter": matter}
            words = {"title": f"关于{SECRET}", "body": json.dumps({"title": SECRET}, ensure_ascii=False).encode()}
            uow.papers.put(paper(1, **mine, **words, parts=(PartMeta(FILE.sha256, 1, "application/pdf"),)))
            uow.papers.put(paper(2, matter=matter, **words))
            uow.leads.put(replace(lead(1, summary=f"{SECRET}拉人头"), matter=matter))
        assert places_of(office.store, SECRET) >= {
            "messages.opened",
            "messages.title",
            "matters.title",
            "pieces.piece",
            "papers.title",
            "papers.body",
            "leads.summary",
            "subject_keys.value",
        }

        done = wipe(office, matter=matter)

        assert done.state == "done"
        assert places_of(office.store, SECRET) == set(), office.member
        gone = json.loads(done.gone)
        assert (gone["bodies"], gone["papers"], gone["leads"]) == (3, 2, 1)


def test_what_proves_the_exchange_stays_and_the_log_verifies(world: World):
    matter = closed(world)
    office = world[ZHANJIANG]
    before = {copy.row.hash: copy for copy in office.views.matter(matter).thread}
    signed = {name: wire.decode(office.views.envelope(name)) for name in before if name}

    wipe(office, matter=matter)

    for name, old in signed.items():
        new = wire.decode(office.views.envelope(name))
        assert (new.payload, new.signatures, new.hash, new.body) == (old.payload, old.signatures, name, None)
        assert office.fed.trust.signer_of(new, at=office.clock()) == before[name].row.sender
    after = office.views.matter(matter)
    assert [copy.progress for copy in after.thread] == [copy.progress for copy in before.values()]
    assert office.views.check_acts(0, 9999).wrong == ()
    assert office.views.check_acts(0, 9999).erased == 1


def test_a_record_that_vanished_without_an_erasure_is_named(world: World):
    matter = closed(world)
    office = world[ZHANJIANG]
    wipe(office, matter=matter)
    with closing(sqlite3.connect(office.folder / f"{office.member}.db")) as database, database:
        database.execute("UPDATE leaves SET salt = NULL, record = NULL WHERE type = 'seal'")

    wrong = office.views.check_acts(0, 9999).wrong

    assert {reason for _, reason in wrong} == {"内容已不在，但没有删除记录说明由来"}


def test_matters_and_figures_are_those_of_before(world: World):
    matter = closed(world)
    for office in (world[ZHANJIANG], world[BEIHAI]):
        settle(office)
        row = office.views.matter(matter).row
        counted = office.views.statistics(date(2026, 4, 1), date(2026, 5, 1), now=office.clock()).sums

        wipe(office, matter=matter)
        settle(office)

        assert row is not None
        assert office.views.matter(matter).row == replace(row, title="协助调查函")
        with office.store.begin() as uow:
            again = folded(uow, uow.trusts.current(), [matter], row.updated_at)
            uow.matters.save(again)
        settle(office)
        assert again == [replace(row, title="协助调查函")]
        assert office.views.statistics(date(2026, 4, 1), date(2026, 5, 1), now=office.clock()).sums == counted


def test_the_note_is_signed_and_says_what_why_and_by_whom(world: World):
    matter = closed(world)
    office = world[ZHANJIANG]

    done = wipe(office, matter=matter, rule="assistance-undone")

    envelope = wire.decode(done.note or b"")
    assert office.fed.trust.signer_of(envelope, at=office.clock()) == ZHANJIANG
    note = wire.parse(Note, envelope.payload)
    assert (note.matter, note.whole, note.rule) == (matter, True, "assistance-undone")
    assert {one.hash for one in note.messages} == {copy.row.hash for copy in office.views.matter(matter).thread}
    assert (note.proposed.by, note.approved.by) == (PROPOSER.name, APPROVER.name)
    assert (note.reason, note.basis) == ("保存期限届满", "个人信息保护法第四十七条")
    changed = wire.encode(envelope.type, envelope.payload + b" ", envelope.signatures, None)
    with pytest.raises(BadSignature):
        office.fed.trust.signer_of(wire.decode(changed), at=office.clock())


def test_the_pages_say_what_was_erased_and_open(world: World):
    matter = closed(world)
    office = world[BEIHAI]
    document = document_of(office, matter)

    wipe(office, matter=matter)

    browser = office.browser()
    for path in (f"/documents/{document}", *(f"/matters/{matter}?tab={tab}" for tab in ("basic", "letters"))):
        text = text_of(browser, path)
        assert "正文已依 个人信息保护法第四十七条 删除" in " ".join(text.split()), path
    for tab in ("parties", "evidence", "timeline", "links", "log"):
        assert browser.get(f"/matters/{matter}?tab={tab}").status_code == 200, tab
    for path in ("/matters", "/documents", "/", f"/matters?text={SECRET}", "/statistics", "/due", "/papers"):
        assert browser.get(path).status_code == 200, path
    assert office.views.subjects(SubjectFilter((("name", SECRET),)), 9) == ()
    assert browser.get(f"/documents/{document}/letter").status_code == 404
    assert office.client().get(f"/api/v1/documents/{document}").json()["copies"][0]["body"] is None


def test_an_attachment_that_another_document_uses_stays(world: World):
    matter = closed(world)
    other = ask(world, SHARED, title="关于另一事项的函")
    office = world[BEIHAI]

    gone = json.loads(wipe(office, matter=matter).gone)

    assert (gone["parts"], gone["shared"]) == (1, 1)
    with office.store.begin() as uow:
        assert uow.parts.have([FILE.sha256, SHARED.sha256]) == {SHARED.sha256}
    wipe(office, matter=other)
    with office.store.begin() as uow:
        assert uow.parts.have([SHARED.sha256]) == set()


def withheld_from(office: Office) -> list[Withheld]:
    loads = office.collect()
    envelopes = [wire.decode(load.out.raw) for load in loads]
    office.confirm(loads)
    return [wire.parse(Withheld, one.payload) for one in envelopes if one.type == wire.WITHHELD]


def test_what_was_not_sent_yet_is_withheld_and_the_stream_goes_on(world: World):
    office = world[ZHANJIANG]
    done = office.send("assistance_request", body("assistance_request", "request", title=SECRET), to=(BEIHAI,))
    office.seal()
    wipe(office, document=done.document)
    later = office.send("assistance_request", body("assistance_request", "request", title="后一件"), to=(BEIHAI,))
    world.exchange()
    other = world[BEIHAI]
    act(other, lambda uow: free(uow, keys=other.keys, now=other.clock(), salt=other.salts, reasons=("gap",)))

    assert office.views.document(done.document).copies[0].row.step is Step.WITHHELD
    with pytest.raises(NotFound):
        world[BEIHAI].views.document(done.document)
    assert world[BEIHAI].views.document(later.document).copies[0].row.title == "后一件"


def test_a_peer_that_asks_again_gets_the_note_and_never_an_envelope_without_its_body(world: World):
    matter = closed(world)
    office = world[ZHANJIANG]
    opening = office.views.matter(matter).thread[0].row
    wipe(office, matter=matter)
    header = json.loads(wire.decode(office.views.envelope(opening.hash or "")).payload)
    wanted = {"audience": BEIHAI, "incarnation": header["incarnation"], "first": header["seq"], "last": header["seq"]}
    office.take(resend(office, messages=[wanted]))

    notes = withheld_from(office)
    assert [(one.message, one.reason, one.seq) for one in notes] == [(opening.hash, "erased", header["seq"])]
    # It arrived in its time, so nothing of the matter changes.
    assert office.views.matter(matter).row is not None


def test_a_copy_that_comes_again_brings_nothing_back(world: World):
    office = world[ZHANJIANG]
    matter = ask(world, FILE)
    opening = office.views.matter(matter).thread[0].row
    raw = office.views.envelope(opening.hash or "")

    wipe(world[BEIHAI], matter=matter)
    world[BEIHAI].take(raw)
    settle(world[BEIHAI])

    assert places_of(world[BEIHAI].store, SECRET) == set()


def test_a_document_sent_to_several_goes_everywhere_or_stays_where_it_is_needed(world: World):
    office = world[ZHANJIANG]
    content = body("case_notice", "publish", title=f"关于{SECRET}的通报")
    done = office.send("case_notice", content, to=(BEIHAI, YULIN))
    world.exchange()
    first, second = sorted({copy.row.matter for copy in office.views.document(done.document).copies})

    wipe(office, matter=first)
    assert office.views.matter(first).thread[0].body is None
    assert office.views.matter(second).thread[0].body is not None
    leaf = [one for one in office.views.acts(_all(), None, 99).rows if one.type == "decide"]
    assert leaf[0].facts is not None

    wipe(office, document=done.document)
    assert places_of(office.store, SECRET) == set()


def _all() -> Any:
    from hub.flows.ports.journal import ActFilter

    return ActFilter()


def test_a_peer_that_waits_for_an_attachment_that_was_erased_goes_on_without_the_message(world: World):
    office, other = world[ZHANJIANG], world[BEIHAI]
    done = office.send("assistance_request", asking(FILE), to=(BEIHAI,), parts=(FILE,))
    office.seal()
    loads = office.collect()
    office.confirm(loads)
    for load in loads:
        if b"antipyramid.message." in load.out.raw and load.out.to == BEIHAI:
            other.take(load.out.raw)
    assert act(other, lambda uow: uow.waiting.streams_waiting_for("parts"))

    wipe(office, document=done.document)
    message = office.views.document(done.document).copies[0].row.hash
    ranges = [{"message": message, "part": FILE.sha256, "first": 0, "last": len(FILE.content)}]
    office.take(resend(office, parts=ranges))
    for load in office.collect():
        if load.out.to == BEIHAI:
            other.take(load.out.raw)

    assert act(other, lambda uow: uow.waiting.streams_waiting_for("parts")) == []
    assert places_of(other.store, SECRET) == set()
