"""The classes of a map: even, in steps of 1, 2 or 5 times a power of ten, around the values as print shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from itertools import count, pairwise
from typing import Any

from dagster_project.release.tables import rounded, shown

#: More than any float has, so that no limit is rounded into its neighbour.
MAX_DIGITS = 800


@dataclass(frozen=True)
class Classes:
    """Limits in rising order: a class goes from its limit up to, but not including, the next.

    ``decimaler`` is how many decimals the values are shown with, None where they are shown as they are held.
    """

    limits: tuple[Decimal, ...]
    decimaler: int | None
    unit: Decimal

    @classmethod
    def around(cls, values: Sequence[Any], decimaler: int | None, most: int) -> Classes:
        """At most ``most`` classes around the values, which are one or more."""
        seen = [rounded(value, decimaler) for value in values]
        finest = max(-int(value.as_tuple().exponent) for value in seen) if decimaler is None else decimaler
        unit = Decimal(1).scaleb(-max(finest, 0))
        low, high = min(seen), max(seen)
        with localcontext(prec=MAX_DIGITS):
            if most == 1:  # no even step holds values on both sides of nought in one class
                return cls((low, high + unit), decimaler, unit)
            for size in (unit * factor * 10**power for power in count() for factor in (1, 2, 5)):
                start = (low / size).to_integral_value(ROUND_FLOOR) * size
                needed = int((high - start) / size) + 1
                if needed <= most:
                    return cls(tuple(start + size * step for step in range(needed + 1)), decimaler, unit)
        raise AssertionError("steps without end hold every value in two classes")

    def of(self, value: Any) -> int:
        """The number of the class of a value, the lowest being 0, by what the reader sees of it."""
        seen = rounded(value, self.decimaler)
        return next(number for number, limit in enumerate(self.limits[1:]) if seen < limit)

    def in_words(self, scale: tuple[float, float] | None) -> list[str]:
        """The classes by their lowest and highest value as shown; none goes beyond the scale."""
        top = Decimal(str(scale[1])) if scale else self.limits[-1]
        with localcontext(prec=MAX_DIGITS):
            ends = [(low, min(high - self.unit, top)) for low, high in pairwise(self.limits)]
        return ["–".join(dict.fromkeys(shown(end, self.decimaler) for end in pair)) for pair in ends]
