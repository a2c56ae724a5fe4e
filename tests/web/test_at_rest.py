"""A thief of the disk, or of a dump, finds nobody's name or number in a database that has been lived in."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from hub.core.errors import FieldUnreadable
from hub.core.recount import Note
from hub.core.spelling import sounds
from hub.flows.indexing import index
from hub.flows.leads import NewLead, register, settle
from hub.flows.numbering import enter, void
from hub.flows.offices import assign, hand_back, keep_unit
from hub.flows.outside import keep as keep_outside
from hub.flows.ports.fields import FieldCipher
from hub.flows.ports.office_rows import Unit
from hub.flows.ports.outside import OutsideOffice
from hub.flows.ports.people import Credentials
from hub.flows.ports.retention import Erasure, Hold
from hub.flows.ports.uploads import Upload
from hub.flows.ports.views import MatterFilter
from hub.flows.templates import keep as keep_template
from hub.keystore.ring import RingCipher, new_ring
from hub.store.resealing import SEALED
from hub.store.session import open_store
from tests.builders import BEIHAI, NOW, YULIN, parked, part, uuid
from tests.builders_fields import FIELDS
from tests.planted import CARD, ID, NAME, OFFICER, PHONE, PLANTED, SECOND, given_away, shapes
from tests.web.offices import Office, World, example, text_of
from tests.web.papers import PDF, form_of, press, saved

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SAID = f"{NAME}（{ID}）电话{PHONE}，卡号{CARD}，联系{SECOND}"
SENTENCES = SAID.encode()


def a_person(**more: object) -> dict[str, object]:
    return {
        "role": "organizer",
        "type": "person",
        "name": NAME,
        "id_doc_type": "resident_id",
        "id_doc_no": ID,
        "phone": PHONE,
        "accounts": [{"number": CARD, "bank": "某某银行", "holder": NAME}],
        **more,
    }


def exchanged(world: World) -> None:
    """Documents both ways, one of them not signed yet, all indexed."""
    own, peer = world[YULIN], world[BEIHAI]
    title = f"关于协助调查{NAME}涉嫌组织传销案的函"
    contact = {"name": SECOND, "phone": PHONE}
    told = {"title": title, "parties": [a_person()], "facts": SAID, "contact": contact}
    sent = own.send("assistance_request", example("assistance_request", **told), to=(BEIHAI,))
    world.exchange()
    back = {**example("answer", 2), "explanation": SAID, "contact": contact}
    peer.send("answer", back, to=(YULIN,), matter=sent.matter)
    lead = example("lead_transfer", title=f"关于移送{NAME}线索的函", subjects=[a_person()], suspected_facts=SAID)
    peer.send("lead_transfer", lead, to=(YULIN,))
    people = [{**one, "name": SECOND, "phone": PHONE} for one in example("contact_list")["contacts"]]
    peer.send("contact_list", example("contact_list", contacts=people), to=("all",))
    world.exchange()
    for office in world.values():
        with office.store.begin() as uow:
            assert index(uow, limit=100)
    own.send("case_notice", example("case_notice", title=f"关于{NAME}案的通报"), to=("all",))


def worked(office: Office, matter: str) -> None:
    """The office's own records."""
    office.add_user("second", "officer", OFFICER)
    now, at = office.clock(), {"new_id": office.ids, "salt": office.salts}
    facts = {"who": "officer", "now": now, **at}
    noted = {"who": "officer", "now": now, "salt": office.salts}
    with office.store.begin() as uow:
        lead = register(uow, NewLead("L-2026-1", "monitoring", date(2026, 4, 10), f"{NAME}、{SECOND}拉人头"), **facts)
        settle(uow, lead.id, "merged", date(2026, 4, 13), f"已告知{SECOND}", **noted)
        keep_unit(uow, Unit("fz", "法制科", "section", None, accounts=False), **noted)
        given = assign(uow, matter, "fz", "forward", f"请核{NAME}", **facts)
        hand_back(uow, given.id, f"{NAME}不在本辖区", **noted)
        enter(uow, "玉市监函〔2026〕7号", None, **noted)
        void(uow, "玉市监函〔2026〕7号", f"写错了{NAME}的名字", **noted)
        street = OutsideOffice("out-450900-1", "某街道办事处", "450900", "grass", f"{SECOND}家", SECOND, PHONE, "post")
        keep_outside(uow, street, **noted)
        keep_template(uow, "常用", "case_notice", {"title": f"关于{NAME}案的通报", "summary": SAID}, **noted)
        uow.users.put_credentials(Credentials("second", "$argon2id$x", secret=SECRET, pending=SECRET))
        begun = Upload(uuid(1), "cd" * 32, f"{NAME}.pdf", 2 * len(SENTENCES), len(SENTENCES), "half", "officer", now)
        uow.uploads.put(begun)
        uow.retention.put_hold(Hold(matter, f"{NAME}案复议中", "officer", now))
        proposed = Erasure(uuid(2), matter, None, None, f"{NAME}要求删除", "", "declined", "officer", now)
        uow.retention.put_erasure(replace(proposed, comment=f"{NAME}案未结", note=SENTENCES))
        uow.notes.add([Note(matter, now, f"{NAME}案的期限改动")])
        uow.waiting.add([parked(raw=SENTENCES)])
        uow.parts.put(part(SENTENCES))
        uow.parts.keep("half", [(0, SENTENCES)])
    office.take(b'{"payloadType": "' + SENTENCES + b'"}')


def looked(office: Office, matter: str) -> None:
    """What people do at the screens."""
    browser = office.browser()
    paper = saved(browser, title=f"关于协助调查{NAME}的函", facts=SAID, **{"items.0.target": NAME})
    form = {**form_of(browser.get(f"/papers/{paper}").text), "_role": "scan"}
    browser.post(f"/papers/{paper}/files", data=form, files={"file": (f"{NAME}笔录.pdf", PDF + SENTENCES)})
    press(browser, paper, "submit")
    sheet = {"signer": OFFICER, "signed_on": "2026-04-13"}
    browser.post(f"/papers/{paper}/sheet", data=sheet, files={"signed_sheet": ("签批单.pdf", PDF + SENTENCES)})
    assert NAME in text_of(browser, f"/matters?text={NAME}")
    assert browser.post("/matters/views", data={"name": f"{NAME}案", "query": f"text={NAME}"}).status_code < 500
    found = browser.post("/subjects", data={"text": ID, "purpose": "case", "why": f"核查{NAME}", "matter": matter}).text
    key = re.search(r'name="key" value="(\d+)"', found)
    assert key is not None, "found by the blind index of the identity number"
    asked = {"key": key[1], "purpose": "case", "why": f"核查{NAME}", "matter": matter}
    assert ID in browser.post("/subjects/unmask", data=asked).text
    assert NAME in text_of(browser, "/contacts") or SECOND in text_of(browser, "/contacts")
    with office.store.begin() as uow:
        view = uow.saved.of("officer", "matters")
    assert all(NAME in one.name for one in view)


def live(folder: Path, urls: Mapping[str, str], fields: FieldCipher | None) -> World:
    """玉林 and 北海 for a while."""
    world = World(folder, (YULIN, BEIHAI), urls, fields)
    exchanged(world)
    [row] = world[YULIN].views.matters(MatterFilter(text=NAME, family="assistance"), None, 9, now=world.clock()).rows
    matter = row.id
    worked(world[YULIN], matter)
    looked(world[YULIN], matter)
    return world


def dumped(office: Office) -> bytes:
    """The files of an SQLite database with its log, or what pg_dump gives."""
    url = make_url(office.url)
    if url.get_backend_name() == "sqlite":
        return b"".join(
            file.read_bytes() for file in sorted(Path(str(url.database)).parent.glob(f"{office.member}.db*"))
        )
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(["pg_dump", address], check=True, capture_output=True).stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where 玉林's database is; 北海's is always a file."""
    return {} if request.param == "sqlite" else {YULIN: request.getfixturevalue("pg_database")}


@pytest.fixture
def world(tmp_path: Path, urls: dict[str, str]) -> Iterator[World]:
    made = live(tmp_path, urls, FIELDS)
    yield made
    made.close()


def test_a_dump_of_a_database_that_was_lived_in_names_nobody(world: World):
    office = world[YULIN]
    with office.store.read() as connection:
        empty = [table.name for table in SEALED if connection.execute(table.select().limit(1)).first() is None]
    data = dumped(office)

    assert empty == [], "every table with sealed columns has had something to keep"
    assert given_away(data) == []
    assert not any(shape in data for shape in shapes(SECRET)), "the second factor neither"
    assert given_away(dumped(world[BEIHAI])) == []
    assert b"450900-mr" in data, "it is a dump of this database"
    assert sounds(NAME)[0].encode() not in data, "nor by its pinyin"


def test_the_same_search_finds_everybody_where_nothing_is_sealed(tmp_path: Path):
    world = live(tmp_path, {}, None)

    data = dumped(world[YULIN])
    world.close()

    assert set(given_away(data)) == set(PLANTED)
    assert sounds(NAME)[0].encode() in data


def test_nothing_of_it_opens_with_another_ring(world: World):
    office = world[YULIN]
    other = open_store(office.url, YULIN, RingCipher(new_ring(NOW)))
    opened = []
    for table in SEALED:
        with suppress(FieldUnreadable), other.read() as connection:
            connection.execute(table.select()).all()
            opened.append(table.name)
    other.close()

    assert opened == []
