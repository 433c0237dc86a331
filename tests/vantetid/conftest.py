"""The harness that runs dbt on hand-made raw tables is shared with tests/dbt."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "dbt"))
