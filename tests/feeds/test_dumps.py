"""Dumps: the same snapshot gives the same bytes, which say what the store says."""

from __future__ import annotations

import gzip
import hashlib
import random
from dataclasses import asdict

import pyoxigraph as ox
import pytest

from graph.errors import SnapshotError
from graph.feeds import lines
from graph.feeds.canonical import has_blank, labelled, stored
from graph.feeds.collected import DATA, FOLDER, GRAPH
from graph.feeds.dumps import FORMS, NAMES, Dump, known, make, path_of, save
from graph.snapshot.reader import Snapshot

BLANK = """\
@prefix dct: <http://purl.org/dc/terms/> .
<https://example.org/id/tools/file> a <https://example.org/ontology#Tool> ; dct:title "file"@fr ;
    dct:source <https://example.org/id/sources/report> ; dct:creator [ dct:title "someone _:x" ; dct:relation [] ] ;
    dct:extent 1.50 ; dct:conformsTo "a _:b" , "a\\\\\\" _:b"@fr ;
    dct:issued "2026-01-01T00:00:00.00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
"""

SECONDS = 60


def made(snapshot: Snapshot, name: str) -> Dump:
    return make(snapshot, name, snapshot.path / FOLDER, SECONDS)


def names(lines: list[bytes]) -> list[bytes]:
    return labelled(lines, SECONDS)


def unpacked(path) -> bytes:
    return b"".join(lines.content(path))


def sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def rdfc10(quads) -> str:
    """The RDFC-1.0 hash as the engine alone finds it."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True)
    return hashlib.sha256(b"".join(sorted(written))).hexdigest()


def parsed(text: bytes, stem: str):
    return ox.parse(text, format=ox.RdfFormat.from_media_type(FORMS[stem].media_type))


@pytest.fixture
def snapshot(repository, built):
    repository.configure('[lint]\nblank-nodes = "off"')
    repository.write("data/tools/file.ttl", BLANK)
    return built()


def test_every_file_has_the_hash_that_the_engine_finds_in_it(snapshot):
    for name in NAMES:
        if name not in known(snapshot):
            made(snapshot, name)
    found = known(snapshot)
    assert set(found) == set(NAMES)
    for stem in FORMS:
        text = gzip.decompress(path_of(snapshot, f"{stem}.gz").read_bytes())
        assert text == unpacked(path_of(snapshot, f"{stem}.zst"))
        assert rdfc10(parsed(text, stem)) == found[f"{stem}.gz"].rdfc10 == found[f"{stem}.zst"].rdfc10
        for coding in ("gz", "zst"):
            assert sha256(path_of(snapshot, f"{stem}.{coding}").read_bytes()) == found[f"{stem}.{coding}"].sha256


def test_the_n_quads_are_the_canonical_form_themselves(snapshot):
    text = unpacked(path_of(snapshot, GRAPH))
    assert sha256(text) == known(snapshot)[GRAPH].rdfc10
    assert text.splitlines() == sorted(text.splitlines())


def test_the_dumps_say_what_the_store_says(snapshot):
    """Values too: the store has one form for 1.50 and 1.5."""
    store = ox.Store.read_only(str(snapshot.store_path))
    named = [quad for quad in store if quad.graph_name != ox.DefaultGraph()]
    default = [quad for quad in store if quad.graph_name == ox.DefaultGraph()]
    assert rdfc10(named) == known(snapshot)[GRAPH].rdfc10
    assert rdfc10(default) == made(snapshot, "graph.nt.gz").rdfc10
    assert b'"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>' in unpacked(path_of(snapshot, GRAPH))


def test_the_data_are_what_the_data_files_say_without_blank_nodes(snapshot):
    store = ox.Store.read_only(str(snapshot.store_path))
    graphs = {
        f"https://example.org/graph/{name}" for name in ("tools/hammer", "tools/saw", "tools/file", "sources/report")
    }
    said = {
        str(ox.Triple(quad.subject, quad.predicate, quad.object))
        for quad in store
        if getattr(quad.graph_name, "value", "") in graphs
        and not any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object))
    }
    told = unpacked(path_of(snapshot, DATA)).decode().splitlines()
    assert {line.removesuffix(" .") for line in told} == said
    assert sha256(unpacked(path_of(snapshot, DATA))) == known(snapshot)[DATA].rdfc10


def test_the_same_files_give_the_same_bytes_in_another_folder(snapshot, repository, tmp_path):
    from graph import config
    from graph.build import build

    again = build(config.load(repository.root), tmp_path / "elsewhere")
    for name in ("graph.ttl.zst", "graph.trig.gz", "graph.jsonld.gz", "data.nt.gz"):
        assert asdict(made(again, name)) == asdict(made(snapshot, name))
    assert path_of(again, GRAPH).read_bytes() == path_of(snapshot, GRAPH).read_bytes()


def test_a_snapshot_without_dumps_says_so(snapshot):
    from dataclasses import replace

    old = replace(snapshot, manifest=replace(snapshot.manifest, dumps={}))
    with pytest.raises(SnapshotError, match="exports"):
        made(old, "graph.ttl.gz")
    assert known(old) == {}


def test_a_damaged_dump_is_an_error_and_leaves_no_file(snapshot):
    path = path_of(snapshot, GRAPH)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SnapshotError, match="abîmé"):
        made(snapshot, "graph.ttl.gz")
    with pytest.raises(SnapshotError):
        save(snapshot, "graph.nt", snapshot.path / "out.nt", SECONDS)
    assert {path.name for path in path.parent.iterdir()} == {GRAPH, DATA}
    assert not (snapshot.path / "out.nt").exists()


def test_what_is_sorted_in_runs_is_what_is_sorted_at_once(tmp_path, monkeypatch):
    chosen = random.Random(7)
    said = [f"<s{chosen.randrange(60)}> <p> <{chosen.randrange(40)}> .\n".encode() for _ in range(3_000)]
    expected = b"".join(sorted(set(said)))
    for size in (64 << 20, 1_000, 50):
        monkeypatch.setattr(lines, "_RUN", size)
        monkeypatch.setattr(lines, "_BLOCK", 300)
        (tmp_path / str(size)).mkdir()
        ordered = lines.Sorted(tmp_path / str(size), lambda text: text.splitlines(keepends=True))
        for line in said:
            ordered.add(line)
        assert b"".join(line for block in ordered.blocks() for line in block) == expected
        assert list((tmp_path / str(size)).iterdir()) == []


def test_what_is_said_of_a_subject_comes_in_one_round():
    ours = [[b"<a> 1\n"], [b"<a> 2\n", b"<b> 1\n"], [b"<b> 2\n"], [b"<d> 1\n"]]
    theirs = [[b"<a> 2\n", b"<a> 3\n"], [b"<c> 1\n"]]
    rounds = list(lines.aligned([iter(ours), iter(theirs)]))
    for place in (0, 1):
        flat = [line for parts in rounds for line in parts[place]]
        assert flat == [line for block in (ours, theirs)[place] for line in block]
    seen = [{lines.subject(line) for part in parts for line in part} for parts in rounds]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 4


@pytest.mark.parametrize(
    ("line", "blank"),
    [
        (b"_:a <p> <o> .\n", True),
        (b"<s> <p> _:b .\n", True),
        (b'<s> <p> "a _:b" .\n', False),
        (b'<s> <p> "a _:b"@fr .\n', False),
        (b"<s> <p> <_:b> .\n", False),
    ],
)
def test_a_line_with_a_blank_node_is_known(line, blank):
    assert has_blank(line) is blank


def test_only_the_lines_with_blank_nodes_decide_their_labels():
    alone = [b"_:x <http://p> _:y <http://g> .\n", b'_:y <http://p> "1" <http://g> .\n']
    others = [f"<http://s{n}> <http://p> <http://o> <http://g> .\n".encode() for n in range(50)]
    assert rdfc10(ox.parse(b"".join(alone + others), format=ox.RdfFormat.N_QUADS)) == sha256(
        b"".join(sorted(names(alone) + others))
    )
    assert names([]) == []


def test_values_are_written_as_the_store_writes_them():
    xsd = "http://www.w3.org/2001/XMLSchema#"
    text = f'<http://s> <http://p> "01"^^<{xsd}integer> <http://g> .\n<http://s> <http://p> "\\"^^<" <http://g> .\n'
    assert sorted(stored(text.encode())) == sorted(
        f"<http://s> <http://p> {value} <http://g> .\n".encode() for value in (f'"1"^^<{xsd}integer>', '"\\"^^<"')
    )


def clique(size: int) -> bytes:
    nodes = [f"_:n{number}" for number in range(size)]
    return "".join(f"{one} <http://p> {other} .\n" for one in nodes for other in nodes if one != other).encode()


def test_naming_blank_nodes_in_a_process_of_its_own_names_them_the_same():
    lines = (clique(3) + b"".join(b"_:x%d <http://p> <http://o> .\n" % n for n in range(6))).splitlines(keepends=True)
    assert sha256(b"".join(sorted(names(lines)))) == rdfc10(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))


def test_blank_nodes_that_would_take_for_ever_to_name_are_refused(repository):
    """A poison graph of <https://www.w3.org/TR/rdf-canon/#dataset-poisoning>: the engine cannot be interrupted."""
    repository.configure('[limits]\ncanonical_seconds = 1\n[lint]\nblank-nodes = "off"')
    repository.write("shapes/poison.ttl", clique(12))
    done = repository.run("build", "--lang", "en")
    assert done.returncode == 1
    assert b"canonical_seconds" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert not list((repository.root / ".passerelles/snapshots").iterdir())


def test_values_that_are_written_in_several_ways_have_the_form_of_the_engine(repository, built):
    odd = "".join(map(chr, (*range(1, 32), 127, 128, 0x85, 0x2028, 0xFFFE, 0xFFFF, 0x1F600)))
    escapes = "".join(f"\\U{ord(each):08X}" for each in odd)
    repository.tool("odd", f'<https://example.org/id/tools/odd> dct:description "{escapes}"@fr .\n')
    snapshot = built()
    text = unpacked(path_of(snapshot, GRAPH))
    assert rdfc10(ox.parse(text, format=ox.RdfFormat.N_QUADS)) == known(snapshot)[GRAPH].rdfc10 == sha256(text)
