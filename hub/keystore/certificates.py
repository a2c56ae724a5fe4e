"""What a TLS certificate says of itself: for which names it stands, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from hub.core.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first certificate of a chain: the server's own."""

    names: tuple[str, ...]
    """DNS names and addresses it stands for; a name may begin with ``*.``."""
    expires: datetime


def read_certificate(path: Path) -> Certificate:
    """The server's certificate from a PEM file; raises ``Misconfigured`` if there is none."""
    try:
        first = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"证书或私钥无法使用：{path} 中没有 PEM 格式的证书",
            field="tls_certificate",
            advice="请确认两个文件都是 PEM 格式、互相匹配，私钥没有口令，且本用户可读。",
        ) from error
    try:
        stated = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Certificate((), first.not_valid_after_utc)
    names = [one.lower() for one in stated.get_values_for_type(x509.DNSName)]
    names += [str(one) for one in stated.get_values_for_type(x509.IPAddress)]
    return Certificate(tuple(names), first.not_valid_after_utc)
