"""`zhibu restore FILE`: fill an empty deployment from a backup."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `restore` to the command line."""
    command = words.add_parser("restore", help="从备份恢复到空的数据目录或空库（先运行 zhibu migrate）")
    command.add_argument("file", type=Path, metavar="文件", help="zhibu backup 写出的文件")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Restore. 1 with the reason when the archive is refused; then nothing was changed."""
    if not asked.file.is_file():
        print(f"没有恢复：没有文件 {asked.file}。请核对路径。", file=sys.stderr)
        return 1
    start()
    from zhibu.access import chain
    from zhibu.site import backup

    try:
        made = backup.restore(asked.file)
    except backup.BackupRefused as refused:
        print(f"没有恢复：{refused}", file=sys.stderr)
        return 1
    broken = chain.verify()
    print(f"已恢复 {made.rows} 行记录，{made.files} 个附件。")
    print("日志完整。" if broken is None else f"注意：日志第 {broken.number} 行起不可信（{broken.why}）。")
    return 0
