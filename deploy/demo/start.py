"""The command line of the demonstration."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

from adapters.contract import ApiAway, ApiRefused
from deploy.demo import check, layout, tour
from deploy.demo.day import Day
from deploy.demo.fleet import Fleet
from deploy.demo.leftovers import end_leftovers
from deploy.demo.lived import LIVED
from deploy.demo.waiting import StepFailed
from deploy.services import ServiceFailed, ServiceMissing
from hub.core.ids import BEIJING

NINE = datetime(2026, 4, 13, 9, 0, tzinfo=BEIJING)
"""When the day of ``--check`` and ``--tour`` begins: a Monday, before 三月三."""
_FAILURES = (StepFailed, ApiRefused, ApiAway, ServiceFailed, ServiceMissing)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked; gives the exit code."""
    asked = _parser().parse_args(arguments)
    # A shell that starts it in the background has it ignore Ctrl-C; whoever sends one means it all the same.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    mode = "check" if asked.check else "tour" if asked.tour else "run"
    try:
        base = asked.folder.resolve() if asked.folder else layout.base_of(mode, asked.rabbitmq == "rabbitmq")
        with layout.only_one(base):
            end_leftovers(base)
            if asked.fresh or mode != "run":
                layout.wipe(base)
            return {"check": _check, "tour": _tour, "run": _run}[mode](asked, base)
    except _FAILURES as failure:
        return _failed(failure, as_json=asked.check)
    except Exception as failure:
        if asked.check:
            _failed(failure, as_json=True)
        raise
    except KeyboardInterrupt:
        return _failed(StepFailed("被中断"), as_json=asked.check) if mode != "run" else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 deploy/demo.py", description="演示：五市八个单位在本机交换签名文书（演示·非真实公文）"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="自动走完一天并核对，最后一行输出 JSON")
    what.add_argument("--tour", action="store_true", help="一步一步看完一天（时钟从 2026-04-13 9 时起）")
    parser.add_argument("--yes", action="store_true", help="与 --tour 同用：不等回车")
    parser.add_argument("--fresh", action="store_true", help="清除上次的内容，重新开始")
    parser.add_argument(
        "--with", dest="rabbitmq", choices=["rabbitmq"], help="改用 RabbitMQ 和 PostgreSQL（私有启动，用完即停）"
    )
    parser.add_argument("--folder", type=Path, help="各节点的数据放在哪个文件夹（默认在项目的 .demo 中）")
    return parser


def _run(asked: argparse.Namespace, base: Path) -> int:
    """Eight nodes until Ctrl-C."""
    began = time.monotonic()
    with _running(Fleet(base, rabbitmq=bool(asked.rabbitmq), day=None, say=_say, lived=LIVED)) as fleet:
        tour.print_table(fleet, fleet.sign_in_links())
        _say(
            f"八个节点已就绪（{time.monotonic() - began:.1f} 秒）。打开任一地址，登录页列有演示人员：收发员、承办人、"
            "各级负责人、法制审核、公安联络员、联席办人员和三名管理员，点击即以其身份登录（演示，不需口令）；"
            "一次性登录链接以一人身兼全单位。按 Ctrl-C 结束，再次启动接着运行。"
        )
        while True:
            for node in fleet:
                node.check_alive()
            time.sleep(1)


def _check(asked: argparse.Namespace, base: Path) -> int:
    began = time.monotonic()
    with _running(Fleet(base, rabbitmq=bool(asked.rabbitmq), day=NINE, say=_say)) as fleet:
        _say(f"八个节点已就绪（{time.monotonic() - began:.1f} 秒）")
        counted = check.play(Day(fleet, _say))
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"ok": True, "nodes": 8, **counted, "seconds": seconds}), flush=True)
    return 0


def _tour(asked: argparse.Namespace, base: Path) -> int:
    with _running(Fleet(base, rabbitmq=bool(asked.rabbitmq), day=NINE, say=_say)) as fleet:
        tour.play(Day(fleet, _say), wait=not asked.yes)
    return 0


@contextmanager
def _running(fleet: Fleet) -> Iterator[Fleet]:
    """Started now; ended in order however the block is left, and a second Ctrl-C does not cut that short."""
    try:
        fleet.start()
        yield fleet
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _say("结束各节点……")
        fleet.stop()


def _failed(failure: Exception, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": False, "reason": str(failure)}, ensure_ascii=False), flush=True)
    else:
        print(f"未能完成：{failure}", file=sys.stderr)
    return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)
