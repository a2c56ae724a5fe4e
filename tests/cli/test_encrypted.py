"""Pages over TLS, by the real process and a real client: of the node's own, and behind a proxy."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.web.door import HSTS
from tests.builders import NOW, YULIN
from tests.cli.nodes import TestNode, make_node, until
from tests.ports import free_port

NAME = "hub.yulin.example.cn"


@pytest.fixture
def node(tmp_path: Path) -> TestNode:
    made = make_node(tmp_path, YULIN)
    made.ok("user", "add", "zhao", "--role", "officer")
    return made


def set_lines(node: TestNode, **values: object) -> None:
    """Lines of hub.toml as the administrator changes them."""
    path = node.home / "hub.toml"
    text = path.read_text("utf-8")
    for name, value in values.items():
        written = str(value).lower() if isinstance(value, bool | int) else f'"{value}"'
        text, changed = re.subn(rf"^{name} = .*$", f"{name} = {written}", text, flags=re.MULTILINE)
        text += "" if changed else f"{name} = {written}\n"
    path.write_text(text, "utf-8")


def certify(folder: Path, expires: datetime = datetime(2120, 1, 1, tzinfo=UTC)) -> ssl.SSLContext:
    """A certificate signed by itself; gives the context of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(expires)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.key").write_bytes(private)
    (folder / "tls.key").chmod(0o600)
    return ssl.create_default_context(cafile=folder / "tls.pem")


def own_tls(node: TestNode, **more: object) -> ssl.SSLContext:
    context = certify(node.home)
    set_lines(node, tls_certificate=node.home / "tls.pem", tls_key=node.home / "tls.key", **more)
    return context


def ask(
    port: int, method: str, path: str, context: ssl.SSLContext | None = None, **headers: str
) -> tuple[int, Mapping[str, Any], str]:
    """One request on a connection of its own; a ``Host`` among the headers replaces the client's."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
        if context
        else http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    )
    try:
        connection.putrequest(method, path, skip_host="Host" in given)
        for name, value in given.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8")
    finally:
        connection.close()


def up(node: TestNode, port: int = 0) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port or node.port), 5).close()
    except OSError:
        return False
    return True


def test_over_tls_the_cookie_and_every_answer_bind_the_browser_to_it(node: TestNode):
    context = own_tls(node)
    link = urlsplit(node.ok("user", "link", "zhao")["url"])
    assert (link.scheme, link.netloc) == ("https", f"127.0.0.1:{node.port}")
    with node.running("serve"):
        until(lambda: up(node))
        status, headers, _ = ask(node.port, "POST", link.path, context, Origin=f"https://127.0.0.1:{node.port}")
        cookie = headers["set-cookie"]

        assert (status, headers["strict-transport-security"]) == (303, HSTS)
        assert cookie.startswith(f"__Host-hub-{YULIN}=")
        assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        inside = ask(node.port, "GET", "/account", context, Cookie=cookie.partition(";")[0])
        assert inside[0] == 200
        # The same cookie by a name without the prefix is nobody's.
        stripped = cookie.partition(";")[0].removeprefix("__Host-")
        assert ask(node.port, "GET", "/account", context, Cookie=stripped)[0] == 401


def test_without_tls_the_encrypted_port_answers_nothing_and_old_tls_is_not_spoken(node: TestNode):
    context = own_tls(node)
    with node.running("serve"):
        until(lambda: up(node))
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(node.port, "GET", "/sign-in")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(node.home / "tls.pem")
        old.set_ciphers("AES128-SHA:@SECLEVEL=0")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError):
            ask(node.port, "GET", "/sign-in", old)
        assert ask(node.port, "GET", "/sign-in", context)[0] == 200


def test_a_name_that_is_not_the_nodes_is_refused_and_those_of_its_certificate_are_known(node: TestNode):
    context = own_tls(node)
    with node.running("serve"):
        until(lambda: up(node))
        for host in (f"127.0.0.1:{node.port}", NAME, f"{NAME.upper()}:443", "localhost"):
            assert ask(node.port, "GET", "/sign-in", context, Host=host)[0] == 200, host
        for host in ("evil.example", f"{NAME}.evil.example", f"x@{NAME}", f"{NAME}/x", "127.0.0.1:x", ""):
            assert ask(node.port, "GET", "/sign-in", context, Host=host)[0] == 400, host


def test_a_plain_port_leads_to_tls_and_does_nothing_else(node: TestNode):
    plain = free_port()
    context = own_tls(node, redirect_port=plain)
    with node.running("serve"):
        until(lambda: up(node, plain))
        status, headers, _ = ask(plain, "GET", "/matters?text=%E7%94%B2", Host=f"{NAME}:{plain}")
        assert (status, headers["location"]) == (308, f"https://{NAME}:{node.port}/matters?text=%E7%94%B2")
        assert "set-cookie" not in headers
        assert ask(plain, "GET", "//evil.example/", Host=NAME)[1]["location"] == (
            f"https://{NAME}:{node.port}/evil.example/"
        )
        assert ask(plain, "GET", "/", Host="evil.example")[0] == 400
        assert ask(plain, "POST", "/sign-in", Host=NAME)[0] == 403
        assert ask(node.port, "GET", "/sign-in", context)[0] == 200


def test_behind_a_proxy_its_word_counts_for_who_asks_and_how(node: TestNode):
    set_lines(node, behind_tls_proxy=True, names=NAME)
    link = urlsplit(node.ok("user", "link", "zhao")["url"])
    assert (link.scheme, link.netloc) == ("https", NAME)
    said = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "10.20.30.40", "Host": NAME}
    with node.running("serve"):
        until(lambda: up(node))
        status, headers, _ = ask(node.port, "POST", link.path, Origin=f"https://{NAME}", **said)
        assert (status, headers["strict-transport-security"]) == (303, HSTS)
        cookie = headers["set-cookie"].partition(";")[0]
        assert cookie.startswith("__Host-")
        assert "10.20.30.40" in ask(node.port, "GET", "/account", Cookie=cookie, **said)[2]

        for plain in ({"Host": NAME}, {**said, "X_Forwarded_Proto": "http"}, {}):
            status, headers, text = ask(node.port, "GET", "/sign-in", **plain)
            assert (status, "加密连接" in text) == (403, True)
            assert "set-cookie" not in headers
            assert "strict-transport-security" not in headers


def test_what_somebody_else_writes_into_the_proxys_headers_is_not_believed(node: TestNode):
    set_lines(node, behind_tls_proxy=True, names=NAME, proxies="10.9.9.9")
    with node.running("serve"):
        until(lambda: up(node))
        said = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "10.20.30.40", "Host": NAME}

        assert ask(node.port, "GET", "/sign-in", **said)[0] == 403


def test_without_a_proxy_nobody_says_for_whom_he_asks(node: TestNode):
    link = urlsplit(node.ok("user", "link", "zhao")["url"])
    said = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "10.20.30.40", "X_Forwarded_Host": "evil.example"}
    with node.running("serve"):
        until(lambda: up(node))
        _, headers, _ = ask(node.port, "POST", link.path, Origin=f"http://127.0.0.1:{node.port}", **said)
        cookie = headers["set-cookie"].partition(";")[0]
        assert not cookie.startswith("__Host-")
        text = ask(node.port, "GET", "/account", Cookie=cookie, **said)[2]
        assert "127.0.0.1" in text
        assert "10.20.30.40" not in text
        assert "evil.example" not in text
        # A page that made the browser ask this machine under a name of its own (DNS rebinding) gets nothing.
        assert ask(node.port, "GET", "/sign-in", Host=f"evil.example:{node.port}")[0] == 400


@pytest.mark.parametrize(
    ("days", "level", "word"), [(200, "green", "有效期至"), (20, "yellow", "有效期至"), (-1, "red", "已过期")]
)
def test_the_doctor_says_how_long_the_certificate_lasts(node: TestNode, days: int, level: str, word: str):
    certify(node.home, NOW + timedelta(days=days))
    set_lines(node, tls_certificate=node.home / "tls.pem", tls_key=node.home / "tls.key")

    found = {one["name"]: one for one in node.hub("doctor", "--json").json["checks"]}["网页访问"]
    assert (found["level"], word in found["what"], NAME in found["what"]) == (level, True, True)


def test_the_doctor_names_who_still_lacks_a_second_factor(node: TestNode):
    node.ok("user", "setup", "--sysadmin", "zhang=张某", "--secadmin", "li=李某", "--auditor", "wang=王某")
    assert "没有要求" in checks(node)["第二因子"]["what"]

    set_lines(node, second_factor="administrators")
    found = checks(node)["第二因子"]
    assert found["level"] == "yellow"
    assert all(name in found["what"] for name in ("zhang", "li", "wang"))
    assert "zhao" not in found["what"]


def checks(node: TestNode) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in node.hub("doctor", "--json").json["checks"]}
