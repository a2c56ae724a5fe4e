"""Our verification of inclusion and consistency against the vectors of transparency-dev/merkle."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from hub.core import merkle
from tests.vectors.outside import vectors


def _bytes(text: str | None) -> bytes:
    return b64decode(text or "")


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [_bytes(one) for one in case["proof"] or ()]


def test_every_inclusion_proof_is_judged_as_its_makers_say() -> None:
    wrong = [
        name
        for name, case in vectors("merkle_inclusion").items()
        if merkle.verify_inclusion(
            case["leafIdx"], case["treeSize"], _bytes(case["leafHash"]), _proof(case), _bytes(case["root"])
        )
        is case["wantErr"]
    ]
    assert wrong == []
    assert len(vectors("merkle_inclusion")) == 98


def test_every_consistency_proof_is_judged_as_its_makers_say() -> None:
    wrong = [
        name
        for name, case in vectors("merkle_consistency").items()
        if merkle.verify_consistency(
            case["size1"], case["size2"], _bytes(case["root1"]), _bytes(case["root2"]), _proof(case)
        )
        is case["wantErr"]
    ]
    assert wrong == []
    assert len(vectors("merkle_consistency")) == 98
