"""The assets: deliveries of each source into raw, the register for a year, the dbt models, the release, and the month.

Each body calls a room and tells Dagster what came of it. The graph is the one of ``docs/architecture.md``.
"""

import dagster as dg

#: Who answers for every asset.
OWNERS = ["team:uppfoljning"]


class Omfang(dg.Config):
    """How much a run does anew."""

    full_refresh: bool = False
