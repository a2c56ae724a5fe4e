"""Every error the hub raises, in three families that say whose fault it is and what to do.

* :class:`Refused`: our own user asked for what is not allowed. Shown to that user, nothing is stored.
* :class:`Rejected`: a peer (or whoever wrote to our inbox) sent what is wrong. Kept in quarantine with the reason.
* :class:`Unavailable`: the world is away (database, broker, disk). Nothing is lost; try again.

A leaf has a stable ``code`` that machines may rely on, a Chinese ``title`` for the screen and ``advice`` that says
what to do. The three tables at the edges (HTTP problem, transport verdict, exit code) are proved total over these
classes by tests.
"""

from __future__ import annotations

from typing import ClassVar


class HubError(Exception):
    """Root of all errors; the message names the field and the reason, ``advice`` the next step."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "错误"
    advice: ClassVar[str] = ""

    def __init__(self, detail: str = "", *, field: str | None = None, advice: str | None = None) -> None:
        """Say the reason (``detail``, Chinese), the path of the offending input (``field``) and the next step."""
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.next_step = advice or self.advice


class Refused(HubError):
    """Our user asked for what is not allowed."""

    code = "refused"
    title = "不予办理"
    advice = "请按提示修改后重新提交。"


class InvalidInput(Refused):
    """A field is missing, malformed or contradicts another."""

    code = "invalid-input"
    title = "填写有误"


class NotAllowed(Refused):
    """The member or the user has no right to this act."""

    code = "not-allowed"
    title = "无权办理"
    advice = "请核对协作协议中的发文权限，或联系本单位管理员。"


class AgainstMark(Refused):
    """What another office sent would go further than its handling mark 知悉范围 allows."""

    code = "against-mark"
    title = "超出来文的知悉范围"
    advice = "请先征得发送单位同意。"


class NotFound(Refused):
    """There is no such thing here, or the user may not know of it."""

    code = "not-found"
    title = "未找到"
    advice = "请核对编号；如刚刚发出，请稍后刷新。"


class WrongState(Refused):
    """The matter is in a state in which this act does not exist."""

    code = "wrong-state"
    title = "当前环节不能办理"
    advice = "请打开事项查看当前环节和可办理的操作。"


class Classified(Refused):
    """State secrets must not enter a non-secret system (保密法 arts 29-31)."""

    code = "classified"
    title = "涉密文件不得经本系统传递"
    advice = "国家秘密（秘密、机密、绝密）请走机要渠道，不要录入本系统。"


class Conflict(Refused):
    """The same key was used for a different request."""

    code = "conflict"
    title = "重复提交且内容不同"
    advice = "同一 Idempotency-Key 只能用于同一请求；请换用新的键。"


class NotSignedIn(Refused):
    """No valid token or session."""

    code = "not-signed-in"
    title = "未登录或登录已失效"
    advice = "请重新登录；程序调用的，请检查访问令牌。"


class TooLarge(Refused):
    """The request or attachment is over the limit."""

    code = "too-large"
    title = "内容超过上限"
    advice = "请压缩或拆分附件后再提交。"


class Misconfigured(Refused):
    """The node must not start like this."""

    code = "misconfigured"
    title = "节点配置不允许启动"
    advice = "请按提示修改配置。"


class Rejected(HubError):
    """A peer sent what is wrong."""

    code = "rejected"
    title = "来件不符合规则"
    advice = "原件已存入异常文书，请与发件单位联系。"


class Malformed(Rejected):
    """The bytes are not an envelope, or not strict I-JSON (RFC 7493)."""

    code = "malformed"
    title = "来件格式损坏"
    advice = "可能在途中损坏；系统会自动向发件单位索要原件。"


class Oversized(Rejected):
    """Larger than any allowed message; refused before parsing."""

    code = "oversized"
    title = "来件超过长度上限"


class BadSignature(Rejected):
    """No signature by the sender's key over these exact bytes."""

    code = "bad-signature"
    title = "签名验证不通过"
    advice = "来件可能被改动或伪造；系统会自动向发件单位索要原件。"


class UnknownSender(Rejected):
    """The sender is not in the roster, or has no key for this purpose."""

    code = "unknown-sender"
    title = "发件单位不在成员名册"


class KeyRevoked(Rejected):
    """The key was revoked, or is outside its range."""

    code = "key-revoked"
    title = "发件单位密钥已失效"


class NotAMember(Rejected):
    """The sender was expelled, or is suspended."""

    code = "not-a-member"
    title = "发件单位已退出或被暂停"
    advice = "请核对成员名册；如系误办，由持钥人以新的名册恢复。"


class WeakKey(Rejected):
    """The key is of low order, non-canonical, or its possession was not proved."""

    code = "weak-key"
    title = "密钥不合格"
    advice = "请重新生成密钥并提交持有证明。"


class NotForUs(Rejected):
    """Correctly signed, but addressed to somebody else (or pretending to come from us)."""

    code = "not-for-us"
    title = "不是发给本单位的来件"


class WrongPurpose(Rejected):
    """Known payload type, presented as another one."""

    code = "wrong-purpose"
    title = "来件类型不符"


class BodyMismatch(Rejected):
    """The body is not the one whose digest was signed."""

    code = "body-mismatch"
    title = "正文与签名摘要不符"
    advice = "正文可能在途中被改动；系统会自动向发件单位索要原件。"


class Unopenable(Rejected):
    """The body is sealed to others, damaged, or not the text the signed header committed to."""

    code = "unopenable"
    title = "来件正文无法解密"
    advice = "已向发件单位回执拒收。请其更新成员名册，用本单位现行的加密密钥重新发送。"


class BrokenRules(Rejected):
    """Authentic, but against schema, rights or agreement: answered with a signed refusal."""

    code = "broken-rules"
    title = "来件内容不符合文书规则"
    advice = "已向发件单位回执拒收原因，请其更正后重发。"


class Equivocation(Rejected):
    """Two validly signed messages carry one number: the stream is frozen, both are kept as evidence."""

    code = "equivocation"
    title = "同一序号出现两份不同的有效签名文书"
    advice = "该发件单位的收件流已冻结并保全证据，请联系其负责人。"


class StaleTrust(Rejected):
    """A roster or agreement that goes back, jumps, is below threshold, expired or contradicts a known version."""

    code = "stale-trust"
    title = "成员名册或协议版本不可信"


class Unavailable(HubError):
    """The world is away; nothing was lost, try again."""

    code = "unavailable"
    title = "暂时无法处理"
    advice = "数据已保存，系统会自动重试。"


class DatabaseAway(Unavailable):
    """The database does not answer."""

    code = "database-away"
    title = "数据库暂时不可用"


class FieldUnreadable(Unavailable):
    """A field of the database does not open: it was changed or moved, or its key is not in the ring (DESIGN D6)."""

    code = "field-unreadable"
    title = "存储的内容无法解密"
    advice = "请管理员核对字段密钥环是否属于这个数据库；密钥环无误的，说明数据库被人改动，请保全证据并从备份恢复。"


class TransportAway(Unavailable):
    """Broker, spool directory or ferry medium does not answer."""

    code = "transport-away"
    title = "传输通道暂时不可用"


class MailAway(Unavailable):
    """The office's mail server does not take a mail; nothing is remembered as sent."""

    code = "mail-away"
    title = "邮件服务器不可用"
    advice = "请核对 hub.toml 中的 mail_server，稍后重试；没有发出，也没有记为已发。"


class SealAway(Unavailable):
    """The office's electronic-seal system, or the folder shared with it, does not answer."""

    code = "seal-away"
    title = "电子印章系统暂时不可用"
    advice = "文稿未受影响；请检查与印章系统交换文件的文件夹，稍后再办。"
