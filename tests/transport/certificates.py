"""An authority of the test's own, and certificates by it, as PEM files; also such as nobody should take."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=20_000)
_HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


class Authority:
    """Signs certificates; its own stands in ``ca.pem`` of the folder.

    ``under``: made by another authority, whose certificate is sent along with every one issued here. ``path``: how
    many authorities may follow below it.
    """

    def __init__(
        self, folder: Path, name: str = "ca", *, under: Authority | None = None, path: int | None = None
    ) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._under = under
        self.file = folder / f"{name}.pem"
        above = under or self
        built = above._builder(self._name, self._key.public_key(), _UNTIL)
        made = built.add_extension(x509.BasicConstraints(True, path), True).sign(above._key, hashes.SHA256())
        self._pem = made.public_bytes(serialization.Encoding.PEM) + (under._pem if under else b"")
        self.file.write_bytes(self._pem)

    def issue(
        self,
        name: str,
        *,
        file: str = "",
        names: Sequence[x509.GeneralName] = (_HERE,),
        until: datetime = _UNTIL,
    ) -> tuple[Path, Path]:
        """(certificate, key) for this common name, good for 127.0.0.1 as a server and anywhere as a client."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        built = self._builder(subject, key.public_key(), until).add_extension(uses, False)
        if names:
            built = built.add_extension(x509.SubjectAlternativeName(names), False)
        made = built.sign(self._key, hashes.SHA256())
        file = file or name
        certificate, secret = self.folder / f"{file}.crt.pem", self.folder / f"{file}.key.pem"
        chain = self._pem if self._under else b""
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM) + chain)
        form = serialization.PrivateFormat.PKCS8
        secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return certificate, secret

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_FROM)
            .not_valid_after(until)
        )
