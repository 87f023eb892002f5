"""The tables of the pages, made from the code. APPROVE=1 writes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown, without the end of its last line."""
    header, *lines = (f"| {' | '.join(cells)} |" for cells in (columns, *rows))
    return "\n".join([header, "|" + "---|" * (header.count("|") - 1), *lines])


def is_up_to_date(page: str, name: str, expected: str) -> None:
    """Fail unless the table of that name, on a page, is the expected one."""
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- table: {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    if os.environ.get("APPROVE"):
        path.write_text(block.sub(lambda m: f"{m[1]}{expected}\n{m[3]}", text), encoding="utf-8")
    else:
        assert block.search(text)[2] == expected + "\n", f"{page} is behind the code: APPROVE=1 pytest tests/docs"
