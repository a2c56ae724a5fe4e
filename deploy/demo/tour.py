"""``--tour``: the day step by step for a person, with the page to open at each step."""

from __future__ import annotations

from datetime import datetime

from adapters.contract import Deadline
from deploy.demo import gap, letters, scenes, trouble, trust
from deploy.demo.day import Day
from deploy.demo.fleet import Fleet
from deploy.demo.offices import BEIHAI, BEIHAI_POLICE, HAIKOU, JOINT_OFFICE, MAOMING, YULIN, ZHANJIANG, Office
from deploy.demo.scenes import matter_of
from deploy.demo.screen import calendars, table
from deploy.demo.waiting import until
from hub.core.ids import BEIJING

_REMINDED = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
"""Three working days before the due date on the calendar of 广西."""
_REQUEST = "湛市监协〔2026〕12号"


def print_table(fleet: Fleet, links: dict[str, str]) -> None:
    """Each node with its address and its one-time sign-in link."""
    rows = [(node.office.name, node.url, links[node.office.id]) for node in fleet]
    print("\n演示·非真实公文\n\n" + "\n".join(table(("单位", "地址", "一次性登录链接"), rows)) + "\n", flush=True)


def play(day: Day, *, wait: bool) -> None:
    """The whole tour; ``wait`` for Enter after each step."""
    quiet = Day(day.fleet, lambda _line: None)
    guide = Guide(quiet, wait)
    matter = _assistance(guide)
    _deadline(guide, matter)
    _everybody(guide)
    _trouble(guide)
    _reminder(guide, matter)
    _trust(guide)
    print("\n每一步都有签名、系统回执和审计记录。", flush=True)


class Guide:
    """Prints the steps."""

    def __init__(self, day: Day, wait: bool) -> None:
        """A tour over these nodes."""
        self.day = day
        self._wait = wait
        self._steps = 0
        self._signed_in: set[str] = set()

    def step(self, what: str, why: str, office: Office, page: str) -> None:
        """One step: what happened, why, and where to see it."""
        self._steps += 1
        now = self.day.fleet.now.astimezone(BEIJING)
        node = self.day.fleet[office]
        print(f"\n{self._steps:2} · {now:%m-%d %H:%M} · {what}\n     {why}")
        if office.id not in self._signed_in:
            self._signed_in.add(office.id)
            link = node.hub_json("user", "link", "demo")["url"]
            print(f"     登录{office.short}：{link}")
        print(f"     打开：{node.url}{page}", flush=True)

    def show(self, lines: list[str]) -> None:
        """Something to look at below the step."""
        print("\n".join(f"     {line}" for line in lines), flush=True)

    def pause(self) -> None:
        """Let the person look."""
        if self._wait:
            try:
                input("     ── 按回车继续 ──")
            except EOFError:
                self._wait = False

    def jump(self, moment: datetime) -> None:
        """Set all clocks forward; sign-ins do not outlast that."""
        self.day.fleet.forward(moment - self.day.fleet.now)
        self._signed_in.clear()


def _assistance(guide: Guide) -> str:
    day = guide.day
    body = letters.assistance_request()
    asked = day.send(ZHANJIANG, "assistance_request", body, to=[BEIHAI], attachments=[scenes.SHEET])
    matter = matter_of(asked)
    day.arrived(BEIHAI, asked)
    until("系统回执回到湛江市监", lambda: day.step_of(ZHANJIANG, asked, BEIHAI) == "delivered")
    why = "查一家企业、一个人、一处地址（传销手法为公开事实，当事人为虚构）；附件随文。北海节点的签名回执已到：已送达。"
    guide.step("湛江市监 向 北海市监 发出协助调查函", why, ZHANJIANG, f"/matters/{matter}")
    guide.pause()
    day.act(BEIHAI, matter, "answer", letters.sign_for(_REQUEST, "北市监收〔2026〕305号"))
    day.act(BEIHAI, matter, "answer", letters.accept(_REQUEST, "海城区市场监督管理局"))
    day.reached(ZHANJIANG, matter, "accepted")
    why = "收发员签收（只填岗位和收文号），法定期限从今天起算；海城区局受理。"
    guide.step("北海市监 签收、受理", why, BEIHAI, f"/matters/{matter}")
    guide.pause()
    return matter


def _deadline(guide: Guide, matter: str) -> None:
    api = guide.day.fleet[BEIHAI].api
    own, other = api.deadline(matter), api.deadline(matter, "CN")
    guide.step(
        f"到期日：北海 {_long(own)}；按湛江的日历会是 {_long(other)}",
        f"{own['article']}：十五个工作日，按办理方北海的日历。两端各自计算，结果相同。",
        BEIHAI,
        f"/matters/{matter}",
    )
    guide.show(calendars([("北海 CN-GX", own), ("湛江 CN", other)]))
    guide.pause()


def _reminder(guide: Guide, matter: str) -> None:
    day = guide.day
    day.act(BEIHAI, matter, "assistance_feedback", letters.interim_feedback(_REQUEST))
    day.reached(ZHANJIANG, matter, "partial")
    guide.jump(_REMINDED)
    reminded = day.fleet[BEIHAI].api

    def came() -> bool:
        return any(one["matter"] == matter for one in reminded.documents(kind="reminder", direction="in"))

    until("催办到达北海市监", came)
    why = "时钟拨到 5 月 6 日，离到期还有三个工作日，北海只作了阶段反馈；湛江的节点自动催办，同一阶段只催一次。"
    guide.step("湛江市监的节点 催办", why, BEIHAI, f"/matters/{matter}")
    guide.pause()
    day.act(BEIHAI, matter, "assistance_feedback", letters.final_feedback(_REQUEST))
    day.reached(ZHANJIANG, matter, "fed_back")
    day.act(ZHANJIANG, matter, "confirmation", letters.confirmation("北市监函〔2026〕51号"))
    day.agree(matter, "confirmed", ZHANJIANG, BEIHAI)
    why = "逐项查明情况、证据清单、两名取证人员；湛江确认，按期办结，两端一致。"
    guide.step("北海市监 反馈，湛江市监 确认", why, ZHANJIANG, f"/matters/{matter}")
    guide.pause()


def _everybody(guide: Guide) -> None:
    day = guide.day
    _, listed = scenes.for_all(day)
    why = "罚款数额写错，先更正、后因处罚撤销而移出；每个单位的副本都已跟上。自然人不得列入。"
    guide.step("海口市监 列入、更正、移出一家企业（发全体）", why, MAOMING, f"/matters/{matter_of(listed)}")
    guide.pause()
    asked = gap.request(day)
    why = (
        "湛江导出摆渡文件，人工带到对面读入；签收、反馈和系统回执随下一份文件带回。跨系统协查是协议时限，不是法定时限。"
    )
    guide.step("湛江市监 与 北海公安 隔网办理", why, BEIHAI_POLICE, f"/matters/{matter_of(asked)}")
    guide.pause()


def _trouble(guide: Guide) -> None:
    day = guide.day
    outage = trouble.power_cut(day)
    trouble.caught_up(day, outage)
    day.later()
    trouble.true_one_came(day, outage)
    why = "停机期间来的文书已按次序补收；有人改动了一件（内容是密文，改的人也读不到），被识破，原件随后补到。"
    guide.step("茂名市监 断电后恢复", why, MAOMING, "/quarantine")
    guide.pause()
    trouble.bad_requests(day)
    why = "能看到谁在何时向谁发了什么（文书头）和统计，看不到不是发给它的正文。它只协调，不是上级。"
    guide.step("轮值联席会议办公室 看统计", why, JOINT_OFFICE, "/statistics")
    guide.pause()


def _trust(guide: Guide) -> None:
    """What nobody can do unseen, one scene after the other; the last one anybody can repeat alone."""
    day = guide.day
    trust.new_keys(day)
    why = "旧密钥签过的照样可核验；新名册由持钥人签署，节点之间转发，谁也改不了。"
    guide.step("北海市监 换用新密钥", why, ZHANJIANG, "/members")
    guide.pause()
    trust.leaves_and_returns(day)
    why = "名册公布退出后，各单位的节点一律拒绝向它发文，从前的文书照样可证明；恢复后继续往来。"
    guide.step("茂名市监 退出，又恢复", why, YULIN, "/members")
    guide.pause()
    trust.witnessed(day)
    why = "每个节点的日志由别的单位会签：谁要改自己的日志，得同时改所有人的。"
    guide.step("审计日志 互相见证", why, HAIKOU, "/audit")
    guide.pause()
    trust.comes_back(day)
    why = "备份之后发出的文书由收件方退回补录，同一决定不会发两次，编号不重用。"
    guide.step("玉林市监 从备份恢复", why, YULIN, "/documents")
    guide.pause()
    trust.edited_row(day)
    why = "有人绕过系统直接改数据库：核对时指出是哪一条。"
    guide.step("海口市监 的日志被改了一条", why, HAIKOU, "/audit/check")
    guide.pause()
    file = trust.checked_by_a_stranger(day)
    why = f"法院不需要本系统：python3 deploy/verify.py {file} --root 根文件指纹。说明（PDF）在同一文件夹。"
    guide.step("湛江市监 举证", why, ZHANJIANG, "/documents")
    guide.pause()


def _long(limit: Deadline) -> str:
    day = datetime.fromisoformat(limit["due_effective"])
    return f"{day.month} 月 {day.day} 日（周{'一二三四五六日'[day.weekday()]}）"
