"""Offices outside the federation 系统外单位, and the office's own starting bodies 文书模板."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from hub.core import ijson
from hub.core.policy import Permit
from hub.flows import outside, templates
from hub.flows.ports import UnitOfWork
from hub.flows.ports.office_rows import Template
from hub.flows.ports.outside import OutsideOffice
from hub.flows.rows import User
from hub.kinds.kind import MAX_BODY
from hub.web.api import outside_models as models
from hub.web.api.ground import Listing
from hub.web.api.openapi import READING, SENDING, answers, taking
from hub.web.auth import program_may
from hub.web.deps import Node
from hub.web.office import office_only

router = APIRouter(tags=["office"])

Keeper = Annotated[User, Depends(program_may(Permit.OFFICE))]
Drafter = Annotated[User, Depends(program_may(Permit.DRAFT))]
OfficeId = Annotated[
    str, Path(pattern=models.OFFICE, description="系统外单位编号 / its id", examples=[models.OUTSIDE["id"]])
]
Name = Annotated[
    str, Path(min_length=1, max_length=40, description="模板名称 / its name", examples=[models.TEMPLATE["name"]])
]


@router.get(
    "/outside",
    operation_id="listOutside",
    summary="系统外单位 / Offices outside the federation",
    response_model=Listing[models.OutsideOut],
    responses=answers({"items": [models.OUTSIDE], "next": None}, *READING),
    dependencies=[Depends(program_may(Permit.READ))],
)
def list_outside(node: Node) -> Listing[models.OutsideOut]:
    """By id, those out of use too."""
    found = node.act(lambda uow: uow.outside.all())
    return Listing[models.OutsideOut](items=[models.OutsideOut.model_validate(one) for one in found], next=None)


@router.post(
    "/outside",
    operation_id="createOutside",
    summary="登记系统外单位 / Register an office outside",
    status_code=201,
    response_model=models.OutsideOut,
    responses=answers(models.OUTSIDE, *SENDING, status=201),
    openapi_extra=taking(models.OUTSIDE_IN),
)
def create_outside(node: Node, user: Keeper, wanted: models.OutsideIn) -> models.OutsideOut:
    """Under the next number of its region; a name in use is refused."""
    office_only(user)

    def flow(uow: UnitOfWork) -> OutsideOffice:
        office = OutsideOffice(outside.next_id(uow, wanted.region), **wanted.model_dump())
        return outside.keep(uow, office, who=user.name, now=node.now(), salt=node.salt)

    return models.OutsideOut.model_validate(node.act(flow))


@router.get(
    "/outside/{office}",
    operation_id="getOutside",
    summary="一个系统外单位 / One office outside",
    response_model=models.OutsideOut,
    responses=answers(models.OUTSIDE, 404, *READING),
    dependencies=[Depends(program_may(Permit.READ))],
)
def get_outside(node: Node, office: OfficeId) -> models.OutsideOut:
    """Where it is and how paper reaches it."""
    return models.OutsideOut.model_validate(node.act(lambda uow: outside.known(uow, office)))


@router.put(
    "/outside/{office}",
    operation_id="changeOutside",
    summary="修改或停用系统外单位 / Change it, or put it out of use",
    response_model=models.OutsideOut,
    responses=answers(models.OUTSIDE, *SENDING),
    openapi_extra=taking(models.OUTSIDE_CHANGE),
)
def change_outside(node: Node, user: Keeper, office: OfficeId, wanted: models.OutsideChange) -> models.OutsideOut:
    """All but region and number, which earlier letters bear; running matters go on."""
    office_only(user)

    def flow(uow: UnitOfWork) -> OutsideOffice:
        changed = replace(outside.known(uow, office), **wanted.model_dump())
        return outside.keep(uow, changed, who=user.name, now=node.now(), salt=node.salt)

    return models.OutsideOut.model_validate(node.act(flow))


@router.get(
    "/templates",
    operation_id="listTemplates",
    summary="文书模板 / Starting bodies of the office",
    response_model=Listing[models.TemplateLine],
    responses=answers({"items": [models.TEMPLATE_LINE], "next": None}, *READING),
    dependencies=[Depends(program_may(Permit.DRAFT))],
)
def list_templates(node: Node) -> Listing[models.TemplateLine]:
    """By name, without their bodies."""
    found = node.act(lambda uow: uow.papers.templates())
    return Listing[models.TemplateLine](items=[models.TemplateLine.model_validate(one) for one in found], next=None)


@router.get(
    "/templates/{name}",
    operation_id="getTemplate",
    summary="一个模板及其正文 / One template with its body",
    response_model=models.TemplateOut,
    responses=answers(models.TEMPLATE, 404, *READING),
    dependencies=[Depends(program_may(Permit.DRAFT))],
)
def get_template(node: Node, name: Name) -> models.TemplateOut:
    """To begin a working paper with."""
    return _told(node.act(lambda uow: templates.named(uow, name)))


@router.put(
    "/templates/{name}",
    operation_id="putTemplate",
    summary="保存模板 / Keep a template",
    response_model=models.TemplateOut,
    responses=answers(models.TEMPLATE, *SENDING),
    openapi_extra=taking(models.TEMPLATE_IN),
)
def put_template(node: Node, user: Drafter, name: Name, wanted: models.TemplateIn) -> models.TemplateOut:
    """One of the same name is replaced; attachments are not kept."""
    office_only(user)
    return _told(
        node.act(
            lambda uow: templates.keep(
                uow, name, wanted.kind, wanted.body, who=user.name, now=node.now(), salt=node.salt
            )
        )
    )


@router.delete(
    "/templates/{name}",
    operation_id="deleteTemplate",
    summary="删除模板 / Delete a template",
    response_model=models.TemplateOut,
    responses=answers(models.TEMPLATE, *SENDING),
)
def delete_template(node: Node, user: Keeper, name: Name) -> models.TemplateOut:
    """The answer is what was deleted; papers begun from it stay as they are."""
    office_only(user)

    def flow(uow: UnitOfWork) -> Template:
        known = templates.named(uow, name)
        templates.drop(uow, name, who=user.name, now=node.now(), salt=node.salt)
        return known

    return _told(node.act(flow))


def _told(found: Template) -> models.TemplateOut:
    body = ijson.loads(found.body, limit=MAX_BODY)
    return models.TemplateOut(name=found.name, kind=found.kind, who=found.who, at=found.at, body=body)
