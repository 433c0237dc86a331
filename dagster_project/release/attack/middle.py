"""Solutions seen from the middle of all: they show at once of most sums that they have room.

A corner, which linear programming finds, leaves most unknowns at nothing, and room is shared: each corner shows few sums as large. From
the middle (the analytic centre) every sum can be followed both ways until some unknown is used up. Only what is seen in solutions
counts: a sum that is not seen to be wide is left to linear programming.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array, eye_array, hstack, vstack
from scipy.sparse.linalg import splu

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

#: Unknowns below this are nothing; equations hold as near as that.
_NOTHING, _HOLDS = 1e-7, 1e-6
#: Steps towards a middle; how near it is near enough; how far towards what is used up a step goes.
_STEPS, _NEAR, _FAR = 20, 0.5, 0.95
#: How much more the unknowns count whose sums have not been seen to be wide, when the middle is sought anew.
_WANTED = 30.0
#: Sums that are followed at a time.
_AT_A_TIME = 500
#: Right sides that are solved at a time: for more, the library calls threads that cost more than they do.
_SIDES = 4


class Middle:
    """The middle of the solutions of ``lika @ x == hoger`` and ``hogst @ x <= tak``.

    :param inner: a solution with as many unknowns, and as much room below ``tak``, above 0 as there are: unknowns, then rooms.
    :raises ArithmeticError: it cannot be told near enough.
    """

    def __init__(self, lika: csr_array, hoger: Floats, hogst: csr_array, tak: Floats, inner: Floats) -> None:
        live = np.flatnonzero(inner > _NOTHING)
        self._columns = live[live < lika.shape[1]]
        self._sums = csr_array(csc_array(equalities(lika, hogst))[:, live])
        self._across = csr_array(self._sums.T)
        self._known = np.concatenate([hoger, tak])
        self._at = inner[live]
        self._centre(np.ones(len(live)))

    def weigh(self, wanted: csr_array) -> None:
        """Seek the middle anew, with the unknowns of the sums ``wanted`` larger."""
        weights = np.ones(len(self._at))
        weights[: len(self._columns)] += _WANTED * (self._own(wanted).sum(axis=0) > 0)
        self._centre(weights)

    def seen(self, most: csr_array, fewest: csr_array) -> tuple[Floats, Floats]:
        """The least and greatest value of each sum in solutions on both sides of the middle."""
        least, greatest = np.full(most.shape[0], np.inf), np.full(most.shape[0], -np.inf)
        most, fewest = self._own(most), self._own(fewest)
        for power in (1.0, 2.0):  # what an unknown gives: in proportion to itself, or the large ones more
            scale = self._at**power
            solve = self._solver(scale)
            for first in range(0, len(least), _AT_A_TIME):
                rows = slice(first, first + _AT_A_TIME)
                low, high = self._followed(most[rows], fewest[rows], scale, solve)
                np.minimum(least[rows], low, out=least[rows])
                np.maximum(greatest[rows], high, out=greatest[rows])
        return least, greatest

    def _followed(
        self, most: csr_array, fewest: csr_array, scale: Floats, solve: Callable[[Floats], Floats]
    ) -> tuple[Floats, Floats]:
        here, size = self._at, len(self._columns)
        pull = csr_array(hstack([most @ diags_array(scale[:size]), csr_array((most.shape[0], len(here) - size))]))
        way = pull.T.toarray() - scale[:, None] * (self._across @ solve((self._sums @ pull.T).toarray()))
        relative = way / here[:, None]
        # 1 percent short of where an unknown is used up.
        up, down = (0.99 / np.maximum(-end, _NOTHING) for end in (relative.min(axis=0), -relative.max(axis=0)))
        amiss = abs(self._sums @ way).max(axis=0, initial=0.0) * np.maximum(up, down) > _HOLDS
        high = most @ here[:size] + up * (most @ way[:size]).diagonal()
        low = fewest @ here[:size] - down * (fewest @ way[:size]).diagonal()
        return np.where(amiss, np.inf, low), np.where(amiss, -np.inf, high)

    def _own(self, sums: csr_array) -> csr_array:
        return csr_array(csc_array(sums)[:, self._columns])

    def _centre(self, weights: Floats) -> None:
        """Newton's method for the greatest weighted sum of the logarithms of all unknowns."""
        for _ in range(_STEPS):
            scale = self._at**2 / weights
            short = self._known - self._sums @ self._at
            answer = self._solver(scale)((self._sums @ self._at - short)[:, None])[:, 0]
            step = 1 - scale * (self._across @ answer) / self._at
            far = float((weights * step) @ step) ** 0.5
            self._at = self._at * (1 + min(1.0, _FAR / max(float(-step.min()), _NOTHING)) * step)
            if far < _NEAR:
                break
        if not abs(self._sums @ self._at - self._known).max(initial=0.0) < _HOLDS:
            raise ArithmeticError("the equations do not hold in the middle")

    def _solver(self, scale: Floats) -> Callable[[Floats], Floats]:
        """Solves ``sums @ diag(scale) @ sums.T @ y == right`` for many right sides; sums that follow from others do no harm."""
        matrix = self._sums @ diags_array(scale) @ self._across
        even = 1 / np.sqrt(np.maximum(matrix.diagonal(), 1e-30))
        matrix = csc_array(diags_array(even) @ matrix @ diags_array(even) + eye_array(len(even)) * 1e-11)
        try:
            factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        except RuntimeError as error:
            raise ArithmeticError(str(error)) from error

        def solve(right: Floats) -> Floats:
            scaled = even[:, None] * right
            cuts = range(_SIDES, scaled.shape[1], _SIDES)
            parts = [factors.solve(np.ascontiguousarray(part)) for part in np.split(scaled, cuts, axis=1)]
            found: Floats = even[:, None] * np.hstack(parts)
            return found

        return solve


def equalities(lika: csr_array, hogst: csr_array) -> csr_array:
    """Both as equations: of ``hogst`` with the room below as one more unknown each."""
    rooms = hogst.shape[0]
    return csr_array(
        vstack([hstack([lika, csr_array((lika.shape[0], rooms))]), hstack([hogst, eye_array(rooms, format="csr")])])
    )
