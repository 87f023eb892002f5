"""The way out for what nobody typed: what is refused, what is resolved, what an answer may cost."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from contextlib import contextmanager

import pytest
import trustme

from graph.errors import OutboundError, OutboundLate, OutboundRefused
from graph.federation.outbound import Bounds, Outbound, waited_for
from graph.federation.policy import Policy, public, shown

from ..remote import Remote

BOUNDS = Bounds(1_000_000, 5.0, 2.0, "service_bytes")


@pytest.fixture
def remote():
    server = Remote()
    yield server
    server.close()


def resolver(*answers):
    """One that gives each answer in turn, then the last; `resolver.asked` are the names it was asked for."""
    left = list(answers)

    async def resolve(host, port):
        resolve.asked.append((host, port))
        return left.pop(0) if len(left) > 1 else left[0]

    resolve.asked = []
    return resolve


def fetched(address, policy=None, *, bounds=BOUNDS, resolve=None, tls=None, **options):
    async def run():
        outbound = Outbound(policy or Policy(), tls=tls, **({"resolver": resolve} if resolve else {}))
        try:
            return await outbound.fetch(address, bounds, **options)
        finally:
            await outbound.close()

    return asyncio.run(run())


def here(remote, host="127.0.0.1"):
    return Policy(private=frozenset({f"{host}:{remote.port}"}))


# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::",
        "2001:0:7f00:1::1", "2001:0:808:808:0:0:80ff:fffe", "100::1", "4000::1", "nothing", "",
    ],
)  # fmt: skip
def test_an_address_of_no_public_network_is_not_public(address):
    assert not public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"],
)
def test_an_address_of_the_internet_is_public(address):
    assert public(address)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ftp://example.org/", "outbound-scheme"),
        ("file:///etc/passwd", "outbound-scheme"),
        ("gopher://example.org:70/", "outbound-scheme"),
        ("data:text/plain,x", "outbound-scheme"),
        ("//example.org/", "outbound-scheme"),
        ("http://", "outbound-userinfo"),
        ("http:///sparql", "outbound-userinfo"),
        ("http://user@example.org/", "outbound-userinfo"),
        ("http://user:secret@example.org/", "outbound-userinfo"),
        ("http://example.org@127.0.0.1/", "outbound-userinfo"),
        ("http://2130706433/", "outbound-number"),
        ("http://017700000001/", "outbound-number"),
        ("http://0x7f000001/", "outbound-number"),
        ("http://0x7f.0.0.1/", "outbound-number"),
        ("http://0177.0.0.1/", "outbound-address"),
        ("http://127.1/", "outbound-number"),
        ("http://127.0.0.1./", "outbound-number"),
        ("http://134744072/", "outbound-number"),
        ("http://example.0x7f/", "outbound-number"),
        ("http://\uff11\uff12\uff17.0.0.1/", "outbound-address"),
        ("http://\u2460\u2461\u2466.0.0.1/", "outbound-address"),
        ("http://127.0.0.1/", "outbound-private"),
        ("http://[::1]/", "outbound-private"),
        ("http://[::ffff:127.0.0.1]/", "outbound-private"),
        ("http://[::ffff:7f00:1]/", "outbound-private"),
        ("http://[fd00:ec2::254]/latest/", "outbound-private"),
        ("http://[64:ff9b::7f00:1]/", "outbound-private"),
        ("http://169.254.169.254/latest/meta-data/", "outbound-private"),
        ("http://localhost/", "outbound-private"),
        ("http://example.org:22/", "outbound-port"),
        ("https://example.org:80/", "outbound-port"),
        ("http://example.org:99999/", "outbound-port"),
        ("http://[::1/", "outbound-address"),
        ("http://exa\tmple.org/", "outbound-address"),
    ],
)
def test_an_address_that_leads_elsewhere_than_the_internet_is_refused(address, key):
    with pytest.raises(OutboundRefused) as refused:
        fetched(address)
    assert refused.value.key == key


def test_a_name_with_one_private_address_among_others_is_refused():
    with pytest.raises(OutboundRefused, match=r"127\.0\.0\.1"):
        fetched("http://example.org/", resolve=resolver(["93.184.216.34", "127.0.0.1"]))


def test_a_name_is_resolved_once_and_the_address_checked_is_the_one_called(remote):
    named = f"rebound.example:{remote.port}"
    resolve = resolver(["127.0.0.1"], ["203.0.113.7"])
    answer = fetched(f"http://{named}/x", Policy(private=frozenset({named})), resolve=resolve)
    assert answer.body == b"fine"
    assert resolve.asked == [("rebound.example", remote.port)]
    assert remote.asked[0][2]["host"] == named


def test_a_name_that_changes_its_mind_is_checked_at_each_request(remote):
    """The first answer comes from a private host that is listed, the second would come from one that is not."""
    named = f"x.example:{remote.port}"
    remote.answers["/"] = (302, {"Location": "http://x.example/"}, b"")

    async def run():
        outbound = Outbound(Policy(private=frozenset({named})), resolver=resolver(["127.0.0.1"]))
        assert (await outbound.fetch(f"http://{named}/", BOUNDS)).status == 302
        with pytest.raises(OutboundRefused):
            await outbound.fetch(f"http://{named}/", BOUNDS, redirects=1)
        await outbound.close()

    asyncio.run(run())


def test_the_second_address_of_a_name_is_tried_when_the_first_does_not_answer(remote):
    named = f"two.example:{remote.port}"
    answer = fetched(
        f"http://{named}/", Policy(private=frozenset({named})), resolve=resolver(["127.0.0.9", "127.0.0.1"])
    )
    assert answer.ok


def test_a_listed_port_is_allowed_but_no_private_address_behind_it():
    policy = Policy.of([], ["http://example.org:8890/sparql"])
    with pytest.raises(OutboundRefused) as refused:
        fetched("http://example.org:8890/sparql", policy, resolve=resolver(["10.0.0.1"]))
    assert refused.value.key == "outbound-private"


def test_a_private_host_is_excepted_for_its_port_only(remote):
    assert fetched(remote.address(), here(remote)).ok
    with pytest.raises(OutboundRefused):
        fetched("http://127.0.0.1/", here(remote))


def test_a_private_host_may_be_an_ipv6_address():
    policy = Policy.of(["[FD00::7]:8890"], [])
    policy.check("http://[fd00::7]:8890/", "http", "fd00::7", 8890)
    policy.check_addresses("http://[fd00::7]:8890/", "fd00::7", 8890, ["fd00::7"])


def test_a_name_without_address_is_an_error_that_says_so():
    async def nobody(*_):
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(OutboundError) as failed:
        fetched("http://example.org/", resolve=nobody)
    assert failed.value.key == "outbound-failed"


# --- encrypted


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@contextmanager
def encrypted(authority, *names):
    """A server with a certificate for some names, and the names that were asked of it."""
    server, asked = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    authority.issue_cert(*names).configure_cert(server)
    server.sni_callback = lambda _socket, name, _context: asked.append(name)
    remote = Remote(server)
    try:
        yield remote, asked
    finally:
        remote.close()


def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_an_encrypted_connection_goes_to_the_address_checked_and_proves_the_name(authority):
    with encrypted(authority, "named.example") as (remote, asked):
        named = f"named.example:{remote.port}"
        resolve = resolver(["127.0.0.1"], ["203.0.113.7"])
        policy = Policy(private=frozenset({named}))
        answer = fetched(f"https://{named}/x", policy, resolve=resolve, tls=trusting(authority))
    assert answer.body == b"fine"
    assert asked == ["named.example"]
    assert remote.asked[0][2]["host"] == named
    assert len(resolve.asked) == 1


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_refused_even_one_for_the_address(authority, name):
    with encrypted(authority, name) as (remote, _):
        named = f"named.example:{remote.port}"
        policy = Policy(private=frozenset({named}))
        with pytest.raises(OutboundError) as failed:
            fetched(f"https://{named}/", policy, resolve=resolver(["127.0.0.1"]), tls=trusting(authority))
    assert failed.value.parameters["reason"].key == "reach.certificate"
    assert remote.asked == []


def test_a_certificate_that_nobody_known_gave_is_refused(authority):
    with encrypted(authority, "named.example") as (remote, _):
        named = f"named.example:{remote.port}"
        with pytest.raises(OutboundError) as failed:
            fetched(f"https://{named}/", Policy(private=frozenset({named})), resolve=resolver(["127.0.0.1"]))
    assert failed.value.parameters["reason"].key == "reach.certificate"
    assert remote.asked == []


def test_a_redirection_from_encrypted_to_clear_is_refused(authority):
    with encrypted(authority, "named.example") as (remote, _):
        named = f"named.example:{remote.port}"
        remote.answers["/"] = (302, {"Location": "http://me:hunter2@named.example/"}, b"")
        policy = Policy(private=frozenset({named}))
        with pytest.raises(OutboundRefused) as refused:
            fetched(f"https://{named}/", policy, resolve=resolver(["127.0.0.1"]), tls=trusting(authority), redirects=1)
    assert refused.value.key == "outbound-downgrade"
    assert "hunter2" not in refused.value.message("en")


# --- redirections


def test_a_redirection_is_the_answer_where_none_is_wanted(remote):
    remote.answers["/"] = (302, {"Location": "/elsewhere"}, b"")
    assert fetched(remote.address(), here(remote)).status == 302
    assert len(remote.asked) == 1


def test_each_step_of_a_redirection_is_checked(remote):
    remote.answers["/"] = (302, {"Location": "http://169.254.169.254/latest/"}, b"")
    with pytest.raises(OutboundRefused, match=r"169\.254"):
        fetched(remote.address(), here(remote), redirects=3)


def test_redirections_end_at_their_number(remote):
    remote.answers["/"] = (302, {"Location": "/"}, b"")
    assert fetched(remote.address(), here(remote), redirects=3).status == 302
    assert len(remote.asked) == 4


def test_secrets_do_not_follow_to_another_server(remote):
    other = Remote()
    try:
        remote.answers["/"] = (302, {"Location": other.address("/y")}, b"")
        policy = Policy(private=frozenset({f"127.0.0.1:{remote.port}", f"127.0.0.1:{other.port}"}))
        answer = fetched(remote.address(), policy, redirects=1, headers={"Authorization": "Bearer x", "Accept": "a/b"})
    finally:
        other.close()
    assert answer.url == other.address("/y")
    assert remote.asked[0][2]["authorization"] == "Bearer x"
    assert "authorization" not in other.asked[0][2]
    assert other.asked[0][2]["accept"] == "a/b"


# --- what an answer may cost


def test_an_answer_beyond_its_bytes_is_refused_before_it_is_read(remote):
    with pytest.raises(OutboundError) as failed:
        fetched(remote.address(), here(remote), bounds=Bounds(3, 5, 2, "service_bytes"))
    assert failed.value.key == "outbound-large"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_refused_at_its_size_once_decoded(remote, coding):
    body = (gzip.compress if coding == "gzip" else zlib.compress)(bytes(50_000_000))
    assert len(body) < 100_000
    remote.answers["/"] = (200, {"Content-Encoding": coding}, body)
    with pytest.raises(OutboundError) as failed:
        fetched(remote.address(), here(remote))
    assert failed.value.key == "outbound-large"


def test_a_coded_answer_is_decoded_whole(remote):
    body = gzip.compress(b"a" * 300_000) + gzip.compress(b"b" * 10)
    remote.answers["/"] = (200, {"Content-Encoding": "gzip"}, body)
    assert fetched(remote.address(), here(remote)).body == b"a" * 300_000 + b"b" * 10


@pytest.mark.parametrize(
    ("coding", "body"),
    [("br", b"x"), ("gzip", b"no gzip"), ("gzip", gzip.compress(b"x" * 999, mtime=0)[:-9]), ("gzip, gzip", b"")],
)
def test_what_is_badly_coded_is_no_answer(remote, coding, body):
    remote.answers["/"] = (200, {"Content-Encoding": coding}, body)
    with pytest.raises(OutboundError):
        fetched(remote.address(), here(remote))


def test_a_server_that_falls_silent_is_late(remote):
    done = threading.Event()

    def silent(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")
        done.wait(5)

    remote.answers["/"] = silent
    with pytest.raises(OutboundLate):
        fetched(remote.address(), here(remote), bounds=Bounds(1000, 5, 0.1, "service_bytes"))
    done.set()


def test_a_server_that_drips_is_late_in_all(remote):
    done = threading.Event()

    def dripping(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not done.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    remote.answers["/"] = dripping
    with pytest.raises(OutboundLate):
        fetched(remote.address(), here(remote), bounds=Bounds(100_000, 0.3, 2, "service_bytes"))
    done.set()


def test_an_answer_cut_short_is_an_error(remote):
    remote.answers["/"] = (200, {"Content-Length": "100", "Connection": "close"}, b"short")

    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"short")
        handler.close_connection = True

    remote.answers["/"] = cut
    with pytest.raises(OutboundError) as failed:
        fetched(remote.address(), here(remote))
    assert failed.value.key == "outbound-failed"


def test_a_failure_is_an_answer_with_the_beginning_of_what_it_says(remote):
    remote.answers["/"] = (500, {}, b"x" * 1_000_000)
    answer = fetched(remote.address(), here(remote), bounds=Bounds(10, 5, 2, "service_bytes"))
    assert answer.status == 500
    assert len(answer.body) <= 65_536


def test_the_body_goes_into_a_file_where_one_is_given(remote, tmp_path):
    with (tmp_path / "body").open("wb") as file:
        answer = fetched(remote.address(), here(remote), into=file)
    assert (answer.body, answer.size) == (b"", 4)
    assert (tmp_path / "body").read_bytes() == b"fine"


# --- manners


def test_validators_are_given_back_and_an_unchanged_answer_is_known_as_such(remote):
    remote.answers["/"] = (200, {"ETag": '"a"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}, b"fine")
    first = fetched(remote.address(), here(remote))
    assert first.validators == {"If-None-Match": '"a"', "If-Modified-Since": "Sat, 21 Nov 2026 10:00:00 GMT"}
    remote.answers["/"] = (304, {}, b"")
    assert fetched(remote.address(), here(remote), headers=first.validators).unchanged
    assert remote.asked[1][2]["if-none-match"] == '"a"'


def test_connections_to_a_host_are_few_and_kept(remote):
    peers = set()

    def noting(handler):
        peers.add(handler.client_address)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    remote.answers["/"] = noting

    async def run():
        outbound = Outbound(here(remote))
        await asyncio.gather(*(outbound.fetch(remote.address(), BOUNDS) for _ in range(5)))
        await outbound.close()

    asyncio.run(run())
    assert len(peers) == 1


def test_who_has_no_event_loop_waits_for_the_answer(remote):
    with waited_for(Outbound(here(remote))) as fetch:
        assert [fetch(remote.address(), BOUNDS).body for _ in range(2)] == [b"fine", b"fine"]


def test_no_proxy_of_the_environment_is_used(remote, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert fetched(remote.address(), here(remote)).ok


# --- what is told


@pytest.mark.parametrize(
    "address",
    [
        "http://me:hunter2@example.org/",
        "ftp://me:hunter2@example.org/",
        "//me:hunter2@example.org/",
        "me:hunter2@example.org/",
        "http://me:hun/ter2@example.org/",
        "http://me:hunter2@exa mple.org/",
        "http://me:hunter2@[::1/",
        "http://hunter2@example.org:99999/",
    ],
)
def test_a_password_is_never_told(address):
    with pytest.raises(OutboundRefused) as refused:
        fetched(address)
    assert "ter2" not in refused.value.message("en")
    assert "example.org" in refused.value.message("en") or "::1" in refused.value.message("en") or " " in address


def test_a_password_in_a_redirection_is_not_told(remote):
    remote.answers["/"] = (302, {"Location": "http://me:hunter2@example.org/"}, b"")
    with pytest.raises(OutboundRefused) as refused:
        fetched(remote.address(), here(remote), redirects=1)
    assert "hunter2" not in refused.value.message("en")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://example.org/@name?a=b@c", "https://example.org/@name?a=b@c"),
        ("https://me:hunter2@example.org:8890/@name", "https://example.org:8890/@name"),
        ("http://me:hunter2@[::1]:80/x", "http://[::1]:80/x"),
    ],
)
def test_an_address_is_shown_whole_but_for_its_password(address, told):
    assert shown(address) == told
