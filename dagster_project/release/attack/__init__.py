"""What of a release's hidden figures a reader can compute: an attack on everything it publishes, by linear programming.

It knows nothing of how figures are protected (dbt/macros/sekretess.sql). It reads what a reader has: the database, the csv files and
the page of the release, and of the year's earlier ones (:mod:`published`), the sums that hold between cells
(:mod:`relations`, declared in ``seeds/published/sekretess.yml``), and asks for the least and greatest count that each hidden cell can
have (:mod:`bounds`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dagster_project.release.attack import bounds, relations
from dagster_project.release.attack.declared import Declared
from dagster_project.release.attack.published import NAMNARE, Figure, Key, Published


@dataclass(frozen=True)
class Open:
    """A hidden figure that can be computed: it lies between ``minst`` and ``hogst``."""

    figure: Figure
    minst: int
    hogst: int
    star_i: str | None = None

    def __str__(self) -> str:
        """In plain words: which figure, and what follows of it."""
        if self.star_i:
            return f"{self.figure.key.spoken}: {self.figure.storhet} is hidden, and stands in {self.star_i}"
        value = f"is {self.minst}" if self.minst == self.hogst else f"is {self.minst} to {self.hogst}"
        return f"{self.figure.key.spoken}: {self.figure.storhet} {value}"


def attack(
    declared: Declared, releases: Sequence[Published], agarformer: Mapping[str, str] | None = None
) -> list[Open]:
    """The figures that ``releases`` hide and give away, all of one year and oldest first; and the groups that are too small and not hidden.

    How many persons a hidden group holds is open when a reader knows it within fewer than ``bredd`` thresholds; how many of them
    have a quality, when the number follows. That a group is nobody, or at least as many as the threshold asks for, is no secret.

    :param agarformer: who runs each unit, which everybody can look up.
    """
    told = relations.together(releases)
    equations = relations.Equations(declared, told, agarformer or {})
    limits = releases[-1].trosklar if releases else {}
    thresholds = [_threshold(declared, limits, figure.key) for figure in equations.asked]
    widths = np.array(
        [
            declared.bredd * limit if figure.storhet == NAMNARE else 1.0
            for figure, limit in zip(equations.asked, thresholds, strict=True)
        ]
    )
    least, greatest = bounds.intervals(equations.system, equations.sums, widths)
    result = [
        Open(figure, *value)
        for figure, value in told.shown.items()
        if figure.storhet == NAMNARE and 0 < value[1] < _threshold(declared, limits, figure.key)
    ]
    result += [Open(figure, *told.shown.get(figure, (0, 0)), where) for figure, where in told.printed.items()]
    between = [*zip(least + equations.known, greatest + equations.known, strict=True)]
    many = {
        figure.key
        for figure, width, limit, (low, high) in zip(equations.asked, widths, thresholds, between, strict=True)
        if figure.storhet == NAMNARE and high - low < width - 1e-6 and low >= limit - 1e-6
    }
    for figure, width, (low, high) in zip(equations.asked, widths, between, strict=True):
        minst, hogst = math.ceil(low - 1e-6), math.floor(high + 1e-6)
        if high - low < width - 1e-6 and hogst > 0 and figure.key not in many:
            result.append(Open(figure, minst, hogst))
    return sorted(result, key=lambda each: each.figure)


def _threshold(declared: Declared, limits: Mapping[str, int], key: Key) -> int:
    """Fewer persons than this are hidden."""
    return max((limits.get(name, 0) for name in (declared.matt[key.matt].indikator or "", *key.serie)), default=0)
