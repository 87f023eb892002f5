"""The web: pages, things by their IRI, SPARQL 1.1 Protocol, saved queries. Nothing here changes the data."""
