"""Two deliveries of one block whose order cannot be known: neither counts, what did stands, and both senders are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dagster_project.deliveries import wording
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_schema import BLOCKS
from dagster_project.reading.findings import Anmarkning, Atgard, Niva

KOD = "okand_ordning"


@dataclass(frozen=True)
class Samtidig:
    """A block of a delivery that another one, in the file ``filnamn``, has too, with no order between them."""

    respondent: str
    block: str
    period: date
    period_slut: date
    filnamn: str

    @property
    def nyckel(self) -> tuple[str, str, str]:
        return self.respondent, self.block, self.period.isoformat()


def simultaneous(register: Register, kalla: str) -> dict[str, list[Samtidig]]:
    """By delivery of a source, its blocks that another delivery has too, where nothing says which one came last."""
    found = register.rows(
        BLOCKS + "select distinct b.leverans_id, b.respondent, b.block, b.period, b.period_slut, l.filnamn"
        " from block b join block o using (kalla, respondent, block, period) join leverans l on l.leverans_id = o.leverans_id"
        " join mottagning m on m.leverans_id = b.leverans_id join mottagning n on n.leverans_id = o.leverans_id"
        " where b.vantar and o.vantar and not b.tveksam and not o.tveksam and o.leverans_id <> b.leverans_id"
        " and m.ordnad = n.ordnad and m.blick = n.blick order by 1, 2, 3, 4, 6",
        kalla,
    )
    outcome: dict[str, list[Samtidig]] = {}
    for r in found:
        span = date.fromisoformat(r["period"]), date.fromisoformat(r["period_slut"])
        outcome.setdefault(r["leverans_id"], []).append(Samtidig(r["respondent"], r["block"], *span, r["filnamn"]))
    return outcome


def findings(samtidiga: Sequence[Samtidig]) -> list[Anmarkning]:
    """What the sender is told: by the other file, of whom and of when."""
    by_file: dict[str, list[Samtidig]] = {}
    for each in samtidiga:
        by_file.setdefault(wording.file_name(each.filnamn), []).append(each)
    return [_finding(name, each) for name, each in sorted(by_file.items())]


def _finding(name: str, samtidiga: Sequence[Samtidig]) -> Anmarkning:
    who = wording.listed(list(dict.fromkeys(wording.respondent(s.respondent) for s in samtidiga)), wording.NAMED)
    when = wording.periods([(s.period, s.period_slut) for s in samtidiga])
    return wording.finding(
        Anmarkning(
            None,
            None,
            KOD,
            f"Filen {name} har uppgifter om samma sak ({who}, {when}), och det går inte att avgöra vilken av de två filerna som kom sist. "
            "Ingen av dem räknas; det som gällde förut står kvar. Ta bort den som inte ska gälla, eller ange tidpunkten på raden mottagen "
            "i filen med uppgifter om leveransen.",
            hittat=name,
            forvantat="en fil, eller en tidpunkt för var och en",
            niva=Niva.FEL,
            atgard=Atgard.TVEKA,
        )
    )


def mark(verdict: Granskning, samtidiga: Sequence[Samtidig]) -> None:
    """Let the blocks of a verdict wait whose order is not known, and say so."""
    keys = {s.nyckel for s in samtidiga}
    verdict.block = [replace(block, samtidig=block.nyckel in keys) for block in verdict.block]
    lost = sum(block.rader for block in verdict.block if block.samtidig and not block.tveksam)
    verdict.godkanda -= lost
    verdict.karantan += lost
    verdict.anmarkningar += findings(samtidiga)
