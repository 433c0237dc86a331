"""Asset checks: the outcome of each rule at the door and of each response-rate threshold, shown on the asset it concerns.

The rules are in ``expectations/``; here they only get a place in the graph and a severity. A rejected delivery and a response rate
under its stop level block; everything else is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from dagster_project.deliveries import wording
from dagster_project.deliveries.intake import Utfall as Intag
from dagster_project.deliveries.register import Register
from dagster_project.sources import Source
from dagster_project.validation import response, suites
from dagster_project.validation.suites import Kontroll, Utfall

ACCEPTED = "leveranser_godtagna"
ALIKE = "regler_tolkade_lika"
KEPT = "bevarat_helt"


def _severity(blocking: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN


def door_specs(source: Source, asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """A check per expectation of the source's suite, and one that says whether deliveries were rejected."""
    return [
        dg.AssetCheckSpec(
            ACCEPTED, asset=asset, description="No delivery in the landing folder is rejected, and none waits."
        ),
        dg.AssetCheckSpec(ALIKE, asset=asset, description="Great Expectations finds the rows that the door found."),
        dg.AssetCheckSpec(KEPT, asset=asset, description="What is kept of every delivery is there and is what it was."),
        *(dg.AssetCheckSpec(r.kod, asset=asset, description=r.forvantat) for r in suites.rules(source.kalla)),
    ]


def door_results(
    source: Source, asset: dg.AssetKey, register: Register, intake: Intag
) -> Iterator[dg.AssetCheckResult]:
    """Outcomes over the deliveries that lie in landing. A rule that takes rows or cells away has done its work: a remark."""
    yield dg.AssetCheckResult(
        passed=not intake.avvisade and not intake.vantar,
        asset_key=asset,
        check_name=ACCEPTED,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "avvisade": intake.avvisade,
            "vantar": intake.vantar,
            "leveranser": len(intake.i_landing),
            "tillfalligt": bool(intake.om_igen),
        },
    )
    yield dg.AssetCheckResult(
        passed=not intake.skiljaktiga,
        asset_key=asset,
        check_name=ALIKE,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"skiljaktiga": intake.skiljaktiga},
    )
    yield dg.AssetCheckResult(
        passed=not (intake.kvar or intake.gjorda_om or intake.aterfunna),
        asset_key=asset,
        check_name=KEPT,
        severity=_severity(bool(intake.kvar)),
        description=_lost(register, intake),
        metadata={
            "original_borta": intake.kvar,
            "gjorda_om": intake.gjorda_om,
            "aterfunna": intake.aterfunna,
            "tillfalligt": bool(intake.gjorda_om or intake.aterfunna),
        },
    )
    outcomes = register.kontroller(intake.i_landing)
    for rule in suites.rules(source.kalla):
        mine = [o for o in outcomes if o["kod"] == rule.kod]
        failing = [o for o in mine if o["utfall"] == Utfall.UNDERKAND]
        yield dg.AssetCheckResult(
            passed=not failing,
            asset_key=asset,
            check_name=rule.kod,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "utfall": _summary([o["utfall"] for o in mine]),
                "rader": sum(o["antal"] for o in failing),
                "leveranser": [o["leverans_id"] for o in failing],
            },
        )


def _lost(register: Register, intake: Intag) -> str | None:
    """What was gone or changed of what is kept, and what has become of it, in Swedish."""
    said = (
        (
            intake.kvar,
            "originalet är borta eller ändrat; det som gällde gäller, men lägg tillbaka filen från en säkerhetskopia",
        ),
        (intake.gjorda_om, "sparade rader var borta eller ändrade och har gjorts om från originalet"),
        (intake.aterfunna, "saknades i registret och har tagits in igen från originalet"),
    )
    told = [f"{_names(register, intake.kalla, ids)}: {what}" for ids, what in said if ids]
    return f"{'. '.join(told)}." if told else None


def _names(register: Register, kalla: str, ids: list[str], shown: int = 3) -> str:
    names = [wording.file_name(r["filnamn"]) for r in register.leveranser(kalla) if r["leverans_id"] in ids]
    more = f" och {len(names) - shown} till" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def _summary(outcomes: list[str]) -> str:
    order = (Utfall.UNDERKAND, Utfall.GODKAND, Utfall.INGA_DATA, Utfall.EJ_KORD, Utfall.EJ_TILLAMPLIG)
    return next((str(o) for o in order if o in outcomes), str(Utfall.EJ_KORD))


def response_specs(asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(r.kod, asset=asset, description=r.forvantat) for r in suites.rules(response.SUITE)]


def response_result(asset: dg.AssetKey, check: Kontroll) -> dg.AssetCheckResult:
    failed = check.utfall == Utfall.UNDERKAND
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=asset,
        check_name=check.kod,
        severity=_severity(check.regel.fel),
        description=response.message(check) if failed else None,
        metadata={"utfall": str(check.utfall)},
    )
