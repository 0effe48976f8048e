"""`zhibu serve`: the pages, served by Granian."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `serve`."""
    word = words.add_parser("serve", help="启动网页服务")
    word.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
    word.add_argument("--port", type=_within(0, 65535), default=8000, help="端口（默认 8000）")
    word.add_argument(
        "--workers", type=_within(1, 64), default=1, help="进程数（默认 1；各进程各有一份检查结果的缓存）"
    )
    word.set_defaults(run=run)


def _within(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number of that size; anything else is wrong usage."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"应是 {least} 到 {most} 的整数，却是“{text}”")
        return int(text)

    return read


def taken(host: str, port: int) -> bool:
    """True when something already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _on(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")  # as the settings read it


def not_for_others(host: str) -> str:
    """Why it is not served where others reach it; empty where it may be."""
    behind = _on("ZHIBU_BEHIND_PROXY")
    if host in LOOPBACK and not behind:
        return ""
    where = "代理之后（ZHIBU_BEHIND_PROXY）" if behind else host
    for name, title, shows in (
        ("ZHIBU_DEMO", "演示模式", "登录页列出各角色的密码"),
        ("ZHIBU_DEBUG", "调试模式", "出错的页面列出程序和设置"),
    ):
        if _on(name):
            return f"{title}没有启动：{shows}，不能开放到{where}。请只在本机打开，或去掉 {name}。"
    return ""


def run(asked: argparse.Namespace) -> int:
    """Serve until stopped. 1 when the port is taken."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if why := not_for_others(asked.host):
        print(why, file=sys.stderr)
        return 1
    if asked.port and taken("127.0.0.1" if asked.host == "0.0.0.0" else asked.host, asked.port):
        print(
            f"端口 {asked.port} 已被占用。请停止占用它的程序，或改用 --port {asked.port + 1}。",
            file=sys.stderr,
        )
        return 1
    # Pages are plain WSGI: a thread for each request in work, one process so that findings are cached once; beside
    # them a thread that does the jobs in line.
    Granian(
        "zhibu.jobs.served:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
    ).serve()
    return 0
