"""What a peer's receipts change is written narrowly where it can be, and leaves the very row a whole fold would."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.docket import STANDING
from hub.flows.ports import Incoming
from hub.flows.rows import DeliveryStatus, MessageStatus
from hub.flows.steps.receipting import receipt_frame
from hub.flows.steps.refold import folded, refold
from hub.flows.sync import take_frames
from tests.builders import (
    BEIHAI,
    NOW,
    YULIN,
    delivery,
    federation,
    incarnation,
    keys_for,
    matter_row,
    message,
    moment,
    salts,
    thread,
    uuid,
)
from tests.contracts.stores import Backend

REQUEST, REMIND, WITHDRAW = ("assistance_request", "request"), ("reminder", "remind"), ("withdrawal", "withdraw")
PUBLISH = ("case_notice", "publish")
WAYS = (DeliveryStatus.PENDING, DeliveryStatus.ON_WIRE, DeliveryStatus.WITHHELD)
OUTCOMES = (MessageStatus.STORED, MessageStatus.HELD, MessageStatus.REFUSED)


@st.composite
def sent(draw: st.DrawFn) -> list[tuple[tuple[str, str], DeliveryStatus, tuple[MessageStatus | None, ...]]]:
    """Messages of one matter: the act, how far each came, and what its addressee says of it, first and later."""
    acts = draw(st.sampled_from(((REQUEST, REMIND, WITHDRAW), (PUBLISH,))))
    says = st.tuples(*[st.sampled_from((None, *OUTCOMES))] * 2)
    rest = draw(st.lists(st.tuples(st.sampled_from(acts), st.sampled_from(WAYS), says), max_size=3))
    return [(acts[0], draw(st.sampled_from(WAYS)), draw(says)), *rest]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent())
def test_receipts_leave_the_row_that_a_whole_fold_makes(
    backend: Backend, told: list[tuple[tuple[str, str], DeliveryStatus, tuple[MessageStatus | None, ...]]]
):
    matter, trust, life = thread(), federation().trust, incarnation(int(uuid()[-6:], 16))
    rows = [
        message(matter=matter, incarnation=life, seq=at, kind=kind, act=act, title=f"第 {at} 件", rule="ASSIST_MR")
        for at, ((kind, act), _, _) in enumerate(told, 1)
    ]
    with backend.begin() as uow:
        uow.messages.add(rows)
        uow.deliveries.add([delivery(row, status=way) for row, (_, way, _) in zip(rows, told, strict=True)])
        refold(uow, trust, [matter], NOW)
    for turn in range(2):
        now = moment(turn + 1)
        said = [(row, outcomes[turn]) for row, (_, _, outcomes) in zip(rows, told, strict=True)]
        answered = [replace(row, status=outcome, stored_at=now) for row, outcome in said if outcome is not None]
        frame = receipt_frame(answered, YULIN, keys_for(BEIHAI), BEIHAI, now)
        with backend.begin() as uow:
            came = [Incoming("1", frame.raw, "amqp", BEIHAI)]
            [verdict] = take_frames(uow, came, keys=keys_for(YULIN), now=now, salt=salts(), quotas={})
            assert verdict.outcome == ("frame" if answered else "quarantined"), verdict
            kept = [replace(row, updated_at=now) for row in uow.matters.get([matter]).values()]
            assert kept == folded(uow, trust, [matter], now)


def test_a_row_is_redated_without_what_its_documents_say(backend: Backend):
    row, later = matter_row(clock="waiting", due_at=None, remind_at=None), matter_row(messages=3, state="signed")
    nothing = dict.fromkeys(("title", "family", "opener", "other", "document", "kind", "urgency"), "")
    with backend.begin() as uow:
        uow.matters.save([row])
        uow.matters.redate([replace(later, id=row.id, **nothing), matter_row()])
        kept = uow.matters.get([row.id])[row.id]
        assert kept == replace(later, **{name: getattr(row, name) for name in STANDING})
        assert [one.id for one in uow.matters.to_remind(moment(9999), 9)] == [row.id], "and no row is made"
        uow.matters.redate([])
