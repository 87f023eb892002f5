"""What happens to a thing between two portals: how its notice is copied, and what others make of it."""

# ruff: noqa: PLR2004, PLR0911 - the shares of an invented world; a way a line

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from words import Pair, capital, elided, folded, slug

if TYPE_CHECKING:
    from planted import Planted
    from sheets import Sheet

    from graph.linking.productions import Production

FR, EN = 0, 1
Texts = tuple[tuple[str, str], ...]
LANGUAGES = ("fr", "en")
KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
NEAR = {letter: row[max(0, i - 1) : i + 2].replace(letter, "") for row in KEYBOARD for i, letter in enumerate(row)}


def typo(text: str, draw: Random) -> str:
    """One or two letters wrong: left out, doubled, swapped, or a neighbour's key."""
    for _ in range(1 if len(text) < 12 else draw.randint(1, 2)):
        places = [i for i, letter in enumerate(text[:-1]) if letter.isalpha()]
        if not places:
            return text
        i = draw.choice(places)
        letter = text[i]
        text = text[:i] + draw.choice([
            "", letter * 2, draw.choice(NEAR.get(letter.lower(), "e")), text[i + 1] + letter,
        ]) + text[i + 1 :]  # fmt: skip
    return text


def unaccented(text: str, _: Random) -> str:
    """Without accents, the case kept."""
    return "".join(
        plain.upper() if letter.isupper() else plain for letter in text for plain in [folded(letter) or letter]
    )


def cased(text: str, draw: Random) -> str:
    return draw.choice([str.upper, str.lower, str.title])(text)


def reordered(text: str, draw: Random) -> str:
    """What comes second said first, or the words of a title in another order, as tags."""
    for mark in (" – ", " pour ", " for ", " : ", ": "):
        start, found, end = text.partition(mark)
        if found:
            return draw.choice([f"{capital(end)} – {start}", f"{capital(end)} ({start})", f"{capital(end)}, {start}"])
    words = text.split()
    if len(words) < 3:
        return f"{words[-1]}, {words[0]}" if len(words) == 2 else text
    cut = draw.randint(1, len(words) - 1)
    return f"{capital(' '.join(words[cut:]))} : {' '.join(words[:cut])}"


def swapped(text: str, table: list[Pair], draw: Random, most: int) -> str:
    """Some words in the table's other form, whichever form is there."""
    done = 0
    for long, short in draw.sample(table, len(table)):
        said, n = re.subn(
            rf"\b{re.escape(long)}\b",
            lambda m, s=short: capital(s) if m[0][0].isupper() else s,
            text,
            count=1,
            flags=re.IGNORECASE,
        )
        if n:
            text, done = said, done + 1
        if done == most:
            break
    return text


def address(text: str, draw: Random) -> str:
    """An address that leads to the same place."""
    way = draw.random()
    if way < 0.15:
        return text.replace("https://", "http://")
    if way < 0.35:
        return text.rstrip("/") if text.endswith("/") else text + "/"
    if way < 0.5:
        return text.rstrip("/") + (".git" if text.count("/") > 3 else "/index.html")
    if way < 0.6 and text.count("/") > 3:
        return text + draw.choice(["/tree/main", "#readme", "/blob/main/README.md"])
    if way < 0.7:
        return text.replace("https://", "https://www.")
    if way < 0.8:
        return text + draw.choice(["?utm_source=portail", "?lang=fr", "#contenu"])
    return text.upper().replace("HTTPS", "https") if way < 0.84 else text


def retitled(sheet: Sheet, draw: Random) -> tuple[Callable[[int], str], str, bool]:
    """The title of a copy in a language, what was done to it, and whether it alone still tells the thing."""
    title, words, owner, branded = sheet.title, sheet.words, sheet.body.names[0], sheet.style.startswith("brand")
    acts: list[tuple[str, int, Callable[[int], str], bool]] = [
        ("identical title", 16, lambda i: title[i], True),
        ("typo", 16, lambda i: typo(title[i], draw), True),
        ("accents lost", 10, lambda i: unaccented(title[i], draw), True),
        ("case", 8, lambda i: cased(title[i], draw), True),
        ("re-ordered", 9, lambda i: reordered(title[i], draw), True),
        ("abbreviated", 10, lambda i: swapped(title[i], words.abbreviations, draw, 2), True),
        ("other words", 7, lambda i: swapped(title[i], words.synonyms, draw, 1), branded),
        ("longer", 7, lambda i: f"{sheet.brand} – {sheet.phrase[i]}" if branded else f"{title[i]} ({owner})", True),
        ("shorter", 5, lambda i: sheet.brand if branded else sheet.phrase[i], branded),
        ("name added", 5, lambda i: f"{title[i]} ({('anciennement ', 'formerly ')[i]}{sheet.brand})", True),
        ("as an address", 4, lambda _: f"{sheet.body.slug}/" * (draw.random() < 0.5) + slug(title[FR]), True),
    ]  # fmt: skip
    how, _, act, tells = draw.choices(acts, [weight for _, weight, _, _ in acts])[0]
    if how in ("typo", "case", "abbreviated") and draw.random() < 0.3:  # faults come together
        return lambda i: unaccented(act(i), draw), f"{how}, accents lost", tells
    return act, how, tells


def copy(sheet: Sheet, original: Production, draw: Random) -> tuple[dict[str, object], str]:
    """The fields in which another portal's notice of one thing differs from what the portal would write, and how."""
    act, how, tells = retitled(sheet, draw)
    known = [LANGUAGES.index(language) for language, _ in original.titles]
    translated = len(known) == 1 and draw.random() < 0.12
    i = 1 - known[0] if translated else draw.choice(known)
    if translated:
        how, tells = f"translated, {how}", tells and sheet.style.startswith("brand")
    fields: dict[str, object] = {"titles": ((LANGUAGES[i], act(i)),)}
    fields["descriptions"], change = described(sheet, i, draw)
    how += change
    addresses = [address(url, draw) for url in original.urls if draw.random() < 0.65]
    if not tells and not addresses and not fields["descriptions"]:  # somebody must be able to tell
        addresses = [address(draw.choice((sheet.repository, sheet.landing)), draw)]
        if not original.urls:
            addresses, fields["descriptions"] = [], ((LANGUAGES[i], whole(sheet, i)),)
    fields["urls"] = tuple(addresses)
    fields |= signed(sheet, draw)
    if original.identifiers and draw.random() < 0.1:
        fields["identifiers"] = original.identifiers
    if draw.random() < 0.4:
        fields["dates"] = ((sheet.day + timedelta(days=draw.randint(-400, 400))).isoformat(),)
    return fields, how


def whole(sheet: Sheet, i: int) -> str:
    """All that is said of it in a language."""
    return " ".join(said[i] for _, said in sheet.told)


def described(sheet: Sheet, i: int, draw: Random) -> tuple[Texts, str]:
    """The description of a copy, and what is to be told of it."""
    way, told = draw.random(), whole(sheet, i)
    if way < 0.18:
        return (), "; no description"
    if way < 0.30:
        return ((LANGUAGES[i], told[: max(40, int(len(told) * draw.uniform(0.4, 0.9)))] + "…"),), ""
    if way < 0.50:  # written anew by somebody who knows the thing
        return ((LANGUAGES[i], rewritten(sheet, draw)[i]),), "; other description"
    if way < 0.65:
        return ((LANGUAGES[i], swapped(typo(told, draw), sheet.words.synonyms, draw, 3)),), ""
    return ((LANGUAGES[i], told),), ""


def signed(sheet: Sheet, draw: Random) -> dict[str, object]:
    """Whose a copy says it is: the body by any of its names, nobody's, the catalogue's that it was found in."""
    way = draw.random()
    if way < 0.55:
        return {"organisation_names": (draw.choice(sheet.body.names),)}
    if way < 0.7:
        return {"organisations": (), "organisation_names": ()}
    if way < 0.8:
        name = "Catalogue national des initiatives"
        return {"organisations": ("https://catalogue.example/org/42",), "organisation_names": (name,)}
    return {}


def rewritten(sheet: Sheet, draw: Random) -> Pair:
    """One sentence about the thing in words of its own."""
    fr, en = sheet.phrase
    goal = draw.choice(sheet.words.goals)
    french = [
        f"{fr}. Public visé : {sheet.audience[FR]}.",
        f"{sheet.brand} permet à {sheet.body.names[0]} de {goal[FR]} : {sheet.matter.le}.",
        f"Une réponse concrète à un problème connu, {sheet.matter.le}, à {sheet.town}.",
        f"Présentation du projet « {sheet.title[FR]} » mené par {sheet.body.names[0]}.",
    ]
    english = [
        f"{en}. For whom: {sheet.audience[EN]}.",
        f"{sheet.brand} lets {sheet.body.names[-1]} {goal[EN]}: {sheet.matter.en}.",
        f"A concrete answer to a known problem, {sheet.matter.en}, in {sheet.town}.",
        f"Presentation of the project “{sheet.title[EN]}” led by {sheet.body.names[-1]}.",
    ]
    return draw.choice(list(zip(french, english, strict=True)))


def version(how: str, draw: Random, language: int) -> str:
    """What a later version adds to a title."""
    if how != "later version":
        return ""
    new = (" – nouvelle version", " – new version")[language]
    return draw.choice([" 2", " v2", " 2.0", " V3", new, " (2e édition)", " nouvelle génération"])


def variant(sheet: Sheet, draw: Random, world: Planted) -> tuple[Sheet, Pair | None, str]:
    """What others made of it: the new thing, the sentence that says whence it comes, if any does, and how."""
    how = draw.choices(("another town", "later version", "other people", "new name"), (45, 25, 12, 18))[0]
    town = world.words.town(draw) if how != "later version" else sheet.town
    body = world.words.body(draw, town) if how != "later version" else sheet.body
    audience = draw.choice(world.words.audiences) if how == "other people" else sheet.audience
    brand = world.words.brand(draw, sheet.matter.de) if how == "new name" else sheet.brand
    styles = {
        "another town": "town",
        "other people": "audience",
        "later version": sheet.style,
        "new name": draw.choice(["brand", "brand and phrase"]),
    }
    style = styles[how]
    if how == "another town" and sheet.style.startswith("brand"):  # the name travels: « Mobilib Rennes »
        style, brand = (
            sheet.style,
            draw.choice([f"{sheet.brand} {town}", f"{sheet.brand} à {town}", f"{sheet.brand} – {town}"]),
        )
    if how == "other people" and sheet.style.startswith("brand"):
        style, brand = "brand", f"{sheet.brand} pour {audience[FR]}"
    other = replace(
        sheet, town=town, body=body, audience=audience, brand=brand, style=style,
        day=sheet.day + timedelta(days=draw.randint(200, 1500)),
        repository=f"{sheet.repository.rpartition('/')[0].rpartition('/')[0]}/{body.slug[:24]}/{sheet.repository.rpartition('/')[2]}",
        landing=f"https://{slug(brand)[:30]}.{slug(town)}.example/", number=draw.randrange(10_000),
    )  # fmt: skip
    adapted = tuple(
        (
            number,
            tuple(
                text.replace(sheet.town, town).replace(sheet.audience[i], audience[i]).replace(sheet.brand, brand)
                for i, text in enumerate(said)
            ),
        )
        for number, said in sheet.told
    )
    lead = None
    owners = (sheet.body.names[0], sheet.body.names[-1])
    if draw.random() < 0.5 or how == "new name":
        names = sheet.title if draw.random() < 0.7 else owners
        english = f"A local version of the initiative of {owners[EN]}."
        lead = draw.choice([
            (elided(f"Adapté de {names[FR]}."), f"Adapted from {names[EN]}."),
            (f"D’après {names[FR]} ({sheet.town}).", f"After {names[EN]} ({sheet.town})."),
            (elided(f"Reprise locale de l’initiative de {owners[FR]}."), english),
        ])  # fmt: skip
    if how == "later version":
        lead = draw.choice(
            [None, ("Refonte complète après les retours des utilisateurs.", "A full overhaul after users’ feedback.")]
        )
    if lead and draw.random() < 0.3:  # the words are new, the debt is said
        return replace(other, told=world.told(other, draw.randint(1, 3))), lead, how
    fresh = world.told(other, 1) if draw.random() < 0.4 else ()
    return replace(other, told=(*adapted, *fresh)), lead, how
