"""Settings are read once from `passerelles.toml`; whatever is wrong there is named."""

import dataclasses
from pathlib import Path

import pytest

from graph import config
from graph.config import Limits, Settings, find, language, load, read
from graph.errors import ConfigurationError, UnreadableInput


def written(folder: Path, text: str) -> Path:
    path = folder / "passerelles.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- finding the repository


def test_the_repository_is_the_nearest_one_at_or_above(tmp_path):
    written(tmp_path, "")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert load(start=inner).root == tmp_path
    written(tmp_path / "a", "")
    assert load(start=inner).root == tmp_path / "a"


def test_a_repository_may_be_named_by_its_folder_or_its_file(tmp_path):
    path = written(tmp_path, "")
    assert load(tmp_path).root == load(path).root == tmp_path


def test_outside_any_repository_the_shipped_graph_is_used(tmp_path):
    assert find(tmp_path) is None
    settings = load(start=tmp_path)
    assert settings.shipped
    assert settings.data_folder.is_dir()


def test_a_folder_without_the_file_is_said(tmp_path):
    with pytest.raises(UnreadableInput) as caught:
        load(tmp_path)
    assert caught.value.key == "no-repository"
    assert str(tmp_path) in caught.value.message("en")


# --- what it may say


def test_everything_has_a_default(tmp_path):
    settings = read(written(tmp_path, ""))
    assert settings.graph.base == "https://w3id.org/passerelles/id/"
    assert settings.data_folder == tmp_path / "data"
    assert settings.ontology_folder == tmp_path / "ontology"
    assert settings.shapes_folder == tmp_path / "shapes"
    assert settings.queries_folder == tmp_path / "queries"
    assert settings.build_folder == tmp_path / ".passerelles"
    assert settings.limits == Limits()
    assert settings.limits.file_bytes == 100 * 1024 * 1024
    assert settings.federation.allow == ()
    assert not settings.shipped


def test_everything_may_be_said(tmp_path):
    settings = read(
        written(
            tmp_path,
            """
            [graph]
            title = { fr = "Essai", en = "Trial" }
            publisher = "https://example.org/"
            licence = "https://example.org/licence"
            base = "https://example.org/id/"
            graph_base = "https://example.org/graph/"
            [folders]
            ontology = "o"
            shapes = "s"
            data = "d"
            queries = "q"
            build = "b"
            [federation]
            allow = ["https://query.example.org/sparql"]
            [search]
            meaning = false
            [lint]
            policy = "error"
            source = "off"
            [limits]
            deadline_seconds = 5
            workers = 1
            """,
        )
    )
    assert settings.graph.title == {"fr": "Essai", "en": "Trial"}
    assert settings.graph.graph_base == "https://example.org/graph/"
    assert settings.data_folder == tmp_path / "d"
    assert settings.build_folder == tmp_path / "b"
    assert settings.federation.allow == ("https://query.example.org/sparql",)
    assert not settings.search.meaning
    assert settings.limits.deadline_seconds == 5
    assert settings.limits.workers == 1


def test_a_title_may_be_one_text(tmp_path):
    assert read(written(tmp_path, '[graph]\ntitle = "Essai"')).graph.title == {"fr": "Essai"}


def test_settings_are_frozen(tmp_path):
    settings = read(written(tmp_path, ""))
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.root = tmp_path


def test_a_rule_is_as_strict_as_said_of_it_else_of_all_else_a_warning(tmp_path):
    def policy(rule: str, **lint: str) -> str:
        return Settings(tmp_path, tmp_path, lint=lint).policy(rule)

    assert policy("source") == "warning"
    assert policy("source", policy="error") == "error"
    assert policy("source", policy="error", source="off") == "off"
    assert policy("base", policy="error", source="off") == "error"


# --- what is wrong with it


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("[grph]\n", "grph", "graph"),
        ('[graph]\npublishr = "https://x.org/"', "graph.publishr", "graph.publisher"),
        ('[folders]\ndta = "d"', "folders.dta", "folders.data"),
        ("[federation]\nalow = []", "federation.alow", "federation.allow"),
        ('[lint]\nsouce = "off"', "lint.souce", "lint.source"),
        ("[limits]\ndeadline = 3", "limits.deadline", "limits.deadline_seconds"),
        ('[contribute]\nnewfile = ""', "contribute.newfile", "contribute.new_file"),
        ("zzzz = 1", "zzzz", None),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest(tmp_path, text, key, near):
    with pytest.raises(ConfigurationError) as caught:
        read(written(tmp_path, text))
    assert caught.value.key == "unknown-key"
    assert caught.value.parameters["key"] == key
    if near:
        assert caught.value.parameters["near"] == near
    assert str(tmp_path / "passerelles.toml") in caught.value.message("fr")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("graph = 3", "graph"),
        ("[graph]\ntitle = 3", "graph.title"),
        ("[graph]\ntitle = {}", "graph.title"),
        ('[graph]\nbase = "not an iri"', "graph.base"),
        ('[graph]\nbase = "relative/"', "graph.base"),
        ('[graph]\ngraph_base = "https://x.org/<y>"', "graph.graph_base"),
        ("[graph]\nlicence = 3", "graph.licence"),
        ("[folders]\ndata = 3", "folders.data"),
        ('[folders]\ndata = ""', "folders.data"),
        ('[federation]\nallow = "https://x.org/"', "federation.allow"),
        ("[federation]\nallow = [1]", "federation.allow"),
        ('[federation]\nallow = ["query.example.org/sparql"]', "federation.allow"),
        ('[lint]\nsource = "maybe"', "lint.source"),
        ("[lint]\nsource = 3", "lint.source"),
        ('[limits]\nworkers = "2"', "limits.workers"),
        ('[contribute]\nnew_file = "https://forge.example/new"', "contribute.new_file"),
        ('[contribute]\nnew_file = "https://forge.example/{path}?{branch}"', "contribute.new_file"),
        ('[contribute]\nnew_file = "javascript:{path}"', "contribute.new_file"),
        ('[search]\nmeaning = "no"', "search.meaning"),
        ("[limits]\nworkers = 2.5", "limits.workers"),
        ("[limits]\nworkers = true", "limits.workers"),
        ("[limits]\nworkers = 0", "limits.workers"),
        ("[limits]\ndeadline_seconds = -1", "limits.deadline_seconds"),
        ("[limits]\ndeadline_seconds = inf", "limits.deadline_seconds"),
        ("[limits]\ndeadline_seconds = nan", "limits.deadline_seconds"),
        ("limits = []", "limits"),
        ("lint = []", "lint"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_what_is_expected(tmp_path, text, key):
    with pytest.raises(ConfigurationError) as caught:
        read(written(tmp_path, text))
    assert caught.value.key == "wrong-kind"
    assert caught.value.parameters["key"] == key
    assert caught.value.parameters["expected"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[federation]\nallow = ["https://me:hunter2@x.org/sparql"]', "federation.allow"),
        ('[harvest.x]\nurl = "https://me:hunter2@x.org/catalog"', "harvest.x.url"),
    ],
)
def test_an_address_with_a_password_is_refused_and_the_password_not_told(tmp_path, text, key):
    with pytest.raises(ConfigurationError) as caught:
        read(written(tmp_path, text))
    assert caught.value.key == "address-secret"
    assert caught.value.parameters["key"] == key
    assert "hunter2" not in caught.value.message("en")


def test_a_file_that_is_not_toml_is_said(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        read(written(tmp_path, "[graph"))
    assert caught.value.key == "not-toml"


def test_a_file_that_is_not_utf8_is_said(tmp_path):
    path = tmp_path / "passerelles.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(UnreadableInput) as caught:
        read(path)
    assert caught.value.key == "cannot-read"


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnreadableInput):
        read(tmp_path / "passerelles.toml")


# --- limits


@pytest.mark.parametrize("limit", [field.name for field in dataclasses.fields(Limits)])
def test_every_limit_has_its_sentence_in_both_languages(limit):
    french, english = Limits.describe(limit, "fr"), Limits.describe(limit, "en")
    assert french.endswith(".")
    assert english.endswith(".")
    assert french != english


# --- the shipped graph


def test_a_checkout_ships_itself():
    root = config.shipped_root()
    assert (root / "passerelles.toml").is_file()
    assert (root / "ontology" / "rules").is_dir()


def test_the_packaged_graph_is_built_in_the_users_cache_folder(tmp_path, monkeypatch):
    package = tmp_path / "graph"
    (package / "shipped").mkdir(parents=True)
    written(package / "shipped", "")
    monkeypatch.setattr(config, "_HERE", package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    settings = load(start=tmp_path)
    assert settings.root == package / "shipped"
    assert settings.build_folder.is_relative_to(tmp_path / "cache" / "passerelles")


# --- the reader's language


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANG": "eng"}, "fr"),
        ({"LANGUAGE": "de:en:fr"}, "en"),
        ({"LANGUAGE": "fr", "LC_ALL": "en_US"}, "fr"),
        ({"LC_ALL": "en_US", "LANG": "fr_FR"}, "en"),
        ({"LC_MESSAGES": "en_US", "LANG": "fr_FR"}, "en"),
        ({"PASSERELLES_LANG": "en", "LANGUAGE": "fr", "LC_ALL": "fr_FR"}, "en"),
        ({"PASSERELLES_LANG": "", "LANG": "en_US"}, "en"),
    ],
)
def test_the_language_is_ours_then_the_locales_then_french(environment, expected):
    assert language(None, environment) == expected


def test_the_option_wins_over_the_environment():
    assert language("en", {"PASSERELLES_LANG": "fr"}) == "en"
    assert language("FR", {"PASSERELLES_LANG": "en"}) == "fr"


def test_a_language_we_do_not_speak_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        language("de", {})
    assert caught.value.key == "unknown-language"


CATALOG = """
[catalog]
description = { fr = "Un graphe", en = "A graph" }
publisher_type = "http://purl.org/adms/publishertype/LocalAuthority"
contact_email = "contact@example.org"
issued = 2026-01-31
temporal = [2019-05-01, 2026-01-31]
spatial = ["http://publications.europa.eu/resource/authority/country/FRA"]
keywords = { fr = ["carte"] }
"""


def test_what_the_catalogue_says_is_read(tmp_path):
    said = read(written(tmp_path, CATALOG)).catalog
    assert said.description == {"fr": "Un graphe", "en": "A graph"}
    assert said.issued == "2026-01-31"
    assert said.temporal == ("2019-05-01", "2026-01-31")
    assert said.spatial == ("http://publications.europa.eu/resource/authority/country/FRA",)
    assert said.keywords == {"fr": ("carte",)}


@pytest.mark.parametrize(
    "line",
    [
        'contact_email = "nobody"',
        'contact_page = "not an IRI"',
        'contact_page = "page"',
        'contact_page = "http://[example.org"',
        'contact_page = "http://example.org:port/"',
        'contact_page = "https://example.org/\\n"',
        'issued = "2026-01-31"',
        'spatial = "http://example.org/place"',
        "keywords = ['carte']",
        "description = { fr = 1 }",
        "themes = [1]",
        "temporal = 2026-01-31",
        "temporal = [2026-01-31]",
        "temporal = [2026-01-31, 2019-05-01]",
        'temporal = ["2019", "2026"]',
    ],
)
def test_what_the_catalogue_cannot_say_is_refused_with_its_key(tmp_path, line):
    with pytest.raises(ConfigurationError) as refused:
        read(written(tmp_path, f"[catalog]\n{line}\n"))
    assert f"catalog.{line.partition(' ')[0]}" in str(refused.value)


def test_an_unknown_key_of_the_catalogue_names_the_nearest(tmp_path):
    with pytest.raises(ConfigurationError, match=r"catalog\.themes"):
        read(written(tmp_path, "[catalog]\ntheme = []\n"))
