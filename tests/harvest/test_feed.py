"""Another Passerelles is followed by its feed: activities in order, the last of each thing counts."""

from __future__ import annotations

import pytest

LDES = "<https://w3id.org/ldes#EventStream>"
TREE = "https://w3id.org/tree#"
AS = "https://www.w3.org/ns/activitystreams#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TITLE = "<http://purl.org/dc/terms/title>"


class Feed:
    """A feed in pages, on the catalogue of a test."""

    def __init__(self, catalogue) -> None:
        self.catalogue = catalogue
        self.pages: dict[int, list[str]] = {}

    def tell(self, page: int, kind: str, name: str, title: str = "") -> None:
        lines = self.pages.setdefault(page, [])
        activity = f"<{self.catalogue.url(f'/feed/{page}')}#{len(lines)}>"
        thing = f"<https://other.example.org/id/{name}>"
        said = [
            f"{activity} {TYPE} <{AS}{kind}> .",
            f"{activity} <{AS}object> {thing} .",
            f'{activity} <{AS}published> "2026-01-{page:02}T00:00:00Z" .',
        ]
        if title:
            said += [
                f"{thing} {TYPE} <https://example.org/ontology#Tool> {activity} .",
                f'{thing} {TITLE} "{title}"@fr {activity} .',
            ]
        lines.append("\n".join(said))

    def publish(self) -> str:
        url = self.catalogue.url("/feed")
        root = [f"<{url}#stream> {TYPE} {LDES} ."]
        for page, lines in self.pages.items():
            address = self.catalogue.page(
                f"/feed/{page}", "\n".join(lines), Content_Type="application/n-quads", ETag=f'"{page}-{len(lines)}"'
            )
            root.append(
                f'_:r{page} <{TREE}node> <{address}> .\n_:r{page} <{TREE}value> "2026-01-{page:02}T00:00:00Z" .'
            )
        return self.catalogue.page("/feed", "\n".join(root), Content_Type="application/n-quads")


@pytest.fixture
def feed(catalogue) -> Feed:
    return Feed(catalogue)


def test_the_last_activity_of_a_thing_counts(harvest, feed):
    feed.tell(2, "Update", "saw", "Scie à main")
    feed.tell(2, "Delete", "file")
    feed.tell(10, "Create", "vice", "Étau")
    feed.tell(1, "Create", "hammer", "Marteau")
    feed.tell(1, "Create", "saw", "Scie")
    feed.tell(1, "Create", "file", "Lime")
    report = harvest(feed.publish())
    assert (report["mapping"], report["records"], report["mapped"]) == ("passerelles", 3, 3)
    said = harvest.quarantine()
    assert "<https://other.example.org/id/saw>" in said
    assert "Scie à main" in said
    assert "Lime" not in said
    assert feed.catalogue.paths[-3:] == ["/feed/1", "/feed/2", "/feed/10"]


def test_only_new_pages_are_read_and_a_deletion_leaves_a_tombstone(harvest, feed):
    feed.tell(1, "Create", "hammer", "Marteau")
    feed.tell(1, "Create", "saw", "Scie")
    harvest(feed.publish())
    feed.tell(2, "Delete", "saw")
    report = harvest(feed.publish())
    assert (report["new"], report["changed"], report["gone"], report["records"]) == (0, 0, 1, 1)
    assert "prov:invalidatedAtTime" in harvest.quarantine()
    asked = [headers.get("if-none-match") for path, headers in feed.catalogue.asked if path == "/feed/1"]
    assert asked == [None, '"1-2"']
