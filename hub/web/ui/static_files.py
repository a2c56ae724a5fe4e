"""Files that pages load: an address carries the digest of the file, so browsers keep it until it changes."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from hub.core.ids import sha256

STATIC = Path(__file__).resolve().parent / "static"
# Python tables of types know it since 3.13 only, and a browser told not to guess shows no picture without a type.
mimetypes.add_type("image/webp", ".webp")
_KEPT = "public, max-age=31536000, immutable"


@cache
def asset(name: str) -> str:
    """Address of ``static/NAME``; a template that names a missing file fails at once."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes())[:12]}"


class Kept(StaticFiles):
    """Serves ``static/``; what was asked for by its digest may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope.get("query_string", b"").startswith(b"v="):
            response.headers["Cache-Control"] = _KEPT
        return response
