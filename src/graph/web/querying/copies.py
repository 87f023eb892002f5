"""A query as a text to copy: for a command line, Python, R, Excel and Power BI."""

from __future__ import annotations

import json
import shlex
from urllib.parse import urlencode

_TABLE = '[Delimiter=",", Encoding=65001, QuoteStyle=QuoteStyle.Csv]'
Copies = list[tuple[str, str]]  # the key of a text, and what to copy


def of_text(endpoint: str, text: str, form: str) -> Copies:
    """A query sent to the SPARQL endpoint."""
    text = "\n".join(text.strip().splitlines())
    is_table = form == "SELECT"
    accept = "text/csv" if is_table else "application/sparql-results+json" if form == "ASK" else "text/turtle"
    curl = f"curl {shlex.quote(endpoint)} -H {shlex.quote(f'Accept: {accept}')} \\\n"
    curl += f"  --data-urlencode {shlex.quote(f'query={text}')}"
    copies = [("copy-curl", curl), ("copy-python", _python(endpoint, text, form))]
    if is_table:
        copies.append(("copy-address", f"{endpoint}?{urlencode({'query': text, 'format': 'csv'})}"))
        sent = f'"?format=csv&query=", URLencode({_r(text)}, reserved = TRUE)'
        copies.append(("copy-r", f"table <- read.csv(paste0({json.dumps(endpoint)}, {sent}))"))
        copies.append(("copy-power", _power(f'{_m(endpoint)}, [Query=[query={_m(text)}, format="csv"]]')))
    return copies


def of_address(address: str, form: str) -> Copies:
    """A query that has an address, whose answer as CSV is there; as Turtle for a graph."""
    copies = [("copy-curl", f"curl {shlex.quote(address)}")]
    if form == "SELECT":
        copies += [
            ("copy-address", address),
            ("copy-pandas", f"import pandas\n\ntable = pandas.read_csv({json.dumps(address)})"),
            ("copy-r", f"table <- read.csv({json.dumps(address)})"),
            ("copy-power", _power(_m(address))),
        ]
    return copies


def _python(endpoint: str, text: str, form: str) -> str:
    written = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    result = "JSON" if form in ("SELECT", "ASK") else "TURTLE"
    lines = [
        f"from SPARQLWrapper import {result}, SPARQLWrapper",
        "",
        f"endpoint = SPARQLWrapper({json.dumps(endpoint)})",
        f'endpoint.setQuery("""\n{written}\n""")',
        f"endpoint.setReturnFormat({result})",
        "answer = endpoint.query().convert()",
    ]
    return "\n".join(lines)


def _r(text: str) -> str:
    """A raw string of R, whose end is nowhere in it."""
    dashes = "-"
    while f'){dashes}"' in text:
        dashes += "-"
    return f'r"{dashes}({text}){dashes}"'


def _m(text: str) -> str:
    """A text of Power Query's language."""
    return '"' + text.replace("#(", "#(#)(").replace('"', '""') + '"'


def _power(contents: str) -> str:
    return (
        f"let\n  Source = Csv.Document(Web.Contents({contents}), {_TABLE}),\n"
        "  Table = Table.PromoteHeaders(Source)\nin\n  Table"
    )
