"""The least and the greatest value that sums of unknown counts can have.

A system falls apart in parts that share no unknown, and unknowns that stand in the same sums are one: only their total is bound.
What is left is small enough for linear programming. Solutions in random directions clear most sums at once, and so do, of a large part,
those around the middle one (:mod:`middle`); a sum whose values do not differ in them is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csc_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from dagster_project.release.attack.middle import Floats, Middle, Numbers, equalities

#: Rounds of random directions for all sums at once, before those that are left are asked for one by one.
ROUNDS = 6
#: A part with more sums left after the first round is looked at from its middle, at most so many times.
MANY, MIDDLES = 50, 5
#: How much of each unknown a solution has, where it can have it, from which the middle is sought.
_SOME = 0.05
_EPS = 1e-6


@dataclass(frozen=True)
class System:
    """``lika @ x == hoger`` and ``hogst @ x <= tak``, with every ``x`` at least 0."""

    lika: csr_array
    hoger: Floats
    hogst: csr_array
    tak: Floats

    def part(self, rows: Numbers, columns: Numbers) -> System:
        """Some rows (those of ``hogst`` counted on after those of ``lika``) and columns."""
        count = self.lika.shape[0]
        equal, at_most = rows[rows < count], rows[rows >= count] - count
        return System(
            self.lika[equal][:, columns], self.hoger[equal], self.hogst[at_most][:, columns], self.tak[at_most]
        )


def intervals(system: System, asked: csr_array, widths: Floats) -> tuple[Floats, Floats]:
    """Least and greatest value of each row of ``asked``, a sum of unknowns.

    :param widths: how far apart they must be before no more is asked. Nearer ones are exact, the others two possible values.
    """
    least, greatest = np.zeros(asked.shape[0]), np.zeros(asked.shape[0])
    of_column = csc_array(asked)
    for part, columns in _parts(system, np.flatnonzero(_can_differ_from_zero(system))):
        mine = csr_array(of_column[:, columns])
        rows = np.flatnonzero(np.diff(mine.indptr))
        if len(rows):
            low, high = _of_part(part, mine[rows], widths[rows])
            least[rows] += low
            greatest[rows] += high
    return least, greatest


def _can_differ_from_zero(system: System) -> NDArray[np.bool_]:
    """Which unknowns are not 0 for the plain reason that a sum of theirs is 0."""
    up, down, capped, free = (
        _ones(csr_array((abs(m) + sign * m) / 2)) for m in (system.lika, system.hogst) for sign in (1, -1)
    )
    nought, no_room = abs(system.hoger) < _EPS, abs(system.tak) < _EPS
    live = np.ones(system.lika.shape[1])
    while True:
        none = nought & ((up @ live == 0) | (down @ live == 0))
        full = no_room & (free @ live == 0)
        zero = ((up + down).T @ none.astype(float) + capped.T @ full.astype(float) > 0) & (live > 0)
        if not zero.any():
            return live > 0
        live[zero] = 0


def _ones(matrix: csr_array) -> csr_array:
    matrix.eliminate_zeros()
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


def _parts(system: System, live: Numbers) -> Iterator[tuple[System, Numbers]]:
    """The system in parts that have no unknown in common, with the columns of each."""
    count = system.lika.shape[0] + system.hogst.shape[0]
    rows = [coo_array(system.lika[:, live]), coo_array(system.hogst[:, live])]
    row = np.concatenate([rows[0].row, rows[1].row + system.lika.shape[0]])
    column = np.concatenate([rows[0].col, rows[1].col]) + count
    size = count + len(live)
    _, label = connected_components(coo_array((np.ones(len(row)), (row, column)), shape=(size, size)), directed=False)
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        columns = live[group[group >= count] - count]
        if len(columns):
            yield system.part(group[group < count], columns), columns


def _of_part(part: System, asked: csr_array, widths: Floats) -> tuple[Floats, Floats]:
    """Least and greatest values seen among solutions, until every sum is wide enough, or exact."""
    part, groups = _merged(part)
    size = part.lika.shape[1]
    member = csr_array((np.ones(len(groups)), (np.arange(len(groups)), groups)), shape=(len(groups), size))
    held = csr_array(asked @ member)
    held.sort_indices()
    # Of unknowns that are one, a sum of some can be all of their total or nothing; a sum of all of them is all of it.
    some, whole = np.ones(held.nnz), (held.data == np.bincount(groups, minlength=size)[held.indices]).astype(float)
    alike: dict[tuple[bytes, ...], int] = {}
    which = np.array(
        [
            alike.setdefault((held.indices[start:end].tobytes(), whole[start:end].tobytes()), len(alike))
            for start, end in zip(held.indptr, held.indptr[1:], strict=False)
        ]
    )
    first = np.unique(which, return_index=True)[1]
    most, fewest = (csr_array((data, held.indices, held.indptr), shape=held.shape)[first] for data in (some, whole))
    needed = np.zeros(len(first))
    np.maximum.at(needed, which, widths)
    least, greatest = _Search(part, most, fewest, needed).run()
    return least[which], greatest[which]


class _Search:
    """Solutions of a part, and the least and greatest value of each sum among them.

    :param most: what each sum can have of the unknowns; ``fewest``: what it must have of them.
    """

    def __init__(self, part: System, most: csr_array, fewest: csr_array, widths: Floats) -> None:
        self.ceiling = 1000 + 10 * float(abs(part.hoger).sum() + abs(part.tak).sum())
        self.part = _consistent(part, self.ceiling)
        self.most, self.fewest, self.widths = most, fewest, widths
        self.least, self.greatest = np.full(len(widths), np.inf), np.full(len(widths), -np.inf)

    def run(self) -> tuple[Floats, Floats]:
        rng = np.random.default_rng(0)
        for number in range(ROUNDS):
            left = self._narrow()
            if len(left) == 0:
                break
            if number == 1 and len(left) > MANY:
                self._look_around()
                break
            direction = rng.choice([-1.0, 1.0], len(left)) @ self.most[left]
            self._look(direction)
            self._look(-direction)
        nothing = self._lift(rng)
        for number in self._narrow():
            if number not in nothing and self.greatest[number] - self.least[number] < self.widths[number] - _EPS:
                self._look(self.most[[number]].toarray()[0])
                self._look(-self.fewest[[number]].toarray()[0])
        return self.least, self.greatest

    def _narrow(self) -> Numbers:
        return np.flatnonzero(self.greatest - self.least < self.widths - _EPS)

    def _look(self, direction: Floats) -> None:
        """The solution that lies farthest in a direction."""
        self._see(_best(self.part, direction, self.ceiling))

    def _see(self, found: Floats) -> None:
        np.minimum(self.least, self.fewest @ found, out=self.least)
        np.maximum(self.greatest, self.most @ found, out=self.greatest)

    def _look_around(self) -> None:
        """The solutions around the middle one, which is drawn towards the sums that are left."""
        part = self.part
        every = equalities(part.lika, part.hogst)
        count = every.shape[1]
        # Each unknown as a little, of which as much as there can be, and the rest.
        split = System(
            csr_array(hstack([every, every])),
            np.concatenate([part.hoger, part.tak]),
            csr_array(hstack([eye_array(count), csr_array((count, count))])),
            np.full(count, _SOME),
        )
        found = _best(split, np.repeat([1.0, 0.0], count), self.ceiling)
        try:
            middle = Middle(part.lika, part.hoger, part.hogst, part.tak, found[:count] + found[count:])
            for _ in range(MIDDLES):
                left = self._narrow()
                least, greatest = middle.seen(self.most[left], self.fewest[left])
                self.least[left] = np.minimum(self.least[left], least)
                self.greatest[left] = np.maximum(self.greatest[left], greatest)
                still = self._narrow()
                if len(still) == 0 or len(still) > 0.9 * len(left):
                    return
                middle.weigh(self.most[still])
        except ArithmeticError:  # what has been seen holds, and the rest is asked for otherwise
            return

    def _lift(self, rng: np.random.Generator) -> set[int]:
        """Solutions that raise as many as they can, at once, of those that have been seen as nothing; those that stay nothing."""
        rows, size = self.part.hogst.shape
        while True:
            left = self._narrow()
            left = left[self.least[left] < _EPS]
            if len(left) == 0:
                return set()
            count, one = len(left), eye_array(len(left), format="csr")
            raised = System(
                csr_array(hstack([self.part.lika, csr_array((self.part.lika.shape[0], count))])),
                self.part.hoger,
                csr_array(
                    vstack(
                        [
                            hstack([self.part.hogst, csr_array((rows, count))]),
                            hstack([-self.most[left], one]),
                            hstack([csr_array((count, size)), one]),
                        ]
                    )
                ),
                np.concatenate([self.part.tak, np.zeros(count), self.widths[left]]),
            )
            wanted = rng.uniform(0.5, 1.0, count) / self.widths[left]
            found = _best(raised, np.concatenate([np.zeros(size), wanted]), self.ceiling)
            self._see(found[:size])
            if found[size:].sum() < _EPS:
                return set(left.tolist())
            if len(np.intersect1d(self._narrow(), left)) == count:
                return set()


def _merged(part: System) -> tuple[System, Numbers]:
    """The part with unknowns that stand in the same sums as one, and which one each of the old is."""
    both = [csc_array(m) for m in (part.lika, part.hogst)]
    for each in both:
        each.sort_indices()
    seen: dict[tuple[bytes, ...], int] = {}
    groups = np.zeros(part.lika.shape[1], dtype=np.int64)
    first: list[int] = []
    for column in range(len(groups)):
        spans = [slice(each.indptr[column], each.indptr[column + 1]) for each in both]
        sign = tuple(
            part.tobytes()
            for each, span in zip(both, spans, strict=True)
            for part in (each.indices[span], each.data[span])
        )
        groups[column] = seen.setdefault(sign, len(seen))
        if groups[column] == len(first):
            first.append(column)
    columns = np.array(first, dtype=np.int64)
    return System(part.lika[:, columns], part.hoger, part.hogst[:, columns], part.tak), groups


def _consistent(part: System, ceiling: float) -> System:
    """The part without the sums that do not hold: figures of one source need not add up."""
    rows, size = part.lika.shape
    if rows == 0:
        return part
    eye = eye_array(rows, format="csr")
    solved = linprog(
        np.concatenate([np.zeros(size), np.ones(2 * rows)]),
        A_eq=csr_array(hstack([part.lika, eye, -eye])),
        b_eq=part.hoger,
        A_ub=csr_array(hstack([part.hogst, csr_array((part.hogst.shape[0], 2 * rows))]))
        if part.hogst.shape[0]
        else None,
        b_ub=part.tak if part.hogst.shape[0] else None,
        bounds=(0, ceiling),
        method="highs",
    )
    off = solved.x[size : size + rows] + solved.x[size + rows :]
    return System(part.lika[off < _EPS], part.hoger[off < _EPS], part.hogst, part.tak)


def _best(part: System, direction: Floats, ceiling: float) -> Floats:
    """The solution that lies farthest in a direction."""
    solved = linprog(
        -direction,
        A_ub=part.hogst if part.hogst.shape[0] else None,
        b_ub=part.tak if part.hogst.shape[0] else None,
        A_eq=part.lika if part.lika.shape[0] else None,
        b_eq=part.hoger if part.lika.shape[0] else None,
        bounds=(0, ceiling),
        method="highs",
    )
    if solved.x is None:
        raise RuntimeError(f"the attack cannot be solved: {solved.message}")
    return np.asarray(solved.x, dtype=np.float64)
