"""Nothing that is hidden can be worked out from what is published.

Two attacks on all monthly and yearly marts of one build together, with everything a reader knows: every published number,
every sum that holds between cells, and that a cell without a row is empty. The unknowns are the smallest groups there are:
month x unit x profession x sex (also unknown sex) x contact form.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from compiled import Compiled
from reference import Delivery, Frame, Lists
from scipy.optimize import linprog
from scipy.sparse import csr_array

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")
MONTHS = ["2020-01-01", "2020-02-01"]
FORMS = {"0": "besok", "8": "telefon_brev", "81": "video"}
PROFESSIONS = ["XS915", "XS919", "XS918", "XS925"]
SEXES = ["K", "M", "okant"]
THRESHOLD = 20

Atom = tuple[str, str, str, str, str, str]  # month, region, unit, profession, sex, form


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


class Published:
    """All marts as equations over the atoms: (atoms, value), value None where the cell is hidden."""

    def __init__(self, compiled: Compiled, frame: Frame, ownership: dict[str, str]) -> None:
        units = {
            row[0] for row in compiled.rows("select distinct vardenhet_id from mart.medicinsk_bedomning_tre_dagar")
        }
        homes = {unit: frame.units[unit][0][0] for unit in units if unit}
        self.atoms: list[Atom] = [
            (month, homes[unit], unit, profession, sex, form)
            for month in MONTHS
            for unit in homes
            for profession, sex, form in itertools.product(PROFESSIONS, SEXES, FORMS.values())
        ]
        self.cells: dict[frozenset[int], int | None] = {}
        where = {
            "medicinsk_bedomning_tre_dagar": ("period", ("region_kod", "vardenhet_id", "yrkeskategori", "kon")),
            "medicinsk_bedomning_tre_dagar_ar": ("ar", ("region_kod", "vardenhet_id", "yrkeskategori", "kon")),
            "medicinsk_bedomning_dagar": ("period", ("region_kod", "vardenhet_id", "kon")),
            "medicinsk_bedomning_kontaktform": ("period", ("region_kod", "kontaktform")),
            "medicinsk_bedomning_agarform": ("period", ("region_kod", "agarform")),
        }
        self.rows = 0
        for mart, (time, columns) in where.items():
            selected = ", ".join(columns)
            found = compiled.rows(
                f"select cast({time} as varchar), niva, {selected}, bedomningar, varde_status from mart.{mart}"
                " where varde_status is distinct from 'x'"
            )
            present = set()
            for when, level, *key, value, status in found:
                cell = dict(zip(columns, key, strict=True))
                assert (status == "c") == (value is None)
                assert value is None or value >= THRESHOLD
                self._add(self._members(when, level, cell, ownership), value)
                present.add((when, level, *key))
                self.rows += 1
            self._add_empty(mart, time, present)

    def _members(self, when: str, level: str, cell: dict[str, str], ownership: dict[str, str]) -> frozenset[int]:
        def within(atom: Atom) -> bool:
            month, region, unit, profession, sex, form = atom
            return (
                month.startswith(when)
                and (level == "riket" or region == cell["region_kod"])
                and (level != "vardenhet" or unit == cell["vardenhet_id"])
                and cell.get("yrkeskategori", "alla") in ("alla", profession)
                and cell.get("kon", "T") in ("T", sex)
                and cell.get("kontaktform", form) == form
                and cell.get("agarform", ownership[unit]) == ownership[unit]
            )

        return frozenset(number for number, atom in enumerate(self.atoms) if within(atom))

    def _add(self, members: frozenset[int], value: int | None) -> None:
        known = self.cells.get(members)
        assert known is None or value is None or known == value
        self.cells[members] = value if known is None else known

    def _add_empty(self, mart: str, time: str, present: set[tuple[str, ...]]) -> None:
        """A combination that could have a row and has none is known to be empty."""
        if mart == "medicinsk_bedomning_tre_dagar":
            nodes = {(row[0], row[1], row[2], row[3]) for row in present}
            for month, level, region, unit in nodes:
                for profession, sex in itertools.product(["alla", *PROFESSIONS], ["T", "K", "M"]):
                    if (month, level, region, unit, profession, sex) not in present:
                        cell = {"region_kod": region, "vardenhet_id": unit, "yrkeskategori": profession, "kon": sex}
                        self._add(self._members(month, level, cell, defaultdict(str)), 0)
            reporting = {(month, unit) for month, level, _, unit in nodes if level == "vardenhet"}
            for number, atom in enumerate(self.atoms):
                if (atom[0], atom[2]) not in reporting:
                    self._add(frozenset([number]), 0)
        if mart == "medicinsk_bedomning_kontaktform":
            for month, level, region in {row[:3] for row in present}:
                for form in FORMS.values():
                    if (month, level, region, form) not in present:
                        cell = {"region_kod": region, "kontaktform": form}
                        self._add(self._members(month, level, cell, defaultdict(str)), 0)

    def equations(self) -> tuple[list[frozenset[int]], list[int], list[int]]:
        """Published cells over the atoms that are not known to be empty, their values, and those atoms."""
        empty: set[int] = set().union(*(members for members, value in self.cells.items() if value == 0))
        rest = sorted(set(range(len(self.atoms))) - empty)
        shown = [(members - empty, value) for members, value in self.cells.items() if value]
        return [members for members, _ in shown], [value for _, value in shown if value], rest

    def hidden(self) -> list[frozenset[int]]:
        return [members for members, value in self.cells.items() if value is None]


def matrix(cells: list[frozenset[int]], column: dict[int, int]) -> np.ndarray:
    result = np.zeros((len(cells), len(column)))
    for number, members in enumerate(cells):
        result[number, [column[atom] for atom in members if atom in column]] = 1
    return result


#: Half of the scenarios are attacked at every change, all of them nightly.
SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(6, 12))]


@dataclass(frozen=True)
class Attacked:
    """What one scenario publishes, and the true count of each of its atoms."""

    seed: int
    published: Published
    counts: dict[Atom, int]

    def true_count(self, members: frozenset[int]) -> int:
        return sum(self.counts.get(self.published.atoms[atom], 0) for atom in members)


@pytest.fixture(scope="module", params=SEEDS, ids="seed {}".format)
def attacked(request: pytest.FixtureRequest, compiled: Compiled) -> Attacked:
    delivery, frame, ownership = scenario(request.param)
    compiled.run([delivery], frame, ownership)
    rows = compiled.rows(
        "select cast(period as varchar), region_kod, vardenhet_id, yrkeskategori, kon, kontaktform, sum(antal)"
        " from intermediate.int_vantetid_kontakter_summerade where raknas and not patientvald group by all"
    )
    return Attacked(request.param, Published(compiled, frame, ownership), {row[:6]: row[6] for row in rows})


def test_no_hidden_cell_is_a_combination_of_published_ones(attacked: Attacked) -> None:
    published = attacked.published
    cells, _, atoms = published.equations()
    column = {atom: number for number, atom in enumerate(atoms)}
    shown = matrix(cells, column)
    hidden = [members for members in published.hidden() if members & set(atoms)]
    assert hidden, "the scenario hides nothing"
    _, sizes, directions = np.linalg.svd(shown, full_matrices=False)
    basis = directions[sizes > 1e-8]
    wanted = matrix(hidden, column)
    left_over = np.abs(wanted - wanted @ basis.T @ basis).max(axis=1)
    found = [sorted(published.atoms[a] for a in hidden[number]) for number in np.flatnonzero(left_over < 1e-6)]
    assert not found


def test_no_small_cell_is_pinned_down_by_its_bounds(attacked: Attacked) -> None:
    """The least and the greatest count that fit everything published differ, for every cell under the threshold."""
    published = attacked.published
    cells, values, atoms = published.equations()
    column = {atom: number for number, atom in enumerate(atoms)}
    shown, target = csr_array(matrix(cells, column)), np.array(values, dtype=float)
    small = [members for members in published.hidden() if 0 < attacked.true_count(members) < THRESHOLD]
    for members in random.Random(attacked.seed).sample(small, min(len(small), 12)):
        objective = matrix([members], column)[0]
        least, most = (
            sign * linprog(sign * objective, A_eq=shown, b_eq=target, bounds=(0, None), method="highs").fun
            for sign in (1, -1)
        )
        assert most - least > 0.5, sorted(published.atoms[atom] for atom in members)
