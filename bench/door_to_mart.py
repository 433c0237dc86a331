"""``python -m bench.door_to_mart HOME YEAR``: the monthly run's own work in a process of its own, from landing to the marts.

Prints JSON: seconds of ``door`` and ``dbt`` (the rest is imports), and how many deliveries were judged.
"""

import json
import sys
import time

from dagster_project.assets.month import MODELS, SOURCES
from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.settings import Home
from dagster_project.sources import all_sources
from dagster_project.warehouse import dbt

home, ar = Home.at(sys.argv[1]), int(sys.argv[2])
home.create()
start = time.perf_counter()
for source in all_sources().values():
    intake.write_empty_tables(home, source)
judged = [one for kalla in SOURCES for one in intake.take_in(home, all_sources()[kalla]).granskade]
intake.write_register(home, Register(home.register), ar)
taken = time.perf_counter()
failed = [f"{n.unique_id}: {n.message}" for n in dbt.build(home, ar, MODELS) if n.failed]
if failed:
    sys.exit("\n".join(failed))
print(json.dumps({"door": taken - start, "dbt": time.perf_counter() - taken, "judged": len(judged)}))
