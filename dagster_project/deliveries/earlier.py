"""Blocks that keep the last accepted delivery's values because a later delivery does not count: it waits for its sender, or was rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dagster_project.deliveries import wording
from dagster_project.deliveries.register import Register


@dataclass(frozen=True, order=True)
class Earlier:
    """Values of one delivery that stand although another has come after it.

    :param block: respondent, group and first day of the period of each, as in the register and the raw rows.
    :param mottagen: when the delivery that counts came, and ``senare`` when the one did that does not.
    :param avvisad: the later one was rejected; otherwise it waits.
    :param pahittad: one of the two is made up.
    """

    leverans_id: str
    kalla: str
    block: tuple[tuple[str, str, str], ...]
    mottagen: date
    senare: date
    avvisad: bool
    pahittad: bool

    @property
    def respondenter(self) -> list[str]:
        return sorted({respondent for respondent, _, _ in self.block})

    @property
    def said(self) -> str:
        """What a reader is told. On the strength of made-up material nobody is named."""
        who = [wording.respondent(code) for code in self.respondenter]
        if self.pahittad:
            about = (
                "Uppgifterna från en uppgiftslämnare [påhittad]"
                if len(who) == 1
                else (f"Uppgifterna från {len(who)} uppgiftslämnare [påhittad]")
            )
        else:
            about = f"Uppgifterna från {wording.listed(who, wording.NAMED)}"
        why = "avvisades" if self.avvisad else "väntar på besked från avsändaren"
        return (
            f"{about} är tidigare värden, ur leveransen som kom in {wording.day(self.mottagen)}. "
            f"En senare leverans, som kom in {wording.day(self.senare)}, {why} och räknas inte."
        )


def find(register: Register, ar: int) -> list[Earlier]:
    """The values of that kind in the report of ``ar``, in the order of their deliveries.

    A rejected file counts as a later delivery of what its sidecar or itself says that it is about, a respondent or a period, as long as it
    lies in landing; of one that says neither nobody knows what it would have replaced.
    """
    rows = {row["leverans_id"]: row for row in register.leveranser(ar=ar)}
    found: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for block, later in _overtaken(register, ar, rows):
        found[block["leverans_id"], later["leverans_id"]].append(
            (block["respondent"], block["block"], str(block["period"]))
        )
    return sorted(
        Earlier(
            stands,
            rows[stands]["kalla"],
            tuple(sorted(set(blocks))),
            _day(rows[stands]),
            _day(rows[later]),
            rows[later]["bedomning"] not in wording.PASSED,
            bool(rows[stands]["pahittad"] or rows[later]["pahittad"]),
        )
        for (stands, later), blocks in found.items()
    )


def _overtaken(
    register: Register, ar: int, rows: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each block that counts with the newest delivery after it that does not."""
    blocks = register.tackning(ar)
    waiting: dict[tuple[Any, ...], Mapping[str, Any]] = {
        _key(t): t for t in blocks if t["vantar"]
    }  # the newest is last
    there = {row["leverans_id"] for row in register.rows("select leverans_id from fil where borta is null")}
    rejected = [
        row
        for row in rows.values()
        if row["bedomning"] not in wording.PASSED
        and row["leverans_id"] in there
        and (row["respondent"] or row["period"])
    ]
    for block in blocks:
        if not block["gallande"]:
            continue
        later = [rows[t["leverans_id"]] for t in [waiting.get(_key(block))] if t]
        later += [row for row in rejected if _about(row, block) and str(row["mottagen"]) > str(block["mottagen"])]
        if later:
            yield block, max(later, key=lambda row: (str(row["mottagen"]), row["leverans_id"]))


def _about(row: Mapping[str, Any], block: Mapping[str, Any]) -> bool:
    """Would a rejected delivery, by what it says of itself, have replaced the block?"""
    said = (("respondent", row["respondent"]), ("period", row["period"]), ("overenskommelse", row["overenskommelse"]))
    return row["kalla"] == block["kalla"] and all(
        not value or not block[name] or str(block[name]) == str(value) for name, value in said
    )


def _key(block: Mapping[str, Any]) -> tuple[Any, ...]:
    return block["kalla"], block["respondent"], block["block"], block["period"]


def _day(row: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(row["mottagen"])[:10])
