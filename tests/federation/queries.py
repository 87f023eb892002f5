"""The questions put to a federation, by the names of its services; each is also asked of the merged data."""

from __future__ import annotations

PREFIXES = """\
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""

#: Without `SERVICE`: for engines that find by themselves who knows what. Comunica 4.5.0 loses a FILTER NOT EXISTS over
#: two endpoints, whoever they are.
PLAIN = {
    "a join": "SELECT ?title ?tool { ?p ex:uses ?t ; dct:title ?title . ?t dct:title ?tool }",
    "a join that little comes through": "SELECT ?p ?tool { ?p ex:uses ?t ; dct:extent 7 . ?t dct:title ?tool }",
    "an OPTIONAL": "SELECT ?t ?p { ?t a ex:Tool OPTIONAL { ?p ex:uses ?t } }",
    "a FILTER": 'SELECT ?t ?tool { ?t a ex:Tool ; dct:title ?tool FILTER(CONTAINS(?tool, "1") && STRLEN(?tool) > 4) }',
    "a UNION": "SELECT ?x { { ?x dct:extent 3 } UNION { ?x dct:creator <https://west.example.org/id/people/a2> } }",
    "VALUES": 'SELECT ?t ?tool { VALUES ?tool { "Outil 1 d’« été »" "Outil 2 d’« été »" } ?t dct:title ?tool }',
    "a count by group": "SELECT ?t (COUNT(?p) AS ?n) { ?p ex:uses ?t . ?t a ex:Tool } GROUP BY ?t",
    "what is not used": "SELECT ?t { ?t a ex:Tool MINUS { ?p ex:uses ?t } }",
    "a page of a sorted table": (
        "SELECT ?p ?n { ?p dct:extent ?n . ?p ex:uses ?t . ?t a ex:Tool } ORDER BY ?n LIMIT 5 OFFSET 10"
    ),
}

#: Of all three, in the words of the standard.
CHAIN = (
    PREFIXES
    + """\
SELECT ?title ?tool ?name {{
  SERVICE <{north}> {{ ?p ex:uses ?t ; dct:title ?title ; dct:extent ?n FILTER(?n < 12) }}
  SERVICE <{south}> {{ ?t dct:title ?tool ; dct:creator ?a }}
  SERVICE <{west}> {{ ?a foaf:name ?name }}
}}"""
)
