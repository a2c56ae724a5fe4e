"""Text as a QR code (ISO/IEC 18004), drawn here: no address of a document and no key is told to a drawing site."""

from __future__ import annotations

import io

import segno


def vector_code(text: str) -> str:
    """The picture as SVG."""
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def raster_code(text: str) -> io.BytesIO:
    """The picture as PNG, sharp at the size of a letter."""
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="png", scale=6, border=2)
    drawn.seek(0)
    return drawn


def address_of_code(text: str) -> str:
    """The picture as a ``data:`` address for an image; black on white, whatever the page's colours."""
    address: str = _code(text).svg_data_uri(scale=4, border=4, light="#fff")
    return address


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
