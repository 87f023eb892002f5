"""Catalogues on the web: pages, validators, manners, interruptions, and what breaks without harm."""

from __future__ import annotations

import json
import time

import pytest

from graph.federation.outbound import Fetched
from graph.harvest.fetching import next_page

HYDRA = "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . "
DCAT = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "


def dataset(name: str, more: str = "") -> str:
    return f'<https://data.example.org/{name}> a dcat:Dataset ; dct:identifier "{name}" ; dct:title "{name}" {more}. '


def page(catalogue, path: str, *names: str, after: str = "", **headers: str) -> str:
    body = DCAT + HYDRA + "".join(map(dataset, names))
    if after:
        body += f"<#view> a hydra:PartialCollectionView ; hydra:next <{after}> . "
    return catalogue.page(path, body, Content_Type="text/turtle", **headers)


def test_pages_are_followed_one_after_the_other(harvest, catalogue):
    page(catalogue, "/2", "c", after="/3")
    page(catalogue, "/3", "d", "a")
    report = harvest(page(catalogue, "/1", "a", "b", after="/2"))
    assert (report["mapping"], report["records"], report["mapped"]) == ("dcat", 4, 4)
    assert catalogue.paths == ["/1", "/2", "/3"]
    said = harvest.quarantine()
    assert "<https://data.example.org/a>" in said
    assert f"prov:wasDerivedFrom <{catalogue.url('/2')}>" in said


def test_a_link_header_names_the_next_page_too(harvest, catalogue):
    page(catalogue, "/2", "b")
    assert harvest(page(catalogue, "/1", "a", Link='</2>; rel="next"'))["mapped"] == 2


def test_what_the_server_says_is_unchanged_is_not_read_again(harvest, catalogue):
    page(catalogue, "/2", "b", ETag='"2"')
    start = page(catalogue, "/1", "a", after="/2", ETag='"1"')
    harvest(start)
    report = harvest(start)
    assert report["unchanged"]
    assert report["mapped"] == 2
    assert [headers.get("if-none-match") for path, headers in catalogue.asked if path == "/2"] == [None, '"2"']


def test_who_asks_is_said(harvest, catalogue):
    harvest(page(catalogue, "/1", "a"))
    assert {headers["user-agent"] for _, headers in catalogue.asked} == {catalogue.asked[0][1]["user-agent"]}
    assert "passerelles/" in catalogue.asked[0][1]["user-agent"]
    assert "(+https://example.org/)" in catalogue.asked[0][1]["user-agent"]


def test_robots_txt_is_followed(harvest, catalogue):
    catalogue.page("/robots.txt", "User-agent: *\nDisallow: /private\n")
    page(catalogue, "/private/2", "b")
    report = harvest(page(catalogue, "/1", "a", after="/private/2"))
    assert catalogue.paths == ["/1"]
    assert report["mapped"] == 1
    assert "robots.txt" in report["rejected"][0]["reason"]


def test_a_server_without_robots_txt_to_give_is_not_asked(harvest, catalogue):
    catalogue.page("/robots.txt", "busy", status=500)
    report = harvest(page(catalogue, "/1", "a"), status=1)
    assert "robots.txt" in report["refused"]
    assert catalogue.paths == []


def test_a_busy_server_is_asked_again_when_it_says(harvest, catalogue):
    page(catalogue, "/1", "a")
    there = catalogue.pages.pop("/1")

    def busy(request) -> None:
        catalogue.pages["/1"] = there
        request.send_response(503)
        request.send_header("Retry-After", "1")
        request.send_header("Content-Length", "0")
        request.end_headers()

    catalogue.pages["/1"] = busy
    began = time.monotonic()
    assert harvest(catalogue.url("/1"))["mapped"] == 1
    assert time.monotonic() - began >= 1


def test_a_page_that_leads_back_is_read_once_and_told_of(harvest, catalogue):
    page(catalogue, "/2", "b", after="/1")
    report = harvest(page(catalogue, "/1", "a", after="/2"))
    assert catalogue.paths == ["/1", "/2"]
    assert report["mapped"] == 2
    assert "read already" in report["notes"][0]["reason"]


def test_a_page_that_fails_leaves_what_it_said_before(harvest, catalogue):
    page(catalogue, "/2", "b", "c")
    start = page(catalogue, "/1", "a", after="/2")
    harvest(start)
    catalogue.page("/2", "no", status=500)
    report = harvest(start)
    assert (report["gone"], report["records"], report["mapped"]) == (0, 1, 1)
    assert "HTTP 500" in report["rejected"][0]["reason"]
    assert "<https://data.example.org/c>" in harvest.quarantine()
    for file in (harvest.repository.root / ".passerelles/harvest").iterdir():
        file.unlink()
    assert harvest(start)["gone"] == 0
    assert "<https://data.example.org/c>" in harvest.quarantine()


def test_a_catalogue_that_fails_altogether_harms_nothing(harvest, catalogue):
    start = page(catalogue, "/1", "a")
    harvest(start)
    before = harvest.quarantine()
    catalogue.page("/1", "<!DOCTYPE html><html><body>Maintenance</body></html>", Content_Type="text/html")
    report = harvest(start, status=1)
    assert "HTML" in report["rejected"][0]["reason"]
    assert harvest.quarantine() == before


def test_far_fewer_records_than_before_are_refused(harvest, catalogue):
    start = page(catalogue, "/1", *"abcdef")
    harvest(start)
    before = harvest.quarantine()
    page(catalogue, "/1", "a", "b")
    report = harvest(start, status=1)
    assert "2 records instead of 6" in report["refused"]
    assert "harvest_share_kept" in report["refused"]
    assert harvest.quarantine() == before
    assert harvest(start, status=1)["refused"]
    page(catalogue, "/1", *"abcde")
    assert harvest(start)["gone"] == 1


def test_an_interrupted_harvest_goes_on_from_where_it_was(harvest, catalogue):
    page(catalogue, "/2", "b", after="/3")
    page(catalogue, "/3", "c")
    start = page(catalogue, "/1", "a", after="/2")
    program = (
        "import graph.harvest.crawling as crawling, os\n"
        "fetch = crawling.Web.get\n"
        "def get(self, address, *more):\n"
        "    return os._exit(9) if address.endswith('/2') else fetch(self, address, *more)\n"
        "crawling.Web.get = get\n"
    )
    done = harvest.repository.run("harvest", start, "--into", "portal", before=program)
    assert done.returncode == 9
    assert not (harvest.repository.root / "data/harvest").exists()
    assert catalogue.paths == ["/1"]
    assert harvest(start)["mapped"] == 3
    assert catalogue.paths == ["/1", "/2", "/3"]


def test_a_page_larger_than_the_limit_is_refused_and_the_rest_taken(harvest, catalogue):
    repository = harvest.repository
    repository.configure(f'[federation]\nprivate = ["{catalogue.host}"]\n[limits]\nharvest_bytes = 100_000')
    sent = []

    def endless(request) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/turtle")
        request.send_header("Content-Length", str(10**9))
        request.end_headers()
        try:
            for _ in range(10_000):
                request.wfile.write(b"# nothing but words, on and on\n" * 3_000)
                sent.append(1)
        except OSError:
            pass

    catalogue.pages["/2"] = endless
    report = harvest(page(catalogue, "/1", "a", after="/2"))
    assert report["mapped"] == 1
    assert "harvest_bytes" in report["rejected"][0]["reason"]
    assert len(sent) < 1_000


def test_more_pages_than_the_limit_are_left(harvest, catalogue):
    repository = harvest.repository
    repository.configure(f'[federation]\nprivate = ["{catalogue.host}"]\n[limits]\nharvest_pages = 2')
    for number in range(1, 5):
        page(catalogue, f"/{number}", f"n{number}", after=f"/{number + 1}")
    report = harvest(catalogue.url("/1"))
    assert catalogue.paths == ["/1", "/2"]
    assert report["mapped"] == 2
    assert "harvest_pages" in report["rejected"][0]["reason"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "http://[::1]/x"])
def test_an_address_of_this_network_is_not_asked(harvest, address):
    report = harvest(address, status=1)
    assert report["refused"]


def test_a_next_page_may_not_lead_into_this_network(harvest, catalogue):
    report = harvest(page(catalogue, "/1", "a", after="http://127.0.0.1:1/secret"))
    assert report["mapped"] == 1
    assert "127.0.0.1" in report["rejected"][0]["reason"]


def test_an_endpoint_is_asked_by_slices(harvest, catalogue):
    import pyoxigraph as ox

    store = ox.Store()
    body = DCAT + "".join(dataset(f"n{number:03}") for number in range(250))
    body += "<https://data.example.org/n000> dcat:inSeries <https://data.example.org/n249> . "  # of another slice
    body += "<https://data.example.org/n249> dcat:distribution <https://data.example.org/d> . "
    body += "<https://data.example.org/d> dct:license <https://data.example.org/terms> . "
    store.load(input=body.encode(), format=ox.RdfFormat.TURTLE)
    repository = harvest.repository
    repository.configure(
        f'[federation]\nprivate = ["{catalogue.host}"]\n'
        f'[harvest.endpoint]\nurl = "{catalogue.url("/sparql")}"\nadapter = "sparql"'
    )
    from urllib.parse import parse_qs, urlsplit

    class Answers(dict):
        def get(self, path: str, _: object = None) -> object:
            if not path.startswith("/sparql"):
                return None
            query = parse_qs(urlsplit(path).query)["query"][0]
            found = store.query(query).serialize(format=ox.RdfFormat.TURTLE)
            return 200, found, {"Content-Type": "text/turtle"}

    catalogue.pages = Answers()
    report = harvest("endpoint", into="endpoint")
    assert (report["records"], report["mapped"], report["rejected"]) == (250, 250, [])
    assert report["unmapped"]["license = https://data.example.org/terms"] == 1
    assert len(catalogue.paths) == 3


def test_the_projects_of_a_list_are_asked_for_their_file(harvest, catalogue):
    listing = {"projects": [{"repository": catalogue.url("/one/publiccode.yml")}, catalogue.url("/two/publiccode.yml")]}
    catalogue.page("/list.json", json.dumps(listing))
    text = "publiccodeYmlVersion: '0.4'\nname: {0}\nurl: https://example.org/{0}\n"
    catalogue.page("/one/publiccode.yml", text.format("one"))
    repository = harvest.repository
    repository.configure(
        f'[federation]\nprivate = ["{catalogue.host}"]\n[harvest.forge]\nurl = "{catalogue.url("/list.json")}"\n'
        'adapter = "repositories"'
    )
    report = harvest("forge", into="forge")
    assert report["mapped"] == 1
    assert "404" in report["rejected"][0]["reason"]


def test_addresses_that_are_none_cost_their_own_page_only(harvest, catalogue):
    body = "<#view> <http://www.w3.org/ns/hydra/core#next> 'http://[', 'nothing', 'http://a b/' ."
    start = page(catalogue, "/1", "a", after="/2", Link='<http://[x>; rel="next", </3>; rel="next"')
    catalogue.page("/2", DCAT + dataset("b") + body, Content_Type="text/turtle")
    page(catalogue, "/3", "c")
    report = harvest(start)
    assert report["mapped"] == 3
    assert len(report["rejected"]) == 3


def test_numbers_of_robots_txt_that_are_none_are_as_if_not_there(harvest, catalogue):
    wrong = f"User-agent: *\nCrawl-delay: \u00b2\nCrawl-delay: {'9' * 5000}\nRequest-rate: \u00b2/9\nDisallow: /2\n"
    catalogue.page("/robots.txt", wrong)
    page(catalogue, "/2", "b")
    assert harvest(page(catalogue, "/1", "a", after="/2"))["mapped"] == 1


def test_a_date_to_come_back_that_is_none_is_as_if_not_there(harvest, catalogue):
    repository = harvest.repository
    repository.configure(f'[federation]\nprivate = ["{catalogue.host}"]\n[limits]\nharvest_patience_seconds = 0.1')
    later = "Mon, 01 Jan 99999999999 00:00:00 GMT"
    catalogue.page("/2", "busy", status=503, Retry_After=later)
    report = harvest(page(catalogue, "/1", "a", after="/2"))
    assert (report["mapped"], len(report["rejected"])) == (1, 1)


def test_a_link_header_is_read_in_no_time_whatever_it_holds():
    for hostile in ("<" * 60_000, "<a>;" * 15_000, '<a>; x="' * 7_000):
        answer = Fetched("https://example.org/", 200, {"link": hostile + ', </2>; rel="next"'})
        began = time.process_time()
        assert next_page(answer) == ["https://example.org/2"]
        assert time.process_time() - began < 1


def test_a_page_is_waited_for_once_however_many_name_it(harvest, catalogue):
    page(catalogue, "/3", "c")
    page(catalogue, "/2", "b", after="/3")
    report = harvest(page(catalogue, "/1", "a", after="/2", Link='</3>; rel="next"'))
    assert catalogue.paths == ["/1", "/2", "/3"]
    assert (report["mapped"], report["notes"]) == (3, [])


def test_a_record_that_is_kept_keeps_nothing_of_what_others_said(harvest, catalogue):
    in_series = "; dcat:inSeries <https://data.example.org/a>"
    catalogue.page("/2", DCAT + dataset("b", in_series), Content_Type="text/turtle")
    start = page(catalogue, "/1", "a", "c", after="/2")
    harvest(start)
    catalogue.page("/2", "no", status=500)
    body = DCAT + HYDRA + dataset("a").replace('title "a"', 'title "new"') + dataset("c")
    catalogue.page("/1", body + "<#v> hydra:next </2> . ", Content_Type="text/turtle")
    for file in (harvest.repository.root / ".passerelles/harvest").iterdir():
        file.unlink()
    report = harvest(start)
    assert (report["changed"], report["gone"]) == (1, 0)
    said = harvest.quarantine()
    assert all(part in said for part in ('dct:title "new"@fr', 'dct:title "b"@fr'))
    assert 'dct:title "a"@fr' not in said
