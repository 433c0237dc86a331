"""What a reader knows of the figures of a year's releases, and the sums between them as a linear system."""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array, csr_array

from dagster_project.release.attack.bounds import System
from dagster_project.release.attack.declared import Declared
from dagster_project.release.attack.middle import Floats
from dagster_project.release.attack.published import NAMNARE, RIKET, Cell, Figure, Key, Node, Published

#: Unknowns, by column, with how many times each is in a sum.
Terms = dict[int, float]
#: Measure, series, time, region and unit.
Place = tuple[str, tuple[str, ...], str, str, str]


@dataclass
class Told:
    """All figures that the releases speak of: shown with least and greatest value, hidden somewhere, or neither.

    :param cells: per release its cells, each under the key of the release since when it is about the same contacts.
    :param printed: figures of a hidden cell that stand in some table all the same, with its name.
    """

    shown: dict[Figure, tuple[int, int]] = field(default_factory=dict)
    hidden: set[Figure] = field(default_factory=set)
    spoken: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    cells: list[dict[Key, Key]] = field(default_factory=list)
    printed: dict[Figure, str] = field(default_factory=dict)


def together(releases: Sequence[Published]) -> Told:
    """The releases as one: a figure about the same persons, out of the same deliveries, is the same figure in each."""
    told = Told()
    versions: dict[Place, int] = {}
    for number, release in enumerate(releases):
        versions = _versions(number, releases[number - 1] if number else None, release, versions)
        now = {cell.key: cell.key._replace(utgava=versions[_node(cell.key)]) for cell in release.cells}
        told.cells.append(now)
        hidden = {cell.key for cell in release.cells if cell.dold}
        for cell in release.cells:
            _counts(told, cell, now[cell.key], hidden=cell.key in hidden)
        for cell in release.cells:
            _shares(told, cell, now[cell.key], hidden=cell.key in hidden)
    return told


def _counts(told: Told, cell: Cell, key: Key, *, hidden: bool) -> None:
    for storhet, value in cell.antal.items():
        figure = Figure(key, storhet)
        told.spoken[key].add(storhet)
        if cell.dold:
            told.hidden.add(figure)
        if value is not None:
            told.shown[figure] = (round(value), round(value))
            if hidden:
                told.printed[figure] = cell.tabell


def _shares(told: Told, cell: Cell, key: Key, *, hidden: bool) -> None:
    """A share of a known number of persons tells how many they are, as near as its decimals say."""
    for storhet, share in cell.andelar.items():
        figure, whole = Figure(key, storhet), told.shown.get(Figure(key, NAMNARE))
        told.spoken[key].add(storhet)
        if cell.dold:
            told.hidden.add(figure)
        if share is None:
            continue
        if hidden:
            told.printed[figure] = cell.tabell
        if whole is not None and figure not in told.shown:
            text = repr(share)
            unit = 0.5 * 10.0 ** -(len(text.split(".")[1]) if "e" not in text else 12)
            least, greatest = (whole[0] * (share + sign * unit) / 100 for sign in (-1, 1))
            least, greatest = max(0, math.ceil(least - 1e-9)), min(whole[1], math.floor(greatest + 1e-9))
            if least <= greatest:
                told.shown[figure] = (least, greatest)


def _node(key: Key) -> Place:
    return (*key[:4], key.enhet)


def _versions(number: int, before: Published | None, now: Published, versions: Mapping[Place, int]) -> dict[Place, int]:
    """The release since when each node is about the same contacts: same deliveries, and no shown figure has another value."""
    nodes = {_node(cell.key) for cell in now.cells}
    if before is None:
        return dict.fromkeys(nodes, number)
    changed = _changed(before, now)
    old, new = _behind(before), _behind(now)
    found = dict(versions)
    for node in nodes:
        same = node in versions and node not in changed and old.get(node[:4]) == new.get(node[:4])
        found[node] = versions[node] if same else number
    return found


def _behind(release: Published) -> dict[Node, frozenset[str]]:
    """The deliveries behind each node: of riket those of all regions as well, of a year those of its months."""
    found: defaultdict[Node, set[str]] = defaultdict(set)
    for (matt, serie, tid, region), ids in release.underlag.items():
        for when in {tid, tid[:4]}:
            for place in {region, RIKET}:
                found[matt, serie, when, place] |= ids
    return {node: frozenset(ids) for node, ids in found.items()}


def _changed(before: Published, now: Published) -> set[Place]:
    """Nodes with a figure that both releases show, and not as the same number."""

    def shown(release: Published) -> dict[Figure, float]:
        return {
            Figure(cell.key, name): value
            for cell in release.cells
            for name, value in cell.antal.items()
            if value is not None
        }

    old, new = shown(before), shown(now)
    return {_node(figure.key) for figure, value in new.items() if old.get(figure, value) != value}


#: The part of a dimension that has no code of its own: who is in the whole and in none of the parts.
REST = "·"


def sums(declared: Declared, told: Told, agarformer: Mapping[str, str]) -> dict[Key, list[tuple[Key, ...]]]:
    """For each cell that is the sum of others, over the releases: each way to divide it, the finest-grained first.

    :param agarformer: who runs each unit.
    """
    found: dict[Key, dict[tuple[Key, ...], None]] = {}
    for cells in told.cells:
        every = {**cells, **dict(_rests(declared, cells))}
        parts: defaultdict[tuple[int, Key], list[Key]] = defaultdict(list)
        for key in every:
            for order, whole in _wholes(declared, key, agarformer):
                if whole in every:
                    parts[order, whole].append(key)
        for order, whole in sorted(parts):
            divided = tuple(every[key] for key in parts[order, whole])
            found.setdefault(every[whole], {})[divided] = None
    return {whole: list(ways) for whole, ways in found.items()}


def _rests(declared: Declared, cells: Mapping[Key, Key]) -> Iterator[tuple[Key, Key]]:
    """A cell for the rest of each dimension whose parts are not the whole."""
    for key, versioned in cells.items():
        for n, dimension in enumerate(declared.matt[key.matt].dimensioner.values()):
            if not dimension.tackande and key.delar[n] != dimension.hela:
                yield tuple(each._replace(delar=_with(key.delar, n, REST)) for each in (key, versioned))  # type: ignore[misc]


def _wholes(declared: Declared, key: Key, agarformer: Mapping[str, str]) -> Iterator[tuple[int, Key]]:
    """The cells that ``key`` is a part of, with the order of the division: time, place, the dimensions."""
    measure = declared.matt[key.matt]
    if measure.tid and len(key.tid) > 4:
        yield 0, key._replace(tid=key.tid[:4])
    if key.enhet:
        yield 1, key._replace(enhet="")
    elif key.region != RIKET:
        yield 1, key._replace(region=RIKET)
    divided = [n for n, each in enumerate(measure.dimensioner.values()) if key.delar[n] != each.hela]
    for n, dimension in enumerate(measure.dimensioner.values()):
        if n in divided:
            yield 2 + n, key._replace(delar=_with(key.delar, n, dimension.hela))
        elif dimension.av_enhet and key.enhet in agarformer and not divided:
            yield 1, key._replace(enhet="", delar=_with(key.delar, n, agarformer[key.enhet]))


def _with(delar: tuple[str, ...], n: int, code: str) -> tuple[str, ...]:
    return (*delar[:n], code, *delar[n + 1 :])


class Equations:
    """What is known of the figures, as a system over those that are not divided further and not known.

    Every hidden figure is a sum of them, and of a number that is known.
    """

    def __init__(self, declared: Declared, told: Told, agarformer: Mapping[str, str]) -> None:
        self._told, self._declared = told, declared
        self._ways = sums(declared, told, agarformer)
        self._columns: dict[Figure, int] = {}
        self._rows: tuple[list[tuple[Terms, float]], list[tuple[Terms, float]]] = ([], [])
        self._expressions: dict[Figure, tuple[Terms, float]] = {}
        self._divided: dict[Figure, list[tuple[Key, ...]]] = {}
        self._marks: dict[Figure, int] = {}
        self._random = random.Random(0)
        for key in [*self._ways]:
            for storhet in self._spoken(key):
                self._holds(Figure(key, storhet))
        for figure in list(self._columns):
            self._within(figure)
        self.asked = [figure for figure in told.hidden if figure not in told.printed]
        found = [self.expression(figure) for figure in self.asked]
        self.known = np.array([value for _, value in found])
        self.system = System(*self._matrix(self._rows[0]), *self._matrix(self._rows[1]))
        self.sums = self._matrix([(terms, 0.0) for terms, _ in found])[0]

    def _spoken(self, key: Key) -> set[str]:
        if REST in key.delar:  # as much as of the whole
            delar = [
                each.hela if code == REST else code
                for code, each in zip(key.delar, self._declared.matt[key.matt].dimensioner.values(), strict=True)
            ]
            key = key._replace(delar=tuple(delar))
        return self._told.spoken.get(key, set())

    def _divisions(self, figure: Figure) -> list[tuple[Key, ...]]:
        """The ways to divide a figure whose parts are all spoken of."""
        if figure not in self._divided:
            self._divided[figure] = [
                parts
                for parts in self._ways.get(figure.key, ())
                if all(figure.storhet in self._spoken(key) for key in parts)
            ]
        return self._divided[figure]

    def _known(self, figure: Figure) -> int | None:
        about = self._told.shown.get(figure)
        return about[0] if about and about[0] == about[1] else None

    def expression(self, figure: Figure) -> tuple[Terms, float]:
        """The figure as unknowns with their number, and what is known."""
        if (known := self._known(figure)) is not None:
            return {}, float(known)
        if figure not in self._expressions:
            divisions = self._divisions(figure)
            self._expressions[figure] = (
                self._sum([Figure(key, figure.storhet) for key in divisions[0]]) if divisions else self._leaf(figure)
            )
        return self._expressions[figure]

    def _sum(self, figures: Iterable[Figure]) -> tuple[Terms, float]:
        terms: Terms = {}
        value = 0.0
        for figure in figures:
            more, known = self.expression(figure)
            value += known
            for column, number in more.items():
                terms[column] = terms.get(column, 0) + number
        return terms, value

    def _leaf(self, figure: Figure) -> tuple[Terms, float]:
        """An unknown; of a denominator the numerator that divides it and the others."""
        first = self._declared.matt[figure.key.matt].delar_av_namnaren
        if figure.storhet == NAMNARE and first in self._spoken(figure.key):
            terms, value = self.expression(Figure(figure.key, first))
            return {**terms, self._column(Figure(figure.key, f"ej {first}")): 1.0}, value
        return {self._column(figure): 1.0}, 0.0

    def _column(self, figure: Figure) -> int:
        if figure not in self._columns:
            self._columns[figure] = len(self._columns)
            if about := self._told.shown.get(figure):  # known within some numbers
                self._rows[1].append(({self._columns[figure]: 1.0}, float(about[1])))
                self._rows[1].append(({self._columns[figure]: -1.0}, -float(about[0])))
        return self._columns[figure]

    def _mark(self, figure: Figure) -> int:
        """A number that two figures share when they are made up of the same undivided ones."""
        if figure not in self._marks:
            divisions = self._divisions(figure)
            parts = [self._mark(Figure(key, figure.storhet)) for key in divisions[0]] if divisions else []
            self._marks[figure] = sum(parts) if divisions else self._random.getrandbits(120)
        return self._marks[figure]

    def _holds(self, figure: Figure) -> None:
        """The equations of a figure's divisions: its value, if it is known, and every division that says something of its own."""
        known = self._known(figure)
        for number, parts in enumerate(self._divisions(figure)):
            figures = [Figure(key, figure.storhet) for key in parts]
            if number and sum(map(self._mark, figures)) == self._mark(figure):
                continue
            if number == 0 and known is None:
                continue
            terms, value = self._sum(figures)
            mine, own = ({}, float(known)) if known is not None else self.expression(figure)
            for column, times in mine.items():
                terms[column] = terms.get(column, 0) - times
            terms = {column: times for column, times in terms.items() if times}
            if terms:
                self._rows[0].append((terms, own - value))

    def _within(self, figure: Figure) -> None:
        """An unknown numerator is at most its denominator, and at most the wider band's."""
        key, storhet = figure
        measure = self._declared.matt[key.matt]
        spoken = self._spoken(key)
        if storhet == NAMNARE or storhet not in spoken or storhet in measure.utanfor:
            return
        bands = sorted((int(name.rsplit("_", 1)[1]), name) for name in spoken if name.rsplit("_", 1)[-1].isdigit())
        chain = [name for _, name in bands] if storhet.rsplit("_", 1)[-1].isdigit() else [storhet]
        chain += [NAMNARE] if NAMNARE in spoken else []
        for less, more in itertools.pairwise(chain):
            if storhet in (less, more):
                terms, value = self.expression(Figure(key, less))
                other, most = self.expression(Figure(key, more))
                terms = {c: terms.get(c, 0) - other.get(c, 0) for c in {**terms, **other}}
                terms = {column: times for column, times in terms.items() if times}
                if any(times > 0 for times in terms.values()):
                    self._rows[1].append((terms, most - value))

    def _matrix(self, rows: list[tuple[Terms, float]]) -> tuple[csr_array, Floats]:
        numbers = [number for number, (row, _) in enumerate(rows) for _ in row]
        columns = [column for row, _ in rows for column in row]
        values = [value for row, _ in rows for value in row.values()]
        shape = (len(rows), len(self._columns))
        return csr_array(coo_array((values, (numbers, columns)), shape=shape)), np.array([v for _, v in rows], float)
