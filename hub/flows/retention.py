"""保存期限和删除: what is due for review is listed, a person proposes, another approves, a hold stops both.

Nothing here erases: that is the worker's, which signs a note of it (:mod:`hub.flows.erasing`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from hub.core.audit import leaf
from hub.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from hub.core.policy import LEVELS, Permit, may
from hub.core.retention import Rule, check, due, last_moved, last_term
from hub.flows.ports import NewId, Salt, UnitOfWork
from hub.flows.ports.retention import Erasure, Gone, Hold, Scope
from hub.flows.rows import User
from hub.flows.steps.approval import Policy
from hub.flows.steps.keeping import held, unsigned
from hub.flows.steps.texts import identified, said

APPROVERS = ("bureau_leader", "principal_head")
"""Levels that approve an erasure; the three administrators see no case content and decide on none."""
PUBLIC = frozenset({"statistic_report", "agreement_proposal", "agreement_consent"})
"""Kinds without personal data, on whose content figures and limits of everybody rest."""
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when, and the salt of what is noted."""

    user: User
    now: datetime
    salt: Salt


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants erased: one document, or all of a matter; ``rule`` if a period has ended."""

    matter: str | None = None
    document: str | None = None
    reason: str = ""
    basis: str = ""
    rule: str | None = None


def list_due(uow: UnitOfWork, now: datetime, limit: int) -> int:
    """Look through what moved or ended since the last look; returns how many matters were looked at."""
    looked = 0
    for rule in uow.retention.rules().values():
        if not rule.active:
            continue
        seen = uow.retention.candidates(
            rule, before=last_moved(rule, now), until=last_term(rule, now), limit=limit - looked
        )
        found = [one for one in (due(facts, (rule,), now) for facts in seen) if one is not None]
        if seen:
            uow.retention.look(rule, seen, found, now)
        looked += len(seen)
        if looked == limit:
            break
    return looked


def set_rule(uow: UnitOfWork, rule_id: str, by: By, **changes: object) -> Rule:
    """Set period, label, basis or whether the rule is on; raises ``InvalidInput`` naming the field."""
    known = uow.retention.rules().get(rule_id)
    if known is None:
        raise NotFound(f"没有保存期限规则 {rule_id[:40]}", field="rule")
    _office_only(by.user)
    rule = check(replace(known, **changes))  # type: ignore[arg-type]
    rule = replace(rule, basis=said(rule.basis, "basis", "依据", _LONGEST))
    uow.retention.put_rule(rule, by.user.name, by.now)
    facts = {"amount": rule.amount, "unit": rule.unit, "label": rule.label, "basis": rule.basis, "active": rule.active}
    uow.ledger.add([leaf("retention-rule", rule.id, by.user.name, by.now, by.salt(), **facts)])
    return rule


def hold(uow: UnitOfWork, matter: str, reason: str, by: By) -> Hold:
    """保留: nothing of the matter may be erased until somebody releases it."""
    _office_only(by.user)
    if not uow.matters.get([identified(matter, "matter", "事项")]):
        raise NotFound(f"本单位没有事项 {matter[:40]}", field="matter")
    kept = Hold(matter, said(reason, "reason", "保留理由", _LONGEST), by.user.name, by.now)
    uow.retention.put_hold(kept)
    uow.ledger.add([leaf("hold", matter, by.user.name, by.now, by.salt(), reason=kept.reason)])
    return kept


def release(uow: UnitOfWork, matter: str, reason: str, by: By) -> None:
    """解除保留, with the reason; the rules count again."""
    _office_only(by.user)
    if uow.retention.hold(identified(matter, "matter", "事项")) is None:
        raise WrongState("该事项没有设保留", field="matter")
    why = said(reason, "reason", "解除理由", _LONGEST)
    uow.retention.drop_hold(matter)
    uow.ledger.add([leaf("release", matter, by.user.name, by.now, by.salt(), reason=why)])


def preview(uow: UnitOfWork, wish: Wish) -> tuple[Scope, Gone]:
    """What would go; raises what :func:`propose` would raise of the content."""
    scope = _scope(uow, wish)
    _check(uow, scope)
    return scope, uow.erasing.would_go(scope)


def propose(uow: UnitOfWork, wish: Wish, by: By, new_id: NewId) -> Erasure:
    """Propose to erase a document or a whole matter; somebody else has to approve."""
    _office_only(by.user)
    reason = said(wish.reason, "reason", "删除理由", _LONGEST)
    basis = said(wish.basis, "basis", "删除依据", _LONGEST)
    if wish.rule is not None and wish.rule not in uow.retention.rules():
        raise InvalidInput(f"没有保存期限规则 {wish.rule[:40]}", field="rule")
    scope = _scope(uow, wish)
    _check(uow, scope)
    matter = scope.matters[0]
    for known in uow.retention.erasures_of(matter):
        if known.state in ("proposed", "approved") and known.document in (None, wish.document):
            raise Conflict("已有删除申请正在办理", field="document", advice="请在“保存和删除”中查看。")
    made = Erasure(new_id(by.now), matter, wish.document, wish.rule, reason, basis, "proposed", by.user.name, by.now)
    uow.retention.put_erasure(made)
    facts = {"erasure": made.id, "document": wish.document, "rule": wish.rule, "reason": reason, "basis": basis}
    uow.ledger.add([leaf("erase-propose", matter, by.user.name, by.now, by.salt(), **facts)])
    return made


def approve(uow: UnitOfWork, erasure: str, by: By, policy: Policy) -> Erasure:
    """批准: the worker erases; raises ``NotAllowed`` for who proposed it, or may not."""
    found = _open(uow, erasure)
    waived = _check_approver(by.user, found, policy)
    _check(uow, _scope(uow, Wish(found.matter, found.document)))
    return _decided(uow, replace(found, state="approved"), by, **({"four_eyes": "waived"} if waived else {}))


def decline(uow: UnitOfWork, erasure: str, comment: str, by: By, policy: Policy) -> Erasure:
    """不批准, with the reason; who proposed it may take it back the same way."""
    found = _open(uow, erasure)
    if by.user.name != found.proposer:
        _check_approver(by.user, found, policy)
    said_so = said(comment, "comment", "不批准的理由", _LONGEST)
    return _decided(uow, replace(found, state="declined", comment=said_so), by, comment=said_so)


def may_approve(user: User) -> bool:
    """Whether role and level suffice, whoever proposed."""
    return may(user.role, Permit.RETAIN) and user.unit is None and user.level in APPROVERS


def _decided(uow: UnitOfWork, found: Erasure, by: By, **facts: object) -> Erasure:
    decided = replace(found, decider=by.user.name, decided_at=by.now)
    uow.retention.put_erasure(decided)
    act = "erase-approve" if found.state == "approved" else "erase-decline"
    told = {"erasure": found.id, "document": found.document, **facts}
    uow.ledger.add([leaf(act, found.matter, by.user.name, by.now, by.salt(), **told)])
    return decided


def _scope(uow: UnitOfWork, wish: Wish) -> Scope:
    if wish.document is not None:
        scope = uow.erasing.scope(wish.matter or "", identified(wish.document, "document", "文书"))
        known: Collection[object] = uow.messages.find_document(wish.document)
    else:
        matter = identified(wish.matter or "", "matter", "事项")
        scope = uow.erasing.scope(matter, None)
        known = uow.matters.get([matter])
    if not scope.hashes:
        what, field = ("文书", "document") if wish.document is not None else ("事项", "matter")
        if not known:
            raise NotFound(f"本单位没有{what} {(wish.document or wish.matter or '')[:40]}，或尚未签名发出", field=field)
        raise WrongState(f"该{what}在本单位没有可删除的正文：只有文书头，或正文已删除", field=field)
    if any(one.kind in PUBLIC for one in uow.messages.get(scope.hashes)):
        raise WrongState("统计报表和协议文书不含个人信息，是统计和时限的依据，不能删除", field="document")
    return scope


def _check(uow: UnitOfWork, scope: Scope) -> None:
    """What stops an erasure whoever wants it."""
    kept = held(uow, scope)
    if kept is not None:
        raise WrongState(f"事项已设保留：{kept.reason}", field="matter", advice="解除保留后才能删除。")
    if unsigned(uow, scope):
        raise WrongState("还有文书等待签名发出，签名后才能删除", field="document", advice="请稍后再试。")


def _open(uow: UnitOfWork, erasure: str) -> Erasure:
    found = uow.retention.erasure(identified(erasure, "erasure", "删除申请"))
    if found is None:
        raise NotFound(f"没有删除申请 {erasure[:40]}", field="erasure")
    if found.state != "proposed":
        raise WrongState("该删除申请已办理", field="erasure", advice="请刷新后查看。")
    return found


def _check_approver(user: User, found: Erasure, policy: Policy) -> bool:
    """True: the office waives that somebody else approves."""
    if not may_approve(user):
        raise NotAllowed(
            f"删除须由{LEVELS[APPROVERS[0]]}以上批准，{user.name} 的级别是“{LEVELS.get(user.level, user.level)}”",
            field="user",
        )
    if user.name != found.proposer:
        return False
    if policy.four_eyes:
        raise NotAllowed("不能批准自己提出的删除申请", field="user", advice="请由其他有权人员批准。")
    return True


def _office_only(user: User) -> None:
    if user.unit is not None or not may(user.role, Permit.RETAIN):
        raise NotAllowed("保存和删除由本局人员办理", field="user")
