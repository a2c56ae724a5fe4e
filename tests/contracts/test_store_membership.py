"""What every store knows when members come, go and come back (DESIGN D3)."""

from tests.builders import BEIHAI, HAIKOU, YULIN, matter_row, message
from tests.contracts.stores import Backend
from tests.contracts.test_store_deliveries import put, waiting


def test_who_is_readmitted_gets_what_its_expulsion_kept_back_and_nothing_else(backend: Backend):
    rows = [message(audience=BEIHAI, seq=1), message(audience=BEIHAI, seq=2), message(audience=HAIKOU)]
    with backend.begin() as uow:
        expired, kept_back, others = put(uow, rows)
        uow.deliveries.withhold([expired], "expired")
        uow.deliveries.withhold([kept_back, others], "expelled")
        assert uow.deliveries.readmit(BEIHAI) == {rows[1].hash}
        assert (waiting(uow), uow.deliveries.readmit(BEIHAI)) == ([rows[1].hash], set())


def test_it_is_known_what_was_meant_for_a_member(backend: Backend):
    rows = [message(audience=BEIHAI, seq=1), message(audience=HAIKOU)]
    with backend.begin() as uow:
        put(uow, rows)
        assert uow.deliveries.known(BEIHAI, [row.hash for row in rows]) == {rows[0].hash}
        assert uow.deliveries.known(BEIHAI, []) == set()


def test_ones_own_broadcasts_are_found_while_their_matters_go_on(backend: Backend):
    open_, over, one, strange = (
        matter_row(opener=YULIN, other="all", family="notice", state="published"),
        matter_row(opener=YULIN, other="all", family="notice", state="withdrawn"),
        matter_row(opener=YULIN, other=BEIHAI),
        matter_row(opener=HAIKOU, other="all", family="notice", state="published"),
    )
    with backend.begin() as uow:
        uow.matters.save([open_, over, one, strange])
        assert uow.matters.broadcasts(YULIN) == [open_.id]
