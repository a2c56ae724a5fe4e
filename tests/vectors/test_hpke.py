"""HPKE by the vectors of RFC 9180 for the one suite in use; the file beside names their source."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tests import hpke

CASE = json.loads((Path(__file__).parent / "hpke.json").read_bytes())
FACT = {name: bytes.fromhex(value) for name, value in CASE.items() if isinstance(value, str) and name != "source"}
OURS = X25519PrivateKey.from_private_bytes(FACT["skRm"])
EPHEMERAL = X25519PrivateKey.from_private_bytes(FACT["skEm"])


def test_the_shared_secret_and_the_key_schedule_are_those_of_the_rfc() -> None:
    dh = EPHEMERAL.exchange(X25519PublicKey.from_public_bytes(FACT["pkRm"]))
    secret = hpke.shared_secret(dh, FACT["enc"], FACT["pkRm"])
    assert secret == FACT["shared_secret"]
    assert hpke.schedule(secret, FACT["info"]) == (FACT["key"], FACT["base_nonce"])


def test_the_first_encryption_is_sealed_and_opened_as_in_the_rfc() -> None:
    first = {name: bytes.fromhex(value) for name, value in CASE["encryptions"][0].items()}
    made = hpke.seal(EPHEMERAL, FACT["pkRm"], FACT["info"], first["pt"], first["aad"])
    assert made == FACT["enc"] + first["ct"]
    assert hpke.open_sealed(OURS, made, FACT["info"], first["aad"]) == first["pt"]
