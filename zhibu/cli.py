"""The command line `zhibu`: every module of `zhibu.commands` adds its own words."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from zhibu import commands

#: What the system says of a path, in the user's words.
PATHS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，这里要的是文件",
    errno.ENOTDIR: "这里要的是文件夹",
    errno.EEXIST: "已经存在",
    errno.EROFS: "所在的磁盘只读",
    errno.ENOSPC: "磁盘已满",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line, gathered from `zhibu.commands` in alphabetical order."""
    top = argparse.ArgumentParser(
        prog="zhibu",
        description="支部 Zhibu：规范是数据，工作记一次，应做、已做、补办、未做由此算出。",
        epilog="命令后加 --help 看怎样用，如 zhibu audit --help。"
        "结束时的状态码：0 完成，1 输入被退回（原因写在标准错误），2 用法不对。",
    )
    words = top.add_subparsers(dest="command", metavar="命令", required=True)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").add(words)
    _describe(words)
    return top


def _describe(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """A command's own page begins with what its line in the list says, where it has no more to say."""
    for choice in words._choices_actions:
        word = words.choices[choice.dest]
        word.description = word.description or choice.help
        for action in word._actions:
            if isinstance(action, argparse._SubParsersAction):
                _describe(action)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 input refused, 2 wrong usage (argparse exits by itself)."""
    asked = parser().parse_args(arguments)
    try:
        done = int(asked.run(asked) or 0)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read (`| head`) has enough; nothing more can be said there
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        why = refusal(error)
        if why is None:
            raise
        print(f"错误：{why}", file=sys.stderr)
        return 1
    return done


def refusal(error: Exception) -> str | None:
    """What is wrong around the program and how to mend it; None where the fault is the program's own."""
    from zhibu.site.start import unready

    if isinstance(error, OSError) and error.filename is not None:
        what = PATHS.get(error.errno or 0, error.strerror)
        return f"{error.filename}：{what}。请核对路径和权限。"
    return unready(error)


if __name__ == "__main__":
    sys.exit(main())
