"""Who and what there is: members, kinds with their schemas, the caller."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from hub.core.errors import NotFound
from hub.core.policy import Permit, may
from hub.flows.rows import User
from hub.kinds.registry import LATEST
from hub.web.api import examples
from hub.web.api.ground import Listing
from hub.web.api.openapi import READING, answers
from hub.web.api.reports import KindOut, MemberOut, MeOut
from hub.web.auth import api_user, program_may
from hub.web.deps import Node
from hub.web.reading import body_schema
from schemas.catalogue import BODIES

router = APIRouter(tags=["directory"], dependencies=[Depends(api_user)])


@router.get(
    "/members",
    operation_id="listMembers",
    summary="成员单位 / Members of the roster",
    response_model=Listing[MemberOut],
    responses=answers({"items": [examples.MEMBER], "next": None}, *READING),
    dependencies=[Depends(program_may(Permit.HEADERS))],
)
def list_members(node: Node) -> Listing[MemberOut]:
    """In roster order, with what still waits for each one's receipt."""
    found = node.views.members(now=node.now())
    return Listing[MemberOut](items=[MemberOut.model_validate(one) for one in found], next=None)


@router.get(
    "/kinds",
    operation_id="listKinds",
    summary="文书种类 / Kinds of documents",
    response_model=Listing[KindOut],
    responses=answers({"items": [examples.KIND], "next": None}, *READING),
)
def list_kinds() -> Listing[KindOut]:
    """In the version new documents are written in."""
    items = [
        KindOut(
            kind=kind.name,
            version=kind.version,
            title=kind.title,
            acts=list(kind.acts),
            opens=kind.opens,
            audience=kind.audience,
            replaces=kind.replaces,
            schema_url=f"/api/v1/schemas/{kind.name}/{kind.version}",
        )
        for kind in LATEST.values()
    ]
    return Listing[KindOut](items=items, next=None)


@router.get(
    "/schemas/{kind}/{version}",
    operation_id="getSchema",
    summary="正文的 JSON Schema / JSON schema of a body",
    responses=answers(examples.SCHEMA, 404, *READING),
)
def get_schema(
    kind: Annotated[str, Path(max_length=40, description="文书种类 / kind", examples=["case_notice"])],
    version: Annotated[int, Path(ge=1, le=10_000, description="版本 / version", examples=[1])],
) -> dict[str, Any]:
    """Draft 2020-12, with Chinese titles, units and display masks."""
    if (kind, version) not in BODIES:
        raise NotFound("没有这个文书种类或版本", field="kind")
    return body_schema(kind, version)


@router.get(
    "/me",
    operation_id="getMe",
    summary="当前用户 / The caller",
    response_model=MeOut,
    responses=answers(examples.ME, *READING),
)
def get_me(node: Node, user: Annotated[User, Depends(api_user)]) -> MeOut:
    """Name, role and member of the token."""
    return MeOut(
        name=user.name,
        title=user.title,
        role=user.role,
        member=node.member,
        member_name=node.views.trust().member(node.member).name,
        may_send=may(user.role, Permit.SEND),
        demo=node.demo,
    )
