"""Members, refused deliveries, health and the caller as the API gives them."""

from __future__ import annotations

from hub.web.api.ground import Moment, Out


class MemberOut(Out):
    """One member as this node knows it."""

    id: str
    name: str
    short_name: str
    region: str
    system: str
    level: str
    calendar: str
    reach: str
    status: str
    joint_meeting: bool
    own: bool
    last_seen: Moment | None
    waiting: int
    oldest_waiting: Moment | None
    copies: int


class QuarantineLine(Out):
    """One refused delivery."""

    id: int
    sha256: str
    code: str
    reason: str
    field: str | None
    claimed: str
    channel: str
    received_at: Moment
    size: int
    times: int
    document: str | None


class QuarantineOut(QuarantineLine):
    """With the first 64 KiB of what arrived, base64."""

    raw: str


class KindOut(Out):
    """One kind of document."""

    kind: str
    version: int
    title: str
    acts: list[str]
    opens: bool
    audience: str
    replaces: bool
    schema_url: str


class HealthOut(Out):
    """Depth of the node's queues."""

    status: str
    outbox: int
    pending: int
    oldest_pending: Moment | None
    quarantined: int
    gaps: int
    parked: int
    frozen: int
    ungrown: int


class LiveOut(Out):
    """The process answers."""

    status: str


class MeOut(Out):
    """Who the token belongs to."""

    name: str
    title: str
    role: str
    member: str
    member_name: str
    may_send: bool
    demo: bool
