"""Masking for display (个人信息保护法 arts 5–8, 51): what a list or a page shows of an identifier.

Display masking, not de-identification: six and four digits of an identity number still leave some 3 300 birth dates.
A text that doesn't look like what it should be is hidden whole.
"""

from collections.abc import Callable, Mapping


def _hidden(text: str) -> str:
    return "*" * min(len(text), 8)


def mask_resident_id(text: str) -> str:
    """``45090218990101001X`` → ``450902********001X``."""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if len(text) == 18 else _hidden(text)


def mask_id_document(text: str) -> str:
    """Other documents: first and last character."""
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}" if len(text) >= 6 else _hidden(text)


def mask_mobile(text: str) -> str:
    """``13800000000`` → ``138****0000``; landlines keep the area code and the last two digits."""
    if len(text) == 11 and text.isdigit():
        return f"{text[:3]}****{text[-4:]}"
    area, dash, rest = text.partition("-")
    if dash and len(rest) >= 7:
        return f"{area}-{'*' * (len(rest) - 2)}{rest[-2:]}"
    return _hidden(text)


def mask_card(text: str) -> str:
    """``6222020000000000000`` → ``622202*********0000``."""
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if 13 <= len(text) <= 19 else _hidden(text)


def mask_name(text: str) -> str:
    """``张某某`` → ``张**``."""
    return f"{text[0]}{'*' * min(len(text) - 1, 2)}" if len(text) >= 2 else _hidden(text)


MASKS: Mapping[str, Callable[[str], str]] = {
    "resident_id": mask_resident_id,
    "id_document": mask_id_document,
    "mobile": mask_mobile,
    "card": mask_card,
    "name": mask_name,
}
"""By the ``x-mask`` word a field carries in its JSON schema."""
