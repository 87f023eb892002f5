"""What the tests of this folder share: texts near queries (mutants), and queries that grow (growing)."""

import sys
from pathlib import Path

# The import mode of the project leaves this folder off the path.
sys.path.insert(0, str(Path(__file__).parent))
