"""Words, addresses and identifiers in the one form in which they are compared."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from .. import letters

GRAM = 4
_WORD = re.compile(r"[^\W_]+")
_STOPPED = frozenset(  # every text has them
    re.findall(
        r"\w+",
        "a au aux avec ce ces cet cette chez d dans de des du elle en entre est et eux il ils je l la le les leur leurs"
        " lui ma mais me mes mon ne nos notre nous on ou par pas plus pour qu que qui s sa se ses si son sont sur ta te"
        " tes ton tu un une vers vos votre vous y an and are as at be by for from in is it its my no not of on or our"
        " that the their they this to we with you your",
    )
)
_INSIDE = re.compile(r"/(?:-/)?(?:tree|blob|src|raw|issues|wiki|releases)/.*")
_CLONED = re.compile(r"^(?:git@|ssh://(?:[^@/]+@)?)([^:/]+)[:/](?:\d+/)?")
_ASIDE = re.compile(r"utm_|lang=|hl=|ref=|locale=")
_PAGE = re.compile(r"/(?:index|home|accueil)\.\w+$|\.git$")


def folded(text: str) -> str:
    """Without accents, in lower case, ligatures spelt out, one sort of apostrophe."""
    return letters.folded(text.replace("’", "'"))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order; those that every text has are left out, unless there are no others."""
    every = _WORD.findall(folded(text))
    return [word for word in every if word not in _STOPPED] or every


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("french")


@lru_cache(maxsize=1 << 20)
def stem(word: str) -> str:
    """The French stem of a folded word: of an English one it is a stem too, the same each time."""
    return word if word.isdigit() else _stemmer().stemWord(word)


@lru_cache(maxsize=1 << 18)
def grams(word: str) -> tuple[str, ...]:
    """What a word shares with its misspellings and abbreviations: runs of four characters, its edges marked."""
    marked = f"^{word}$"
    return tuple(marked[at : at + GRAM] for at in range(max(len(marked) - GRAM + 1, 1)))


def address(url: str) -> str:
    """An address as what it names: no scheme, no `www`, no fragment, no inner page of a repository; empty for none."""
    text = _CLONED.sub(r"https://\1/", url.strip())
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if "." not in host:
        return ""
    path = unquote(parts.path).rstrip("/")
    path = _PAGE.sub("", _INSIDE.sub("", path)).rstrip("/")
    asked = "&".join(each for each in parts.query.split("&") if each and not _ASIDE.match(each))
    query = f"?{asked}" if asked else ""
    return f"{host}{path}{query}".casefold()


def handles(address: str) -> tuple[str, ...]:
    """What those who made a thing call it in its address: the name of its repository, the first label of its host."""
    host, _, path = address.partition("/")
    names = (path.partition("?")[0].rpartition("/")[2], host.partition(".")[0])
    return tuple(key for name in names if len(key := "".join(_WORD.findall(folded(name)))) >= GRAM)


def identifier(text: str) -> str:
    """An identifier as it is compared; empty for one too short to name one thing in all catalogues."""
    plain = text.strip()
    if "://" in plain or plain.startswith("www."):
        return address(plain)
    key = "".join(_WORD.findall(folded(plain)))
    return key if len(key) >= _LEAST and any(each.isdigit() for each in key) else ""


_LEAST = 8


def initials(title: list[str]) -> str:
    """The acronym that the words of a title make; empty where there are too few."""
    return "".join(word[0] for word in title) if len(title) >= _WORDS_OF_ACRONYM else ""


_WORDS_OF_ACRONYM = 3
