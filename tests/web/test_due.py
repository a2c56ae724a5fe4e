"""What the API shows of the board and of the lists for supervision."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from tests.builders import BEIHAI, JOINT, ZHANJIANG
from tests.web.offices import World, example

API = "/api/v1"


def get(world: World, member: str, path: str, **query: Any) -> Any:
    answer = world[member].client().get(f"{API}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def overdue(world: World) -> str:
    """A request of 湛江 that 北海 has not answered for thirty days."""
    asked = world[ZHANJIANG].send("assistance_request", example("assistance_request"), to=(BEIHAI,))
    world.exchange()
    world.clock.advance(days=30)
    return asked.matter


def test_the_board_counts_both_sides_and_lists_one(world: World):
    matter = overdue(world)

    holder, asker = get(world, BEIHAI, "/due"), get(world, ZHANJIANG, "/due", side="theirs", slot="overdue")

    assert (holder["ours"]["overdue"], holder["theirs"]["overdue"]) == (1, 0)
    assert (asker["ours"]["overdue"], asker["theirs"]["overdue"]) == (0, 1)
    for answer in (holder, asker):
        (line,) = answer["items"]
        assert (line["matter"]["id"], line["holder"], line["slot"], line["days"]) == (matter, BEIHAI, "overdue", -2)
        assert (line["label"], line["matter"]["last_act"]) == ("statutory", "request")
        assert "第四十五条" in line["article"]
    assert get(world, ZHANJIANG, "/due")["items"] == []


def test_what_is_done_leaves_the_board(world: World):
    matter = overdue(world)
    accept = {"title": "受理", "classification": "internal", "act": "accept", "handling_unit": "稽查科"}
    world[BEIHAI].send("answer", accept, matter=matter)
    world[BEIHAI].send("assistance_feedback", example("assistance_feedback"), matter=matter)
    world.exchange()

    assert get(world, BEIHAI, "/due")["items"] == get(world, BEIHAI, "/supervision")["items"] == []


def test_the_holder_has_its_list_and_only_the_office_a_list_of_proposals(world: World):
    matter = overdue(world)

    own, office = get(world, BEIHAI, "/supervision"), get(world, JOINT, "/supervision", list="proposed")

    assert (own["office"], office["office"]) == (False, True)
    assert [line["matter"]["id"] for line in own["items"]] == [matter]
    assert [(line["matter"]["id"], line["holder"]) for line in office["items"]] == [(matter, BEIHAI)]
    assert get(world, BEIHAI, "/supervision", list="proposed")["items"] == []
    with world[JOINT].store.read() as view:
        assert view.execute(text("SELECT count(*) FROM leaves WHERE subject = 'supervision'")).scalar_one() == 1


def test_a_strange_slot_or_cursor_is_refused_in_words(world: World):
    for query in ({"slot": "someday"}, {"side": "all"}, {"cursor": "x"}, {"limit": 0}):
        answer = world[BEIHAI].client().get(f"{API}/due", params=query)
        assert answer.status_code == 422, query
        assert answer.headers["content-type"] == "application/problem+json"
    assert world[BEIHAI].client(user=None).get(f"{API}/supervision").status_code == 401
