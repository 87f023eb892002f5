"""The readers of the suites, for every test of this folder."""

import sys
from pathlib import Path

# The import mode of the project leaves this folder off the path; its tests share readers.
sys.path.insert(0, str(Path(__file__).parent))
