"""Nothing that is hidden can be worked out from what is published, by anything a reader knows: all monthly and yearly marts of one build together."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
from pathlib import Path

import pytest
from compiled import Compiled
from reference import Delivery, Frame, Lists

from dagster_project.release.attack import Open, attack, declared, published

DECLARED = declared.load()
LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")
MONTHS = ["2020-01-01", "2020-02-01"]
FORMS = {"0": "besok", "8": "telefon_brev", "81": "video"}
PROFESSIONS = ["XS915", "XS919", "XS918", "XS925"]
SEXES = ["K", "M", "okant"]
THRESHOLD = 20


def scenario(seed: int) -> tuple[Delivery, Frame, dict[str, str]]:
    """Regions and units of very different size; some professions with one sex only, some units with one ownership."""
    rng = random.Random(seed)
    regions = rng.sample(["10", "12", "13", "21"], 3)
    scb = {row: LISTS.regions["skr"][row] for row in regions}
    scale = rng.choice([1, 3, 10])
    frame, ownership, rows = Frame(), {}, []
    number = itertools.count(1)
    for region in regions:
        for unit in range(rng.choice([1, 2, 3, 4])):
            name = f"SE9999999999-E{region}{unit}"
            frame.units[name] = [(scb[region], dt.date(2010, 1, 1), dt.date.max)]
            ownership[name] = rng.choice(["region", "region", "privat"])
            size = rng.choice([0.2, 1, 1, 3])
            for month in MONTHS:
                if rng.random() < 0.1:
                    continue
                for profession, weight in zip(PROFESSIONS, [20, 12, 4, 3], strict=True):
                    for sex in SEXES:
                        women_only = profession == "XS925" and sex == "M"
                        mean = (
                            weight * size * scale * {"K": 1, "M": 0.8, "okant": 0.03}[sex] * (0.02 if women_only else 1)
                        )
                        for _ in range(round(rng.expovariate(1 / mean))):
                            rows.append(contact(rng, region, name, profession, sex, month, next(number)))
    return Delivery(rows, "2020-04-01T00:00:00"), frame, ownership


def contact(
    rng: random.Random, region: str, unit: str, profession: str, sex: str, month: str, number: int
) -> dict[str, str]:
    visit = dt.date.fromisoformat(month) + dt.timedelta(days=rng.randrange(28))
    return {
        "Regionkod": region,
        "HSAIdVardenhet": unit,
        "VardkontaktId": f"FEJK{number}",
        "Yrkeskategori": profession,
        "Kon": {"K": "2", "M": "1", "okant": "3"}[sex],
        "Vardgaranti": "1",
        "NyttEllerForsamrat": "1",
        "Avvikelse": "1" if rng.random() < 0.03 else "",
        "Vardkontakt": rng.choices(list(FORMS), [20, 6, 1])[0],
        "KontaktDatum": (visit - dt.timedelta(days=rng.choice([0, 0, 1, 3, 5]))).isoformat(),
        "BesokDatum": visit.isoformat(),
    }


#: Four scenarios are attacked at every change, more of them nightly, and as many as asked for by `make attack`.
SEEDS = [
    *range(4),
    *(
        pytest.param(seed, marks=pytest.mark.nightly)
        for seed in range(4, int(os.environ.get("UPPFOLJNING_SEEDS", "12")))
    ),
]


@pytest.fixture(scope="module", params=SEEDS, ids="seed {}".format)
def attacked(request: pytest.FixtureRequest, compiled: Compiled) -> list[Open]:
    """What the attack finds in the marts of one scenario."""
    delivery, frame, ownership = scenario(request.param)
    compiled.run([delivery], frame, ownership)
    found = published.of_database(DECLARED, compiled.con)
    assert any(cell.dold for cell in found.cells), "the scenario hides nothing"
    assert any(not cell.dold for cell in found.cells), "the scenario shows nothing"
    for cell in found.cells:
        number = cell.antal.get(published.NAMNARE)
        assert number is None or not (cell.dold or 0 < number < THRESHOLD), "nobody, or so many"
    return attack(DECLARED, [found], ownership)


def test_nothing_that_is_hidden_can_be_computed(attacked: list[Open]) -> None:
    assert [str(each) for each in attacked] == []
