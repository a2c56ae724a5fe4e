"""Settings of one node: ``hub.toml`` in its home, overridden by ``HUB_*`` variables; read once, refused if unsafe."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub.core.errors import Misconfigured
from hub.core.ids import is_member_id
from hub.core.policy import FACTOR_GROUPS

FILE = "hub.toml"
KEY_FILES = {"sign": "node.key", "seal": "seal.key", "witness": "witness.key"}
"""How a node's key files are called, by purpose; all in its home unless the settings say otherwise."""
SECOND = "second"
"""Beside these purposes: a key for second signatures, only where an office made one."""
ALL_KEY_FILES = {**KEY_FILES, SECOND: "second.key"}
_FIELD = {"sign": "key", "seal": "seal_key", "witness": "witness_key", SECOND: "second_key"}
BAR = " | "
"""Between the URIs of several keys: no URI has such a character (RFC 3986)."""
RING_FILE = "fields.key"
"""The ring that opens the sealed fields of the database; every process of the node reads it."""
LONGEST_LOOK = 120
"""Minutes; a longer leave would be none for a purpose."""
_NOBODY = "nobody"
_HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a node keeps its things and how it is reached."""

    home: Path
    member: str
    database: str
    """``sqlite:///…`` (embedded default) or ``postgresql+psycopg://…``."""
    transport: str
    """``spool:FOLDER`` (embedded default), ``amqps://…``, or ``amqp://…`` to a broker on this machine."""
    key: str
    """URI of the signing key, opened by worker processes only; messages and frames are signed with it. While a key is
    replaced there are several, parted by `` | ``: the newest that the roster lists is used."""
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 1
    """Processes that serve pages and the API beside one another; two for each core serve a whole office."""
    demo: bool = False
    """Demo mode: every page says 演示·非真实公文, made-up keys and people are good enough, and nobody else gets in."""
    seal_key: str = ""
    """URI of the key that opens what is sealed to this member; empty: ``seal.key`` beside the signing key."""
    witness_key: str = ""
    """URI of the key that signs checkpoints, ours and our peers'; empty: ``witness.key`` beside the signing key."""
    second_key: str = ""
    """URI of the key for second signatures (ML-DSA-65); empty: there is none."""
    fields: str = ""
    """File with the key ring of the database's sealed fields; empty: ``fields.key`` in the home."""
    clock: str = ""
    """Demo only: file with the seconds the node's clock is ahead of the machine's."""

    tls_certificate: str = ""
    """File with the certificate chain (PEM); together with ``tls_key`` the node speaks TLS itself."""
    tls_key: str = ""
    behind_tls_proxy: bool = False
    """A proxy ends TLS and says for whom it asks (``X-Forwarded-For`` and ``-Proto``); nobody else is believed."""
    proxies: str = "127.0.0.1,::1"
    """Addresses of that proxy, with commas between."""
    names: str = ""
    """Names of the node in people's address line, with commas between; those of its own certificate need none here."""
    redirect_port: int = 0
    """Beside TLS of its own: a plain port that leads to the encrypted one and does nothing else; 0: none."""

    second_factor: str = ""
    """Who must sign in with a second factor: ``administrators``, ``administrators,signers`` or ``nobody``; empty means
    administrators, and nobody in demo mode."""

    four_eyes: bool = True
    """Nobody reviews or signs off what he wrote; false waives that, and every leaf says so."""

    unmask_minutes: int = 15
    """How long personal data stays shown to who asked for it; then it is masked again."""

    letters: str = ""
    """Folder with the office's own templates and fonts for letters; empty: ``letters`` in the home."""
    seal: str = ""
    """``folder:FOLDER`` shared with the office's electronic-seal system; empty: there is none."""

    mail_server: str = ""
    """``host:port`` of the office's own mail server for the daily digest; STARTTLS where it offers it."""
    mail_to: str = ""
    mail_from: str = ""

    def key_uris(self, purpose: str) -> list[str]:
        """Where the keys for ``sign``, ``seal``, ``witness`` are, the oldest first, and for ``second``, if any."""
        named = getattr(self, _FIELD[purpose])
        if purpose == SECOND and not named:
            return []
        beside = f"{self.key.split(BAR)[0].rpartition('/')[0]}/{ALL_KEY_FILES[purpose]}"
        return [one.strip() for one in (named or beside).split(BAR)]

    def with_key(self, purpose: str, uri: str) -> Settings:
        """The same with one more key for this purpose."""
        named: dict[str, Any] = {_FIELD[purpose]: BAR.join([*self.key_uris(purpose), uri])}
        return replace(self, **named)

    @property
    def ring(self) -> Path:
        """Where the key ring of the database is."""
        return Path(self.fields) if self.fields else self.home / RING_FILE

    def check(self) -> Settings:
        """Refuse dangerous combinations; returns itself."""
        if not is_member_id(self.member):
            raise Misconfigured(f"成员单位编号 {self.member!r} 格式不正确，应如 450900-mr", field="member")
        self._check_reach()
        self._check_transport()
        self._check_factor()
        if self.clock and not self.demo:
            raise Misconfigured(
                "只有演示方式的节点可以另设时钟",
                field="clock",
                advice='请在 hub.toml 中写 clock = ""；只作演示的，写 demo = true。',
            )
        if not 0 < self.port < 65536:
            raise Misconfigured("端口应在 1 至 65535 之间", field="port")
        if not 0 < self.unmask_minutes <= LONGEST_LOOK:
            raise Misconfigured(f"完整信息的显示时间应为 1 至 {LONGEST_LOOK} 分钟", field="unmask_minutes")
        if not 0 < self.web_workers <= 64:
            raise Misconfigured("网页进程应为 1 至 64 个", field="web_workers")
        return self

    def factor_for(self) -> frozenset[str]:
        """The groups of people who must sign in with a second factor."""
        if not self.second_factor:
            return frozenset() if self.demo else frozenset({"administrators"})
        return frozenset(self.second_factor.split(",")) - {_NOBODY}

    def _check_factor(self) -> None:
        wanted = self.second_factor.split(",") if self.second_factor else []
        if set(wanted) - FACTOR_GROUPS.keys() and wanted != [_NOBODY]:
            raise Misconfigured(
                f"second_factor 的值 {self.second_factor!r} 不认识",
                field="second_factor",
                advice=f"请写 {'、'.join(FACTOR_GROUPS)}（可用逗号并列）或 {_NOBODY}。",
            )

    def _check_transport(self) -> None:
        """To a broker on another machine over TLS only, and never as the user that everybody knows."""
        try:
            found = urlsplit(self.transport)
            host, user = found.hostname, found.username
        except ValueError as error:
            raise Misconfigured("传输通道的地址格式不正确", field="transport") from error
        if self.demo or found.scheme not in ("amqp", "amqps"):
            return
        advice = (
            "请写 amqps://本单位编号@消息服务器:5671/%2F?cacertfile=…&certfile=…&keyfile=…（见运行手册“消息服务器”）；"
            "只作演示的，写 demo = true。"
        )
        if found.scheme == "amqp" and host not in (None, *_HERE):
            raise Misconfigured(f"消息服务器 {host} 不在本机，须经加密连接（amqps）", field="transport", advice=advice)
        # Without a user and a certificate the client library would come as guest.
        if (user or ("" if "certfile" in parse_qs(found.query) else "guest")) == "guest":
            raise Misconfigured("不能以 guest 登录消息服务器：它的口令人人知道", field="transport", advice=advice)

    def _check_reach(self) -> None:
        """From other machines over TLS only, and the demonstration from none."""
        exposed = self.host not in _HERE
        if exposed and self.demo:
            raise Misconfigured("演示方式只能监听本机地址", field="host", advice="请将 host 改为 127.0.0.1。")
        if bool(self.tls_certificate) != bool(self.tls_key):
            field = "tls_key" if self.tls_certificate else "tls_certificate"
            raise Misconfigured("证书和私钥文件须同时设置", field=field, advice="请同时写 tls_certificate 和 tls_key。")
        for field in ("tls_certificate", "tls_key"):
            path = getattr(self, field)
            if path and not Path(path).is_file():
                raise Misconfigured(f"找不到文件 {path}", field=field, advice="请写 PEM 文件的完整路径。")
        if exposed and not self.tls_certificate and not self.behind_tls_proxy:
            raise Misconfigured(
                f"监听 {self.host} 时必须使用加密连接（TLS）",
                field="host",
                advice="请设置 tls_certificate 和 tls_key；前面已有 TLS 代理的，写 behind_tls_proxy = true；"
                "只在本机使用的，将 host 改为 127.0.0.1。",
            )
        self._check_proxy()

    def _check_proxy(self) -> None:
        """A proxy and the node's own TLS each need to be whole."""
        believed = self.proxies and "*" not in self.proxies
        if self.behind_tls_proxy and not (self.names and believed):
            raise Misconfigured(
                "由代理提供 TLS 时，须写明节点的域名和代理的地址",
                field="names" if believed else "proxies",
                advice='请写 names = "域名"；代理不在本机的，再写 proxies = "代理的地址"（不能是 *）。',
            )
        if self.redirect_port and not (self.tls_certificate and 0 < self.redirect_port < 65536):
            raise Misconfigured(
                "redirect_port 只在节点自有证书时使用",
                field="redirect_port",
                advice="请设置 tls_certificate 和 tls_key，或删去 redirect_port。",
            )


def load_settings(home: Path) -> Settings:
    """Read ``hub.toml`` under ``home``; raises ``Misconfigured`` naming the field."""
    path = home / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured(f"{home} 中没有 {FILE}", field="home", advice="请先执行 hub node init。") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"无法读取 {path}：{error}", field="home") from error
    names = {one.name: one.type for one in fields(Settings) if one.name != "home"}
    unknown = found.keys() - names.keys()
    if unknown:
        raise Misconfigured(f"{FILE} 中有不认识的设置：{'、'.join(sorted(unknown))}", field=min(unknown))
    values = {**found, **_environment(names)}
    wrong = [n for n, v in values.items() if type(v).__name__ != names[n]]
    missing = {"member", "database", "transport", "key"} - values.keys()
    if wrong or missing:
        field = (wrong or sorted(missing))[0]
        raise Misconfigured(f"设置 {field} 缺失或类型不对", field=field)
    return replace(Settings(home, "", "", "", ""), **values).check()


def save_settings(settings: Settings) -> None:
    """Write ``hub.toml``; the key file, not this one, is secret."""
    lines = []
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name == "home":
            continue
        text = str(value).lower() if isinstance(value, bool | int) else '"' + str(value).replace("\\", "\\\\") + '"'
        lines.append(f"{one.name} = {text}")
    (settings.home / FILE).write_text("\n".join(lines) + "\n", "utf-8")


def home_folder() -> Path:
    """``HUB_HOME``, else the current folder."""
    return Path(os.environ.get("HUB_HOME", "."))


def _environment(names: dict[str, object]) -> dict[str, object]:
    """``HUB_PORT=8001`` and the like."""
    found: dict[str, object] = {}
    for name, kind in names.items():
        text = os.environ.get(f"HUB_{name.upper()}")
        if text is not None:
            found[name] = int(text) if kind == "int" and text.isdigit() else text == "true" if kind == "bool" else text
    return found
