"""Working papers 文稿 on screen: list, form, files, preview, review and signature."""

from __future__ import annotations

from fastapi import APIRouter

from hub.web.ui.papers import deciding, files, listing, preview, sheet

router = APIRouter()
for part in (listing, sheet, deciding, files, preview):
    router.include_router(part.router)
