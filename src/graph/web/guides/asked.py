"""What the address of the vademecum says: the answers given until now, and the step that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import LimitExceeded, MalformedQuery
from ...texts import LANGUAGES, Text
from ..http.request import Parameters

if TYPE_CHECKING:
    from typing import Self

PUBLISH, BUILD, CHOOSE, PASTE = STEPS = (1, 2, 3, 4)
_SINGLE = ("publish", "licence", "title", "by", "url", "lang")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is published, on what it is built, under which licence, and how the work is called.

    `publish` is an IRI or its end, `works` are IRIs, `built_on` and `licence` names of licences; `q` is what is looked
    for. `step` is 0 where none is asked for.
    """

    publish: str = ""
    works: tuple[str, ...] = ()
    built_on: tuple[str, ...] = ()
    licence: str = ""
    q: str = ""
    title: str = ""
    by: str = ""
    url: str = ""
    lang: str = ""
    step: int = 0

    @classmethod
    def read(cls, given: Parameters, most: int) -> Self:
        """What parameters say. Raises MalformedQuery, and LimitExceeded for more than `most` productions."""
        step = given.one("step") or "0"
        if step not in {"0", *map(str, STEPS)}:
            raise MalformedQuery("parameter-wrong", parameter="step", value=step[:20], expected="1, 2, 3, 4")
        works = given.iris("production")
        if len(works) > most:
            sentence = Text("limit.guide_productions")
            raise LimitExceeded("limit", limit="guide_productions", value=most, measured=len(works), sentence=sentence)
        single = {name: (given.one(name) or "").strip() for name in (*_SINGLE, "q")}
        single["lang"] *= single["lang"] in LANGUAGES
        names = dict.fromkeys(name.strip() for name in given.all("with") if name.strip())
        return cls(works=works, built_on=tuple(names), step=int(step), **single)

    @property
    def reached(self) -> int:
        """The step that is shown, once it is known what is published: the one asked for, if those before are made."""
        furthest = PASTE if self.licence else CHOOSE
        if self.step:
            return min(self.step, furthest)
        answered = self.licence or self.works or self.built_on
        return furthest if answered and not self.q else BUILD

    def pairs(self, *apart: str) -> Iterator[tuple[str, str]]:
        """The parameters that keep what was said, but for some names; the step is not among them."""
        for name in _SINGLE:
            if name not in apart and getattr(self, name):
                yield name, getattr(self, name)
        for name, values in (("production", self.works), ("with", self.built_on)):
            if name not in apart:
                yield from ((name, value) for value in values)
