"""The readers of the suites, for every test of this folder, and the server they are asked of."""

import sys
from pathlib import Path

import pytest

# The import mode of the project leaves this folder off the path; its tests share readers.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Our own server of the datasets of the SPARQL suites."""
    from sparql_server import serving

    with serving(tmp_path_factory.mktemp("w3c")) as server:
        yield server
