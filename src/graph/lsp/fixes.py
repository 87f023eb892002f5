"""What mends a diagnostic, as edits of the client: its own fix, or the one its sentence proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from ..diagnostics import Diagnostic, said
from ..texts import Text
from ..turtle.mended import together
from .workspace import Page

Shown = tuple[Diagnostic, lsp.Diagnostic]


def actions(page: Page, shown: Iterable[Shown], asked: lsp.CodeActionParams, language: str) -> Iterator[lsp.CodeAction]:
    """The quick fixes of what is shown in the range asked about, and all the safe fixes of the page at once."""
    shown, only = list(shown), asked.context.only
    if _wanted(lsp.CodeActionKind.QuickFix, only):
        for diagnostic, told in shown:
            if told.range.start <= asked.range.end and asked.range.start <= told.range.end:
                for title, edits in _mends(page, diagnostic):
                    yield lsp.CodeAction(
                        said(title, language),
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[told],
                        is_preferred=diagnostic.fix is not None,
                        edit=lsp.WorkspaceEdit(changes={page.uri: edits}),
                    )
    if _wanted(lsp.CodeActionKind.SourceFixAll, only):
        told = (diagnostic for diagnostic, _ in shown if not diagnostic.code.startswith("PAS0"))  # still being written
        own = (diagnostic.fix for diagnostic in told if diagnostic.fix and _own(page, diagnostic))
        text = page.text
        edits = [lsp.TextEdit(text.range(start, end), new) for start, end, new in together(text.text, own)[0]]
        if edits:
            yield lsp.CodeAction(
                Text("lsp.fix-all").render(language),
                kind=lsp.CodeActionKind.SourceFixAll,
                edit=lsp.WorkspaceEdit(changes={page.uri: edits}),
            )


def declaration(page: Page, prefix: str) -> lsp.TextEdit | None:
    """The edit that declares a known prefix, among the others in their order, else at the beginning."""
    namespace = page.index.prefixes.get(prefix)
    if page.turtle is None or namespace is None:
        return None
    there = [one for one in page.turtle.directives if one.prefix is not None]
    sparql = any(one.sparql for one in there)
    line = f"PREFIX {prefix}: <{namespace}>" if sparql else f"@prefix {prefix}: <{namespace}> ."
    end = "\r\n" if "\r\n" in page.text.text else "\n"
    after = next((one for one in there if (one.prefix or "") > prefix), None)
    if after is not None:
        at, text = after.start, line + end
    elif there:
        at, text = there[-1].end, end + line
    else:
        at, text = int(page.text.text.startswith("\ufeff")), line + end * 2
    return lsp.TextEdit(page.text.range(at, at), text)


def _wanted(kind: lsp.CodeActionKind, only: Iterable[lsp.CodeActionKind | str] | None) -> bool:
    """Whether a kind of action is asked for; a kind stands for those below it, `source` for `source.fixAll`."""
    return only is None or any(f"{kind.value}.".startswith(f"{getattr(one, 'value', one)}.") for one in only)


def _own(page: Page, diagnostic: Diagnostic) -> list[lsp.TextEdit]:
    """The edits of the diagnostic's own fix, where all of them are in this page."""
    edits = diagnostic.fix.edits if diagnostic.fix else ()
    if any(edit.location.path != diagnostic.location.path for edit in edits):
        return []
    return [lsp.TextEdit(page.text.located(edit.location), edit.text) for edit in edits]


def _mends(page: Page, diagnostic: Diagnostic) -> Iterator[tuple[Text, list[lsp.TextEdit]]]:
    own = _own(page, diagnostic)
    if diagnostic.fix and own:
        yield diagnostic.fix.title, own
        return
    where = page.text.located(diagnostic.location)
    key, given = diagnostic.message.key, diagnostic.message.parameters
    replacement = _replacement(page, diagnostic)
    if replacement is not None:
        yield _title("turtle.fix-replace", replacement), [lsp.TextEdit(where, replacement)]
    elif key.startswith("turtle.undeclared-prefix"):
        yield from _prefix(page, where, str(given["prefix"]), given.get("near"))
    elif key == "turtle.bracket-stray":
        yield _title("lsp.fix-remove", str(given["bracket"])), [lsp.TextEdit(where, "")]


def _replacement(page: Page, diagnostic: Diagnostic) -> str | None:
    """The IRI that was meant in the place of the one that a diagnostic points at, where its sentence says it."""
    near = diagnostic.message.parameters.get("near")
    if not near or not diagnostic.code.startswith("PAS2"):
        return None
    text, undeclared = page.written(str(near))
    return f"<{near}>" if undeclared else text


def _prefix(page: Page, where: lsp.Range, prefix: str, near: object) -> Iterator[tuple[Text, list[lsp.TextEdit]]]:
    """Declare a known prefix, or write the one that was meant."""
    meant = str(near or prefix)
    edits = [lsp.TextEdit(where, f"{meant}:")] if near else []
    declared = None if meant in page.declared else declaration(page, meant)
    if declared is not None:
        edits.append(declared)
    if edits:
        yield _title("turtle.fix-replace" if near else "lsp.fix-declare", f"{meant}:"), edits


def _title(key: str, text: str) -> Text:
    return Text(key, {"text": text})
