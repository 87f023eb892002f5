"""The graph of the repository, read once for all the tests of its data."""

import sys
from pathlib import Path

import pytest

# The import mode of the project leaves this folder off the path; its tests share readers.
sys.path.insert(0, str(Path(__file__).parent))

from repository import ROOT, RepositoryGraph


@pytest.fixture(scope="session")
def graph() -> RepositoryGraph:
    return RepositoryGraph(ROOT)
