"""Properties written once are the bytes that pika writes, whatever the number."""

from __future__ import annotations

import pytest
from pika import BasicProperties

from hub.transport.rabbitmq_parcel import PARCEL
from hub.transport.rabbitmq_publish import Numbered


@pytest.mark.parametrize("user", [None, "450900-mr"])
@pytest.mark.parametrize("form", [None, PARCEL])
@pytest.mark.parametrize("number", [1, 9, 10, 12_345, 2**63])
def test_numbered_properties_are_pikas_own_bytes(user: str | None, form: str | None, number: int) -> None:
    told = BasicProperties(form, delivery_mode=2, app_id="450900-mr", user_id=user, message_id=str(number))
    found = Numbered("450900-mr", user, form).numbered(number)
    assert b"".join(found.encode()) == b"".join(told.encode())
