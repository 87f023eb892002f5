"""The relay: what is linked to an IRI, anywhere, and on whose word.

identity      at build: which names are names of one thing, cut where two are said to be distinct
names         the names of each thing that has several, in a file beside the store
kinds         which properties are links, and of what kind: the ontology says it
statements    reading a store: what is said of a node and what points to it, inferences apart
link          a link that was found, as the contract writes it
word          who says a link, when, how surely, under what licence
reading       what is around one thing, by all its names, the same whichever is asked
neighbours    what is next to a thing, through any property, read up to a bound
lookup        the answer for IRIs, ours or foreign: `question` finds each, `addresses` spells it, `rdf` writes triples
"""
