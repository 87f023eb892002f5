"""A difference for programs, complete: `diff --format json`.

{"changed": bool, "old": SIDE, "new": SIDE,
 "triples": {"added": [line of N-Triples], "removed": […]},
 "things": {"added": [THING], "changed": […], "renamed": […], "removed": […]},
 "diagnostics": {"new": [as `check`], "mended": […], "unchanged": […]}, or null when the gate could not run,
 "queries": [QUERY], or null when a side could not be built}
SIDE   {"name": as given or null, "commit": id or null, "snapshot": id or null, "refused": why or null,
        "unread": [path]}
THING  {"iri", "label", "kind": class, "path", "was": IRI, "was_path", "deprecated": bool, "replaced_by": [IRI],
        "changes": [{"property": IRI, "removed": [term], "added": [term]}]}
QUERY  {"name", "title", "state": same|changed|added|removed|failed|left-out, "form", "columns", "edited": bool,
        "parameters": {name: value}, "reason", "rows": {"old": count, "new": count, "added": [row],
        "removed": [row], "changed": [{"old": row, "new": row}]}}
A term is N-Triples, a blank node `[ … ]`; a row is a binding of SPARQL JSON results, or a line of N-Triples.
"""

from __future__ import annotations

import json

from ..report.characters import encodable
from ..report.json import entry
from .answers import Answer
from .compare import Difference, Verdict
from .contents import Names
from .things import Thing


def write(difference: Difference, language: str, *, colour: bool = False) -> str:  # noqa: ARG001 - as every writer
    """One JSON object and a line feed; triples are N-Triples, rows are SPARQL JSON bindings, nothing is cut."""
    names, things, findings = difference.names, difference.things, difference.findings
    known = difference.old.diagnostics is not None and difference.new.diagnostics is not None
    document = {
        "changed": difference.changed,
        "old": _side(difference.old, language),
        "new": _side(difference.new, language),
        "triples": {"added": difference.added, "removed": difference.removed},
        "things": {
            group: [_thing(thing, names, language) for thing in getattr(things, group)]
            for group in ("added", "changed", "renamed", "removed")
        },
        "diagnostics": {
            group: [entry(each, language) for each in getattr(findings, group)]
            for group in ("new", "mended", "unchanged")
        }
        if known
        else None,
        "queries": None if difference.answers is None else [_answer(answer, language) for answer in difference.answers],
    }
    return encodable(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def _side(verdict: Verdict, language: str) -> dict[str, object]:
    return {
        "name": verdict.side.name or None,
        "commit": verdict.side.commit,
        "snapshot": verdict.snapshot.id if verdict.snapshot else None,
        "refused": verdict.refused.render(language) if verdict.refused else None,
        "unread": verdict.unread,
    }


def _thing(thing: Thing, names: Names, language: str) -> dict[str, object]:
    return {
        "iri": thing.iri,
        "label": names.label(thing.iri, language),
        "kind": thing.kind,
        "path": thing.path,
        "was": thing.was,
        "was_path": thing.was_path,
        "deprecated": thing.deprecated,
        "replaced_by": thing.replaced_by,
        "changes": [
            {"property": change.property, "removed": change.removed, "added": change.added} for change in thing.changes
        ],
    }


def _answer(answer: Answer, language: str) -> dict[str, object]:
    return {
        "name": answer.name,
        "title": answer.title.render(language),
        "state": str(answer.state),
        "form": answer.form,
        "columns": answer.columns,
        "edited": answer.edited,
        "parameters": dict(answer.values or {}),
        "reason": answer.reason.render(language) if answer.reason else None,
        "rows": {
            "old": answer.old,
            "new": answer.new,
            "added": answer.added,
            "removed": answer.removed,
            "changed": [{"old": old, "new": new} for old, new in answer.altered],
        },
    }
