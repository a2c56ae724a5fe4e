"""Other people's tools read our signatures: OpenSSL's command line the bytes, securesystemslib the whole envelope."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from hub.core.envelope import MESSAGE, decode
from tests.builders import BEIHAI, YULIN, KeyPair, keypair, signed, signed_message, signer_for


@pytest.fixture(scope="module")
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("the openssl command line is not on this machine")
    return found


def test_openssl_verifies_a_letter_of_ours_and_no_other(openssl: str, tmp_path: Path) -> None:
    found = decode(signed_message())
    key, text, signature = tmp_path / "key.pem", tmp_path / "signed", tmp_path / "signature"
    text.write_bytes(found.signed)
    signature.write_bytes(found.signatures[0].sig)
    call = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text, "-sigfile", signature]

    def verifies(owner: str) -> bool:
        public = signer_for(owner).private.public_key()
        key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return subprocess.run(call, capture_output=True, check=False, timeout=60).returncode == 0

    assert verifies(YULIN)
    assert not verifies(BEIHAI), "another office's key"
    text.write_bytes(found.signed[:-1] + b"!")
    assert not verifies(YULIN), "another text"


def other_key(key: KeyPair) -> SSlibKey:
    return SSlibKey(key.keyid, "ed25519", "ed25519", {"public": key.public.hex()})


def test_dsse_as_others_wrote_it_reads_our_envelopes_and_counts_keys_as_we_do() -> None:
    keys = [keypair(number) for number in (1, 2)]
    found = decode(signed(MESSAGE, {"text": "某局"}, keys, None))
    listed = {one.keyid: {"keyid": one.keyid, "sig": one.sig.hex()} for one in found.signatures}

    def verified(*trusted: KeyPair, threshold: int, payload: bytes = found.payload) -> set[str]:
        from securesystemslib.signer import Signature as OtherSignature

        signatures = {name: OtherSignature.from_dict(dict(one)) for name, one in listed.items()}
        envelope = OtherEnvelope(payload, found.type, signatures)
        return set(envelope.verify([other_key(one) for one in trusted], threshold))

    assert verified(*keys, threshold=2) == {one.keyid for one in keys}
    with pytest.raises(VerificationError):
        verified(keys[0], keypair(3), threshold=2)
    with pytest.raises(VerificationError):
        verified(*keys, threshold=2, payload=found.payload + b" ")
