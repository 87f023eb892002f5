"""Two engines, one answer: `shacl` (Rust) validates, `pyshacl` (Python) is the referee.

Both take shapes and data as N-Triples and give `Result`s in the same form and order
(<https://www.w3.org/TR/shacl/#validation-report>), blank nodes under the labels of the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigurationError, InvalidInput
from .datagraph import DataGraph
from .paths import written
from .results import SH, Result
from .shapes import ShapesGraph

ENGINES = ("shacl", "pyshacl")
_IRI = re.compile(r"<[^<>]*>\Z")
_VALIDATORS = ("validator", "nodeValidator", "propertyValidator")
_RENAMED = re.compile(r"_:0_b([0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Validator:
    """Shapes that an engine has read. Called with a data graph, as N-Triples text or the path of a `.nt` file."""

    shapes: ShapesGraph
    engine: str
    run: Callable[[str | Path], Iterator[Result]]

    def __call__(self, data: str | Path) -> list[Result]:
        """What the shapes find, each result once. Raises InvalidInput when a shape cannot be used."""
        results = set(self.run(data))
        return sorted(results, key=lambda r: (r.focus, r.path or "", r.component, r.value or "", r.shape or ""))


def compiled(shapes: ShapesGraph, engine: str = "shacl") -> Validator:
    """What validates against these shapes.

    Raises InvalidInput when a shape cannot be used, ConfigurationError for an unknown engine or one
    that is not installed.
    """
    if engine == "shacl":
        return Validator(shapes, engine, _rust(shapes))
    if engine == "pyshacl":
        return Validator(shapes, engine, _python(shapes))
    raise ConfigurationError("unknown-engine", engine=engine, known=", ".join(ENGINES))


def _rust(shapes: ShapesGraph) -> Callable[[str | Path], Iterator[Result]]:
    import shacl

    try:
        engine = shacl.Shapes.from_text(shapes.text, format="ntriples")
    except ValueError as error:
        raise InvalidInput("shapes", reason=error) from error

    def run(data: str | Path) -> Iterator[Result]:
        try:
            if isinstance(data, Path):
                report = engine.validate_file(str(data))
            else:
                report = engine.validate_text(data, format="ntriples")
        except ValueError as error:  # a query of a shape that SHACL forbids is found when it is first run
            raise InvalidInput("shapes", reason=error) from error
        searched = DataGraph(data if isinstance(data, Path) else data.encode())

        def label(term: str | None) -> str | None:
            """A blank node as the data calls it: the engine numbers those of the shapes, then those of the data."""
            renamed = _RENAMED.match(term) if term else None
            return searched.blank_nodes[int(renamed[1]) - shapes.blank_nodes] if renamed else term

        for result in report.results:
            yield _result(
                shapes,
                focus=label(result.focus_node) or "",
                path=result.path,
                value=label(result.value),
                component=result.component_iri,
                severity=result.severity_iri,
                shape=result.source_shape,
                texts=result.messages,
            )

    return run


def _result(shapes: ShapesGraph, path: str | None, texts: list[str], **terms: str | None) -> Result:
    """A result, its path as we write it."""
    if path and not _IRI.match(path):
        path = written(shapes.path(terms["shape"]))
    return Result(path=path, messages=tuple(sorted(texts)), **terms)


def _python(shapes: ShapesGraph) -> Callable[[str | Path], Iterator[Result]]:
    import logging

    try:
        import pyshacl
        import rdflib
        from rdflib import Graph
    except ImportError as error:
        raise ConfigurationError("engine-missing", engine="pyshacl", extra="passerelles[referee]") from error
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it would print a traceback per ill-typed literal
    rdflib.NORMALIZE_LITERALS = False  # an ill-typed literal is to be reported as it was written
    graph = Graph().parse(data=shapes.text, format="nt11")

    def run(data: str | Path) -> Iterator[Result]:
        text = data.read_text(encoding="utf-8") if isinstance(data, Path) else data
        labels: dict[str, object] = {}
        target = Graph().parse(data=text, format="nt11", bnode_context=labels)
        try:
            _, report, _ = pyshacl.validate(target, shacl_graph=graph, inference="none", inplace=True)
        except (pyshacl.errors.ShapeLoadError, pyshacl.errors.ReportableRuntimeError) as error:
            raise InvalidInput("shapes", reason=error) from error
        if isinstance(report, pyshacl.errors.ValidationFailure):
            raise InvalidInput("shapes", reason=report.message)
        yield from _from_report(report, shapes, {node: f"_:{label}" for label, node in labels.items()})

    return run


def _from_report(report: object, shapes: ShapesGraph, labels: dict[object, str]) -> Iterator[Result]:
    from rdflib import Namespace

    sh = Namespace(SH)
    for node in report.objects(None, sh.result):  # those of sh:detail are not results of the report

        def term(name: str, node: object = node) -> str | None:
            found = report.value(node, sh[name])
            return None if found is None else labels.get(found) or _ntriples(found)

        shape, constraint = term("sourceShape"), report.value(node, sh.sourceConstraint)
        component = term("sourceConstraintComponent")
        checks = (check for name in _VALIDATORS for check in shapes.values(component, name))
        speakers = (shape, term("sourceConstraint"), component, *checks)  # where none speaks, it makes a message up
        spoken = any(shapes.values(one, "message") for one in speakers) or report.value(constraint, sh.message)
        yield _result(
            shapes,
            focus=term("focusNode") or "",
            path=term("resultPath"),
            value=term("value"),
            component=(component or "")[1:-1],
            severity=str(report.value(node, sh.resultSeverity)),
            shape=shape,
            texts=[str(text) for text in report.objects(node, sh.resultMessage)] if spoken else [],
        )


def _ntriples(term: object) -> str:
    """A term of RDFLib as Oxigraph writes it."""
    from rdflib import Literal

    from ..turtle.ntriples import escaped

    if not isinstance(term, Literal):
        return term.n3()
    suffix = f"@{term.language}" if term.language else f"^^<{term.datatype}>" if term.datatype else ""
    return f'"{escaped(str(term))}"{suffix}'
