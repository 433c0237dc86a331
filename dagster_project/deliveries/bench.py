"""A delivery on the bench: judged, and what the verdict says kept: raw rows, quarantine, the report to the sender, the register."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from dagster_project.deliveries import door, fence, frame, kept, order, raw, report
from dagster_project.deliveries.door import Granskning
from dagster_project.deliveries.history import Historik
from dagster_project.deliveries.register import Register
from dagster_project.deliveries.register_types import Leverans
from dagster_project.reading import guard, sidecar
from dagster_project.reading.findings import Anmarkning, anmark
from dagster_project.reading.sidecar import SUFFIX
from dagster_project.settings import Home
from dagster_project.sources import Source
from dagster_project.validation import gx


def judge_file(
    source: Source,
    path: Path,
    leverans: Leverans,
    work: Path,
    ram: pa.Table | None = None,
    forut: pa.Table | None = None,
) -> Granskning:
    """The verdict on one file; a sidecar that cannot be read is part of it, and so is whatever may happen."""

    def judge() -> Granskning:
        side = sidecar.parse(leverans.sidofil.encode(), leverans.filnamn + SUFFIX, leverans.registrerad)
        return door.judge(source, path, side, work, mottagen=leverans.mottagen, ram=ram, forut=forut)

    return fence.judged(source.kalla, leverans, judge)


@dataclass(frozen=True)
class Dom:
    """A verdict of this look as it was before the order was asked for, and a hash of the values that it was held against."""

    granskning: Granskning
    forut: str | None


@dataclass
class Bank:
    """What the deliveries of one source are judged with in one look at landing.

    :param rules: the hash of the rules; ``ram`` the frame the rows are held against.

    :param rows: a folder in which rows are kept for Great Expectations.
    """

    home: Home
    register: Register
    source: Source
    rules: str
    ram: pa.Table | None
    rows: Path
    _domar: dict[str, Dom] = field(default_factory=dict)

    @cached_property
    def historik(self) -> Historik:
        return Historik(self.home, self.register, self.source)

    def judge(self, leverans: Leverans, samtidiga: Sequence[order.Samtidig] = ()) -> list[gx.Parti]:
        """Judge a delivery and keep what the verdict says.

        :param samtidiga: its blocks whose order among other deliveries is not known.
        :returns: its rows, kept for Great Expectations, where it shall see them.
        """
        home = self.home
        written: list[tuple[Path, Path]] = []
        partier: list[gx.Parti] = []
        with fence.disk(leverans), tempfile.TemporaryDirectory(dir=home.tmp) as work:

            def judge() -> Granskning:
                path, forut = kept.original(home, leverans), self.historik.before(leverans)
                verdict = judge_file(self.source, path, leverans, Path(work), self.ram, forut)
                if verdict.con is not None:
                    written.extend(raw.write_delivery(home, self.source, leverans, verdict, Path(work)))
                    partier.extend(raw.for_comparison(leverans, verdict, self.rows))
                dom = Dom(_bare(verdict), self.historik.signature(leverans))
                self._tell(leverans, verdict, samtidiga)
                self._domar[leverans.leverans_id] = dom
                return verdict

            verdict = fence.judged(self.source.kalla, leverans, judge)
            if verdict.bedomning == guard.KOD:
                written, partier = [], []
                report.write(home.reports / leverans.leverans_id, leverans, verdict, self.register)
            raw.clear(home, leverans)
            for unfinished, target in written:
                target.parent.mkdir(parents=True, exist_ok=True)
                unfinished.rename(target)
            verdict.close()
        self._write_down(leverans, verdict)
        self.historik.renew(leverans.leverans_id)
        return partier

    def _tell(self, leverans: Leverans, verdict: Granskning, samtidiga: Sequence[order.Samtidig]) -> None:
        """Complete a verdict by what only the register knows, and write the sender's report."""
        if not verdict.avvisad:
            order.mark(verdict, samtidiga)
            verdict.ersatta = self.register.replaced(leverans, [b for b in verdict.block if not b.vantar])
            verdict.anmarkningar += _replaces_others(self.register, leverans, verdict)
        report.write(self.home.reports / leverans.leverans_id, leverans, verdict, self.register)

    def _write_down(self, leverans: Leverans, verdict: Granskning) -> None:
        dom = self._domar.get(leverans.leverans_id)
        forut = dom.forut if dom and verdict.bedomning != guard.KOD else None
        self.register.judge(
            leverans.leverans_id,
            underlag=replace(frame.basis(self.rules, [verdict.beror], self.ram)[0], forut=forut),
            format=verdict.format.format if verdict.format else None,
            bedomning=verdict.bedomning,
            respondent=verdict.respondent,
            period=verdict.period,
            lasta=verdict.lasta,
            godkanda=verdict.godkanda,
            karantan=verdict.karantan,
            anmarkningar=verdict.anmarkningar,
            kontroller=[(k.kod, str(k.utfall), k.regel.fel, k.antal) for k in verdict.kontroller],
            block=[] if verdict.avvisad else verdict.block,
            bekraftat=verdict.bekraftat,
            filer=kept.files(self.home, leverans),
        )

    @cached_property
    def _samtidiga(self) -> dict[str, list[order.Samtidig]]:
        return order.simultaneous(self.register, self.source.kalla)

    @cached_property
    def _told(self) -> dict[str, set[str]]:
        return self.register.said(self.source.kalla, order.KOD)

    def judge_order(self, leverans: Leverans) -> bool:
        """Judge a delivery anew where what its sender was told of its order is not so now: both senders hear of it, or that it is over.

        Asked when all that is new has been judged. A file that has just been read, and would be held against the same values, is not
        read again: only what is said of its order is new.
        """
        found = self._samtidiga.get(leverans.leverans_id, [])
        told = self._told.get(leverans.leverans_id, set())
        if told == {a.meddelande for a in order.findings(found)} or not kept.has_original(
            self.home, self.register, leverans
        ):
            return False
        dom = self._domar.get(leverans.leverans_id)
        if dom is None or dom.forut != self.historik.signature(leverans):
            self.judge(leverans, found)
            return True

        def again() -> Granskning:
            verdict = _bare(dom.granskning)
            self._tell(leverans, verdict, found)
            return verdict

        with fence.disk(leverans):
            self._write_down(leverans, fence.judged(self.source.kalla, leverans, again))
        return True


def _bare(verdict: Granskning) -> Granskning:
    """A verdict without its rows, to which more can be said while what it is made of stays as it is."""
    return replace(verdict, con=None, anmarkningar=[*verdict.anmarkningar])


def _replaces_others(register: Register, leverans: Leverans, verdict: Granskning) -> list[Anmarkning]:
    """A remark where the sidecar says that the delivery replaces one that is somebody else's: a sender replaces only its own."""
    if not leverans.ersatter:
        return []
    own = {block.respondent for block in verdict.block}
    others = [row for row in register.named(leverans) if row["respondent"] is not None and row["respondent"] not in own]
    if not others:
        return []
    return [
        anmark(
            "ersatter_annans",
            "Leveransen anges ersätta en annan leverans, men den har uppgifter från andra uppgiftslämnare. Deras uppgifter gäller fortfarande.",
            kolumn="ersatter",
            hittat=leverans.ersatter,
            forvantat="en egen leverans",
        )
    ]
