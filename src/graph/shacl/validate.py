"""Two engines, one answer: `shacl` (Rust) validates, `pyshacl` (Python) is the referee.

Both take shapes and data as N-Triples and give `Result`s in the same form and order
(<https://www.w3.org/TR/shacl/#validation-report>).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import ConfigurationError, InvalidInput
from .results import SH, Result, message_languages

ENGINES = ("shacl", "pyshacl")
Validate = Callable[[str | Path], list[Result]]


def compiled(shapes: str, engine: str = "shacl") -> Validate:
    """A function that validates a data graph, given as N-Triples text or as the path of a `.nt` file.

    Raises InvalidInput when a shape cannot be used, ConfigurationError for an unknown engine or one
    that is not installed.
    """
    if engine == "shacl":
        return _rust(shapes)
    if engine == "pyshacl":
        return _python(shapes)
    raise ConfigurationError("unknown-engine", engine=engine, known=", ".join(ENGINES))


def _ordered(results: list[Result]) -> list[Result]:
    return sorted(set(results), key=lambda r: (r.focus, r.path or "", r.component, r.value or "", r.shape or ""))


def _rust(shapes: str) -> Validate:
    import shacl

    try:
        graph = shacl.Shapes.from_text(shapes, format="ntriples")
    except ValueError as error:
        raise InvalidInput("shapes", reason=error) from error
    languages = message_languages(shapes)

    def validate(data: str | Path) -> list[Result]:
        try:
            if isinstance(data, Path):
                report = graph.validate_file(str(data))
            else:
                report = graph.validate_text(data, format="ntriples")
        except ValueError as error:  # a query of a shape that SHACL forbids is found when it is first run
            raise InvalidInput("shapes", reason=error) from error
        return _ordered([_from_rust(result, languages) for result in report.results])

    return validate


def _from_rust(result: object, languages: Mapping[str, str]) -> Result:
    path = result.path and re.sub(r"\((<[^<>]*>)\)(?=[*+?])", r"\1", result.path)
    return Result(
        focus=result.focus_node,
        path=path,
        value=result.value,
        component=result.component_iri,
        severity=result.severity_iri,
        shape=next((s for s in (result.source_shape, result.root_shape) if s and s.startswith("<")), None),
        messages=tuple(sorted((languages.get(m, ""), m) for m in result.messages)),
    )


def _python(shapes: str) -> Validate:
    try:
        import pyshacl
        import rdflib
        from rdflib import Graph
    except ImportError as error:
        raise ConfigurationError("engine-missing", engine="pyshacl", extra="passerelles[referee]") from error
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it would print a traceback per ill-typed literal
    rdflib.NORMALIZE_LITERALS = False  # an ill-typed literal is to be reported as it was written
    graph = Graph().parse(data=shapes, format="nt11")

    def validate(data: str | Path) -> list[Result]:
        target = Graph()
        if isinstance(data, Path):
            target.parse(str(data), format="nt11")
        else:
            target.parse(data=data, format="nt11")
        try:
            _, report, _ = pyshacl.validate(target, shacl_graph=graph, inference="none", inplace=True)
        except (pyshacl.errors.ShapeLoadError, pyshacl.errors.ReportableRuntimeError) as error:
            raise InvalidInput("shapes", reason=error) from error
        if isinstance(report, pyshacl.errors.ValidationFailure):
            raise InvalidInput("shapes", reason=report.message)
        return _ordered(list(_from_report(report, graph)))

    return validate


def _from_report(report: object, shapes: object) -> list[Result]:
    from rdflib import BNode, Namespace, URIRef

    sh = Namespace(SH)

    def nearest(shape: object) -> object:
        seen: set[object] = set()
        while isinstance(shape, BNode) and shape not in seen:
            seen.add(shape)
            shape = next(iter(shapes.subjects(None, shape)), shape)
        return shape if isinstance(shape, URIRef) else None

    def n3(term: object) -> str | None:
        return None if term is None else term.n3()

    return [
        Result(
            focus=n3(report.value(node, sh.focusNode)) or "",
            path=_path(report, shapes, report.value(node, sh.resultPath)),
            value=n3(report.value(node, sh.value)),
            component=str(report.value(node, sh.sourceConstraintComponent)),
            severity=str(report.value(node, sh.resultSeverity)),
            shape=n3(nearest(report.value(node, sh.sourceShape))),
            messages=tuple(sorted((m.language or "", str(m)) for m in _own(report, node, shapes, sh))),
        )
        for node in report.objects(None, sh.result)  # those of sh:detail are not results of the report
    ]


def _own(report: object, node: object, shapes: object, sh: object) -> list[object]:
    """The shape's own messages; pySHACL makes one up where there is none."""
    shape = report.value(node, sh.sourceShape)
    constraint = report.value(node, sh.sourceConstraint)
    written = any(shapes.value(holder, sh.message) is not None for holder in (shape, constraint) if holder is not None)
    return list(report.objects(node, sh.resultMessage)) if written else []


def _path(report: object, shapes: object, path: object) -> str | None:
    from rdflib import RDF, Namespace, URIRef
    from rdflib.collection import Collection

    if path is None:
        return None
    if isinstance(path, URIRef):
        return path.n3()
    sh = Namespace(SH)
    for graph in (report, shapes):
        if graph.value(path, RDF.first) is not None:
            return "(" + "/".join(_path(report, shapes, step) or "" for step in Collection(graph, path)) + ")"
        for predicate, before, after in _PATHS:
            inner = graph.value(path, sh[predicate])
            if inner is None:
                continue
            if predicate == "alternativePath":
                return "(" + "|".join(_path(report, shapes, step) or "" for step in Collection(graph, inner)) + ")"
            return f"{before}{_path(report, shapes, inner)}{after}"
    return None


_PATHS = (
    ("inversePath", "^", ""),
    ("alternativePath", "", ""),
    ("zeroOrMorePath", "", "*"),
    ("oneOrMorePath", "", "+"),
    ("zeroOrOnePath", "", "?"),
)
