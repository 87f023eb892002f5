"""`passerelles fmt`, from the outside: what it writes, what it leaves, how it ends."""

from __future__ import annotations

import pytest

from graph.config import load
from graph.style import style_of

LOOSE = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://example.org/id/tools/{slug}> dcterms:source <https://example.org/id/sources/report> ; # Report
  dcterms:title "{slug}"@fr ;  a <https://example.org/ontology#Tool> .
"""
LAID_OUT = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .

<https://example.org/id/tools/{slug}>
    a ex:Tool ;
    dcterms:title "{slug}"@fr ;
    dcterms:source <https://example.org/id/sources/report> . # Report
"""
PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .

<https://example.org/prefixes#ex>
    sh:prefix "ex" ;
    sh:namespace "https://example.org/ontology#" .
"""


@pytest.fixture
def loose(repository):
    """A repository laid out but for one file."""
    repository.write("ontology/prefixes.ttl", PREFIXES)
    assert repository.run("fmt").returncode == 0
    repository.write("data/tools/loose.ttl", LOOSE.format(slug="loose"))
    return repository


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def test_files_are_rewritten_and_counted(loose):
    done = loose.run("fmt", "--lang", "fr")
    assert (done.returncode, done.stdout) == (0, b"")
    assert lines(done.stderr) == ["1 fichier mis en forme sur 7."]
    assert (loose.root / "data/tools/loose.ttl").read_text() == LAID_OUT.format(slug="loose")


def test_once_is_enough(loose):
    loose.run("fmt")
    before = loose.files()
    assert lines(loose.run("fmt", "--lang", "en").stderr) == ["0 files formatted out of 7."]
    assert loose.run("fmt", "--check").returncode == 0
    assert loose.files() == before


def test_check_names_what_would_change_and_writes_nothing(loose):
    before = loose.files()
    done = loose.run("fmt", "--check")
    assert (done.returncode, lines(done.stdout)) == (1, ["data/tools/loose.ttl"])
    assert loose.files() == before
    assert loose.run("fmt", "--check", "data/tools/saw.ttl", "--quiet").stderr == b""


@pytest.mark.parametrize(("option", "status"), [((), 0), (("--check",), 1)])
def test_diff_shows_what_would_change_and_writes_nothing(loose, option, status):
    before = loose.files()
    done = loose.run("fmt", "--diff", *option)
    shown = lines(done.stdout)
    assert done.returncode == status
    assert shown[:2] == ["--- data/tools/loose.ttl", "+++ data/tools/loose.ttl"]
    assert "+    a ex:Tool ;" in shown
    assert loose.files() == before


def test_standard_input_goes_to_standard_output(loose):
    done = loose.run("fmt", "-", stdin=LOOSE.format(slug="x").encode())
    assert (done.returncode, done.stdout.decode()) == (0, LAID_OUT.format(slug="x"))
    again = loose.run("fmt", "-", stdin=done.stdout)
    assert again.stdout == done.stdout
    assert loose.run("fmt", "--check", "-", stdin=b"<a:a> <a:b> 1.").stdout == b"-\n"


def test_standard_input_with_errors_gives_nothing(loose):
    done = loose.run("fmt", "-", "--quiet", stdin=b"<a> <b> nope .")
    assert (done.returncode, done.stdout) == (1, b"")
    assert lines(done.stderr)[0].startswith("-:1:9: ")


def test_a_file_with_errors_is_left_alone_and_told(loose):
    loose.write("data/tools/broken.ttl", "<a> <b> nope .")
    done = loose.run("fmt", "data", "--lang", "fr")
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("data/tools/broken.ttl:1:9: erreur PAS034: ")
    assert (loose.root / "data/tools/broken.ttl").read_text() == "<a> <b> nope ."
    assert (loose.root / "data/tools/loose.ttl").read_text() == LAID_OUT.format(slug="loose")


def test_nothing_is_rewritten_while_the_files_that_decide_how_have_errors(loose):
    loose.write("shapes/tool.ttl", "<a> <b>")
    before = loose.files()
    done = loose.run("fmt", "--lang", "en")
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("shapes/tool.ttl:1:8: error ")
    assert lines(done.stderr)[-1].startswith("shapes/tool.ttl: this file decides how the others are written")
    assert loose.files() == before


def test_a_missing_path_could_not_run(loose):
    done = loose.run("fmt", "nowhere.ttl")
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)


def test_a_file_that_may_not_be_written_is_told_and_left(loose, bound_by_permissions):
    path = loose.root / "data/tools/loose.ttl"
    path.chmod(0o444)
    done = loose.run("fmt", "--quiet", "--lang", "fr", preexec=bound_by_permissions)
    assert done.returncode == 2
    assert lines(done.stderr) == ["data/tools/loose.ttl : écriture impossible (permission refusée)."]
    assert path.read_text() == LOOSE.format(slug="loose")


def test_permissions_and_links_are_kept(loose):
    path = loose.root / "data/tools/loose.ttl"
    real = path.rename(loose.root / "real.ttl")
    path.symlink_to(real)
    real.chmod(0o640)
    assert loose.run("fmt").returncode == 0
    assert path.is_symlink()
    assert real.read_text() == LAID_OUT.format(slug="loose")
    assert real.stat().st_mode & 0o777 == 0o640


def test_bytes_that_are_not_laid_out_are(loose):
    laid_out = LAID_OUT.format(slug="loose")
    loose.write("data/tools/loose.ttl", b"\xef\xbb\xbf" + laid_out.replace("\n", "\r\n").encode().rstrip())
    assert loose.run("fmt", "--check").returncode == 1
    loose.run("fmt")
    assert (loose.root / "data/tools/loose.ttl").read_bytes() == laid_out.encode()


def test_outside_a_repository_there_must_be_paths(repository, tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text("<http://a/b>  a <http://a/C>.")
    done = repository.run("fmt", cwd=tmp_path)
    assert (done.returncode, len(lines(done.stderr))) == (2, 1)
    assert repository.run("fmt", "x.ttl", cwd=tmp_path).returncode == 0
    assert path.read_text() == "<http://a/b>\n    a <http://a/C> .\n"


# --- how the repository decides


def test_predicates_follow_the_order_of_the_shapes(repository):
    shape = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n[] a sh:NodeShape ; sh:property {} .\n"
    one, two = "[ sh:path <https://example.org/{}> ; sh:order {} ]", "[ sh:path <https://example.org/{}> ]"
    repository.write(
        "shapes/zz.ttl", shape.format(", ".join([two.format("c"), one.format("a", 2), one.format("b", 1)]))
    )
    order = style_of(load(repository.root)).order
    names = [iri.rpartition("/")[2] for iri in sorted(order, key=order.get)]
    assert names == ["b", "a", "description", "title", "c"]
    repository.run("fmt")
    assert style_of(load(repository.root)).order == order


def test_predicates_without_a_number_follow_the_brackets_of_their_shape(repository):
    text = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shape>
            sh:or ( [ sh:path <https://example.org/z> ] ) ; sh:not [ sh:path <https://example.org/y> ] ;
            sh:property [ sh:path <https://example.org/c> ], [ sh:path <https://example.org/a> ] .
        """
    repository.write("shapes/aa.ttl", text)
    order = style_of(load(repository.root)).order
    names = [iri.rpartition("/")[2] for iri in sorted(order, key=order.get)]
    assert names == ["y", "z", "c", "a", "description", "title"]
    repository.run("fmt")
    assert style_of(load(repository.root)).order == order
