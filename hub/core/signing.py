"""Checking signatures and keys; the algorithm comes from the roster, never from the message (RELIABILITY B30, A2).

``cryptography`` accepts Ed25519 keys of low order, under which one constant signature fits any message (RELIABILITY
A1); they are refused here, together with encodings that are not canonical (RFC 8032 section 5.1.3: y must be below
p). The same for X25519 keys, to which nothing can be sealed when their shared secret is always zero (RFC 7748
section 6.1), and for ML-DSA-65 keys whose vector t1 is zero, for which anybody can sign (FIPS 204; Wycheproof calls
them ``ZeroPublicKey``).

Another algorithm is one more row of :data:`ALGORITHMS`: what a good key is, and how a signature of it is verified.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.core.envelope import ENROLMENT, pae
from hub.core.errors import WeakKey
from hub.core.ids import sha256

_P = 2**255 - 19
_LOW_ORDER_Y = frozenset({0, 1, _P - 1})
"""y of the points of order 4, 1 and 2 on edwards25519; the two of order 8 are computed below."""


def _order_eight() -> frozenset[int]:
    """The two y of order 8: roots of d*y^4 + 2*y^2 - 1 = 0 over the field, derived rather than copied."""
    d = (-121665 * pow(121666, _P - 2, _P)) % _P
    root = _sqrt((1 + d) % _P)
    found = set()
    for sign in (1, -1):
        square = (-1 + sign * root) * pow(d, _P - 2, _P) % _P
        y = _sqrt(square)
        if y * y % _P == square:
            found |= {y, _P - y}
    return frozenset(found)


def _sqrt(value: int) -> int:
    """A square root modulo p if there is one (p = 5 mod 8), else some other number."""
    root = pow(value, (_P + 3) // 8, _P)
    return root if root * root % _P == value % _P else root * pow(2, (_P - 1) // 4, _P) % _P


_WEAK_Y = _LOW_ORDER_Y | _order_eight()


_PROBE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
"""Any scalar does; this one is nobody's key."""


def key_id(public: bytes) -> str:
    """Short name of a public key: the first 16 hex digits of its SHA-256; a hint, never a decision."""
    return sha256(public)[:16]


def check_key(public: bytes) -> None:
    """Refuse a public key that is not 32 bytes, not canonical or of low order; raises :class:`WeakKey`."""
    if len(public) != 32:
        raise WeakKey("公钥应为 32 字节")
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise WeakKey("公钥编码不规范")
    if y in _WEAK_Y:
        raise WeakKey("公钥为低阶点，任何人都能伪造其签名")


def check_seal_key(public: bytes) -> None:
    """Refuse an X25519 key that is not 32 bytes, not canonical or of low order; raises :class:`WeakKey`."""
    if len(public) != 32:
        raise WeakKey("公钥应为 32 字节")
    if int.from_bytes(public, "little") >= _P:
        raise WeakKey("公钥编码不规范")
    try:
        # Every scalar is a multiple of the cofactor, so any of them takes a point of low order to zero.
        _PROBE.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise WeakKey("公钥为低阶点，任何人都能解开加密给它的文书") from error


def check_lattice_key(public: bytes) -> None:
    """Refuse an ML-DSA-65 key that is not 1952 bytes, or for which anybody can sign; raises :class:`WeakKey`."""
    if len(public) != 1952:
        raise WeakKey("ML-DSA-65 公钥应为 1952 字节")
    # Its first 32 bytes are the seed of the matrix; with t1 = 0 no secret is needed to meet the verifier's equation.
    if not any(public[32:]):
        raise WeakKey("公钥为零向量，任何人都能伪造其签名")


def possession(member: str, purpose: str, public: bytes, nonce: str) -> bytes:
    """The text a new key signs to prove its possession, bound to member, purpose and nonce."""
    return pae(ENROLMENT, f"{member}\n{purpose}\n{public.hex()}\n{nonce}".encode())


def is_valid(public: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` by the Ed25519 key ``public`` covers ``data`` (RFC 8032)."""
    if len(signature) != 64:
        return False
    try:
        _key(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=8192)
def _key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def is_lattice_valid(public: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` by the ML-DSA-65 key ``public`` covers ``data``, with no context (FIPS 204)."""
    try:
        _lattice_key(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=8192)
def _lattice_key(public: bytes) -> MLDSA65PublicKey:
    return MLDSA65PublicKey.from_public_bytes(public)


class Algorithm(NamedTuple):
    """How keys of one signature algorithm are judged, and signatures by them verified."""

    check: Callable[[bytes], None]
    verify: Callable[[bytes, bytes, bytes], bool]


FIRST, SECOND = "ed25519", "ml-dsa-65"
"""Every message is signed by a key of the first; where the roster asks for it, by one of the second as well."""
ALGORITHMS = {FIRST: Algorithm(check_key, is_valid), SECOND: Algorithm(check_lattice_key, is_lattice_valid)}
"""Signature algorithms of this version. SM2 is none: it takes a certified module of the site's own (decision 17)."""
