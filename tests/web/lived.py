"""An office in the middle of its work: something to see on every screen."""

from __future__ import annotations

from hub.core.ids import ALL
from hub.core.policy import ADMINISTRATORS
from hub.flows.ports.log import Alarm
from hub.flows.ports.office_rows import Unit
from tests.builders import BEIHAI, YULIN, ZHANJIANG
from tests.web import lives
from tests.web.offices import Office, World
from tests.web.papers import add_person, saved
from tests.web.test_demo_people import settled

LONG = "关于协助调查某某（阿不都热依木·买买提）國際貿易有限公司涉嫌組織、領導傳銷活動案有關情況的函" * 2
STAFF = ("officer", "clerk", "liaison", "secretariat", *ADMINISTRATORS)


def lived_in(world: World) -> tuple[Office, list[str]]:
    """湛江 with matters of many families, papers, units, leads, numbers, contacts, outside offices, a refused delivery;

    and the matters' addresses, each on one of its tabs.
    """
    office = settled(world[ZHANJIANG])
    for role in ("clerk", "liaison", "secretariat", *ADMINISTRATORS):
        office.add_user(role, role, f"某{role}")
    matters = [build(world) for build in (lives.supplemented, lives.extended, lives.on_paper, lives.disputed)]
    lives.taken_back(world)
    lives.do(world, BEIHAI, "assistance_request", "request", to=(ZHANJIANG,), changes={"title": LONG})
    lives.do(world, YULIN, "contact_list", "publish", to=(ALL,))
    office.take(b"antipyramid.message. nonsense")
    _own_work(office, matters[0], matters[3])
    return office, [f"/matters/{one}" for one in matters]


def _own_work(office: Office, matter: str, kept: str) -> None:
    """What the office keeps for itself, entered through its own pages."""
    with office.store.begin() as uow:
        uow.units.put(Unit("fcx", "反传销科", "section", None, accounts=True))
        uow.alarms.add([Alarm(BEIHAI, "forked", "x 5", "没有接续已会签的第 5 条", office.clock())])
    add_person(office, "head", "unit_head")
    browser = office.browser()
    paper = saved(browser, title=LONG)
    browser.post(f"/matters/{matter}/assignments", data={"unit": "fcx", "manner": "forward", "note": "请核查"})
    browser.post("/leads/new", data=LEAD)
    browser.post("/numbers/series", data={"code": "湛市监协", "first": "30", "kind-assistance_request": "1"})
    browser.post("/numbers/import", data={"numbers": "湛市监函〔2026〕3号\n湛市监函〔2026〕7号"})
    why = {"reason": "误发", "basis": "个人信息保护法第四十七条", "archived": "1"}
    browser.post("/retention/propose", data={"matter": matter, **why})
    browser.post("/retention/holds", data={"matter": kept, "reason": "行政复议期间"})
    assert browser.get(f"/papers/{paper}").status_code == 200


LEAD = {
    "number": "2026-0001",
    "source": "complaint_report",
    "received_on": "2026-04-13",
    "summary": "某平台以消费返利为名发展下线",
    "first_receiver": "1",
}
