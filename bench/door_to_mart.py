"""``python -m bench.door_to_mart HOME YEAR``: the monthly run's own work in a process of its own, from landing to the marts.

Prints JSON: seconds of ``door`` and ``dbt`` (the rest is imports), and how many deliveries were judged.
"""

import json
import sys
import time

from dagster_project import monthly
from dagster_project.settings import Home
from dagster_project.warehouse import dbt

home, ar = Home.at(sys.argv[1]), int(sys.argv[2])
home.create()
start = time.perf_counter()
judged = monthly.take_in(home, ar)
taken = time.perf_counter()
failed = [f"{n.unique_id}: {n.message}" for n in dbt.build(home, ar, monthly.MODELS) if n.failed]
if failed:
    sys.exit("\n".join(failed))
print(json.dumps({"door": taken - start, "dbt": time.perf_counter() - taken, "judged": len(judged)}))
