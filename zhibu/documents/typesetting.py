"""Pages on paper (排版): a Typst template and values become a PDF. Pure: no Django, no clock.

Templates lie in `typst/`, one for each kind of document, and read their values by `values` of `page.typ`.
What people typed reaches a template only as a value, so it is set as text and never runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

TEMPLATES = Path(__file__).parent / "typst"


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with Zhibu; those of the machine would make other pages on every machine."""
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def pdf(template: str, values: Mapping[str, object], made: datetime, tagged: bool = True) -> bytes:
    """The document as PDF/A-2b. `template`: a name in `typst/` without its ending; `values`: JSON; `made`: when.

    `tagged`: with its structure for screen readers, which makes long tables several times larger.

    Equal values made at the same time give equal bytes. Raises FileNotFoundError for an unknown template.
    """
    path = TEMPLATES / f"{template}.typ"
    if not path.is_file():
        raise FileNotFoundError(template)
    written = typst.compile(
        path,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        format="pdf",
        pdf_standards="a-2b",
        pdf_tags=tagged,
        timestamp=made.astimezone(UTC).replace(microsecond=0),  # all that Typst takes
    )
    assert isinstance(written, bytes)  # one PDF, not pages one by one
    return written
