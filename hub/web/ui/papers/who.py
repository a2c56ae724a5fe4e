"""Who comes to these pages: those who draw up papers, those who decide on them, and those who may look on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from hub.core.policy import Permit
from hub.flows.rows import User
from hub.web.auth import person_may

Onlooker = Annotated[User, Depends(person_may(Permit.READ))]
Drafter = Annotated[User, Depends(person_may(Permit.DRAFT))]
Reviewer = Annotated[User, Depends(person_may(Permit.REVIEW))]
