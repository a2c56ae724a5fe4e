"""Go's own transparency log (x/mod sumdb: tlog, note) and our tree agree on roots, proofs and notes, both ways."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.core import checkpoint, merkle
from hub.core.checkpoint import Checkpoint, Note
from tests.builders import keypair
from tests.core.test_merkle import grown, proof_of

PROGRAM = Path(__file__).with_name("tlog_check.go")
SOURCES = Path("/usr/share/gocode")
DATA = [b"leaf %d" % number for number in range(300)]
NODES = grown([merkle.hash_leaf(one) for one in DATA])
SIZES = [1, 2, 3, 16, 17, 100, 255, 256, 257, 300]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built from Debian's packages."""
    if shutil.which("go") is None or not (SOURCES / "src/golang.org/x/mod/sumdb").exists():
        pytest.skip("golang and golang-golang-x-mod-dev are not on this machine")
    target = tmp_path_factory.mktemp("go") / "tlog_check"
    options = ["GO111MODULE=off", f"GOPATH={SOURCES}", f"GOCACHE={target.parent / 'cache'}", "GOFLAGS="]
    subprocess.run(["env", *options, "go", "build", "-o", target, PROGRAM], check=True, timeout=300)
    return target


def ask(go: Path, **question: Any) -> dict[str, Any]:
    done = subprocess.run([go], input=json.dumps(question).encode(), capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def root(size: int) -> bytes:
    return proof_of(NODES, [(0, size)])[0]


def test_go_makes_the_same_roots(go: Path) -> None:
    leaves = [b64(one) for one in DATA]
    assert ask(go, leaves=leaves, sizes=SIZES)["roots"] == [b64(root(size)) for size in SIZES]


def test_go_takes_our_proofs_and_makes_the_same_ones(go: Path) -> None:
    places = [(index, size) for size in SIZES for index in {0, size // 2, size - 1}]
    pairs = [(old, new) for old in SIZES for new in SIZES if old <= new]
    records = [proof_of(NODES, merkle.inclusion(*place)) for place in places]
    trees = [proof_of(NODES, merkle.consistency(*pair)) for pair in pairs]
    inclusion = [
        {"index": i, "size": s, "hash": b64(NODES[0, i]), "root": b64(root(s)), "proof": [b64(one) for one in proof]}
        for (i, s), proof in zip(places, records, strict=True)
    ]
    extension = [
        {"old": o, "size": n, "hash": b64(root(o)), "root": b64(root(n)), "proof": [b64(one) for one in proof]}
        for (o, n), proof in zip(pairs, trees, strict=True)
    ]
    said = ask(go, leaves=[b64(one) for one in DATA], inclusion=inclusion, extension=extension)
    assert set(said["inclusion"]) | set(said["extension"]) == {""}
    assert [one or [] for one in said["records"]] == [[b64(one) for one in proof] for proof in records]
    assert [one or [] for one in said["trees"]] == [[b64(one) for one in proof] for proof in trees]


def test_go_refuses_a_bent_proof_as_we_do(go: Path) -> None:
    proof = proof_of(NODES, merkle.inclusion(77, 300))
    for number in range(len(proof)):
        bent = [*proof[:number], bytes(32), *proof[number + 1 :]]
        entry = {"index": 77, "size": 300, "hash": b64(NODES[0, 77]), "root": b64(root(300))}
        said = ask(go, leaves=[b64(one) for one in DATA], inclusion=[{**entry, "proof": [b64(one) for one in bent]}])
        assert said["inclusion"] != [""]
        assert not merkle.verify_inclusion(77, 300, NODES[0, 77], bent, root(300))


def test_go_opens_our_notes_with_the_lines_of_witnesses_on_them(go: Path) -> None:
    log, witness = keypair(1), keypair(2)
    origin = checkpoint.origin_of("450900-mr", "01890000-0000-7000-8000-000000000001")
    text = Checkpoint(origin, 300, root(300)).text
    at = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    name = checkpoint.witness_name("450500-mr")
    note = Note(text, (checkpoint.signed_line(origin, log.public, log.sign(checkpoint.to_sign(text))),))
    cosigned = note.joined(
        [checkpoint.cosigned_line(name, witness.public, witness.sign(checkpoint.to_cosign(text, at)), at)]
    )
    key = checkpoint.verifier_key(origin, checkpoint.ED25519, log.public)
    assert ask(go, note=str(note), key=key)["note"] == ""
    assert ask(go, note=str(cosigned), key=key)["note"] == ""
    assert "invalid" in ask(go, note=str(cosigned).replace("\n300\n", "\n301\n"), key=key)["note"]
    other = checkpoint.verifier_key(origin, checkpoint.ED25519, witness.public)
    assert ask(go, note=str(note), key=other)["note"] != ""
