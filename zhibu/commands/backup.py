"""`zhibu backup FILE`: everything but the key, in one archive."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup` to the command line."""
    command = words.add_parser("backup", help="把数据库和附件备份成一个文件（不含主密钥）")
    command.add_argument("file", type=Path, metavar="文件", help="如 zhibu-2026-11-23.tar.gz")
    command.add_argument("--force", action="store_true", help="覆盖已有的文件")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Write the archive. 1 when the file stands already."""
    if asked.file.exists() and not asked.force:
        print(f"{asked.file} 已经存在。请换一个文件名，或加 --force 覆盖。", file=sys.stderr)
        return 1
    start()
    from zhibu.site import backup

    made = backup.write(asked.file)
    print(f"已备份到 {asked.file}：{made.rows} 行记录，{made.files} 个附件。")
    print("备份里没有主密钥。请另行保管 ZHIBU_KEY 或数据目录的 key 文件：没有它，身份证号等内容无法恢复。")
    return 0
