"""A difference as the comment of a merge request, on GitHub and GitLab: what matters first, long lists folded.

What the files say is escaped: no markup, no link, no mention of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..report.findings import message
from ..report.markdown import MOST_CHARACTERS, code, escaped, in_html
from ..texts import say
from .answers import Answer
from .compare import Difference
from .things import Thing
from .wording import THINGS, Wording

_OPEN = 8  # items that need no folding
_CHANGES_SHOWN = 20
_DONE = {"+": "diff.added-value", "-": "diff.removed-value", "~": "diff.changed-value"}
_SIGNS = {"-": "−", "~": "≠"}


@dataclass(frozen=True, slots=True)
class _Block:
    """A list under its heading; what could not be shown is said in the form of `others`."""

    heading: str
    items: Sequence[str]
    others: str = "- {}\n"
    fence: str = ""

    def within(self, most: int, wording: Wording) -> tuple[str, bool]:
        """The block in at most `most` characters or so, and whether some of it was left out."""
        folded = len(self.items) > _OPEN or bool(self.fence)
        head = _summary(self.heading) if folded else f"#### {escaped(self.heading)}\n\n"
        head += f"{self.fence}diff\n" if self.fence else ""
        tail = (f"{self.fence}\n" if self.fence else "") + ("\n</details>\n" if folded else "")
        room, shown = most - len(head) - len(tail), 0
        for item in self.items:
            room -= len(item)
            if room < 0:
                break
            shown += 1
        left = len(self.items) - shown
        note = self.others.format(wording.say("diff.others", count=left)) if left else ""
        return "\n" + head + "".join(self.items[:shown]) + note + tail, bool(left)


def write(difference: Difference, language: str, *, colour: bool = False, most: int = MOST_CHARACTERS) -> str:  # noqa: ARG001 - as every writer
    """The summary, then one list after another, in at most `most` characters: where some is cut, it says so."""
    wording = Wording(difference, language)
    old, new = wording.sides()
    pieces = [f"**{escaped(wording.say('diff.between', old=old, new=new))}**\n\n{escaped(wording.summary())}\n"]
    pieces += [f"\n> {escaped(obstacle)}\n" for obstacle in wording.obstacles()]
    blocks = [block for block in _blocks(wording) if block.items] if difference.changed else []
    note = f"\n_{escaped(wording.say('diff.cut'))}_\n"
    room, cut = most - sum(map(len, pieces)) - len(note), False
    for number, block in enumerate(blocks):
        piece, short = block.within(room // (len(blocks) - number), wording)
        pieces.append(piece)
        room -= len(piece)
        cut = cut or short
    return "".join([*pieces, note] if cut else pieces)


def _blocks(wording: Wording) -> Iterator[_Block]:
    found, things = wording.difference, wording.difference.things

    def heading(key: str, items: Sequence[object]) -> str:
        return wording.say(key, count=len(items))

    new, mended, told = found.findings.new, found.findings.mended, wording.told()
    yield _Block(heading("diff.heading-new", new), [_finding(each, wording.language) for each in new])
    yield _Block(heading("diff.heading-queries", told), [_answer(wording, answer) for answer in told], "\n{}\n")
    for name, key in THINGS.items():
        group = getattr(things, name)
        yield _Block(heading(key, group), [_thing(wording, thing) for thing in group])
    yield _Block(heading("diff.heading-mended", mended), [_finding(each, wording.language) for each in mended])
    lines = [f"+ {wording.triple(line)}\n" for line in found.added]
    lines += [f"- {wording.triple(line)}\n" for line in found.removed]
    yield _Block(wording.say("diff.heading-triples"), lines, "# {}\n", "```")


def _finding(found: Diagnostic, language: str) -> str:
    place = found.location
    severity = say(language, f"severity.{found.severity}")
    where = code(f"{place.path}:{place.line}:{place.column}")
    return f"- {where} **{severity}** {code(found.code)}: {escaped(message(found, language))}\n"


def _thing(wording: Wording, thing: Thing) -> str:
    changes = [f"  - {escaped(wording.say(_DONE[sign], change=said))}\n" for sign, said in wording.changes(thing)]
    if len(changes) > _CHANGES_SHOWN:
        changes[_CHANGES_SHOWN:] = [f"  - {escaped(wording.say('diff.others', count=len(changes) - _CHANGES_SHOWN))}\n"]
    return f"- {escaped(wording.thing(thing))} {code(thing.path)}\n" + "".join(changes)


def _answer(wording: Wording, answer: Answer) -> str:
    said = wording.say("diff.query", title=wording.title(answer), outcome=wording.outcome(answer))
    columns, rows, left = wording.rows(answer)
    if not rows:
        return f"\n- {escaped(said)}\n"
    given = wording.given(answer)
    table = [["", *map(escaped, columns)], ["---"] * (len(columns) + 1)]
    table += [[_SIGNS.get(sign, sign), *map(escaped, row)] for sign, row in rows]
    parts = [
        f"{escaped(given)}\n\n" if given else "",
        *(f"| {' | '.join(line)} |\n" for line in table),
        f"\n{escaped(wording.say('diff.others', count=left))}\n" if left else "",
    ]
    return f"\n{_summary(said)}{''.join(parts)}\n</details>\n"


def _summary(text: str) -> str:
    return f"<details><summary>{in_html(text)}</summary>\n\n"
