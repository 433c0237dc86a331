"""Example deliveries of the statistics behind the report on 2016–2018: specialist training, 1177, hired staff and absence.

Real, and printed: the figures for the country that the report gives, with document and line in the sidecar. Made up, and marked so: what
the report draws without printing it (the series of its figures), and what each region answered in the survey, dealt out evenly so that the
sums are the printed ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster_project.settings import SEEDS
from examples.generators.indikatorer import TextDelivery, table

#: The day the report was to be handed in.
PRINTED = "2019-06-14T12:00:00"
#: Granted support by kind, and beginners by programme, each in 2016, 2017 and 2018.
YEARS = (2016, 2017, 2018)
GRANTED = {"Utbildningstjänst": (510, 1208, 1479), "Studielön": (1000, 712, 581)}
BEGINNERS = {"Barnmorska": (378, 379, 397), "Specialistsjuksköterska": (2375, 2337, 2292)}
#: Regions that granted support for a specialty in the autumn of 2018.
SPECIALTIES = {
    "Barnmorska": 20,
    "Distriktssköterska": 20,
    "Psykiatrisk vård": 20,
    "Anestesi": 19,
    "Intensivvård": 19,
    "Operationssjukvård": 19,
    "Hälso- och sjukvård för barn och unga": 17,
    "Akutsjukvård": 14,
    "Kirurgisk vård": 13,
    "Medicinsk vård": 12,
    "Onkologisk vård": 12,
}
SURVEY = ["År", "Termin", "Region", "Ersättningsform", "Inriktning", "Antal beviljade", "Antal regioner"]
VALUES_1177 = ["Period", "Region", "Mått", "Värde", "Jämförelse"]
VALUES_STAFF = ["År", "Kvartal", "Region", "Mått", "Värde", "Jämförelse"]
#: The half-years of the figure of connected units and accounts.
HALF_YEARS = tuple(f"{year}-{month}" for year in range(2014, 2019) for month in ("05", "11"))
COST, OWN = "Kostnad för inhyrd personal", "Kostnad för egen personal"

Rows = Sequence[Sequence[object]]


def deliveries() -> Iterator[TextDelivery]:
    """Every example of these sources."""
    yield _printed("regionenkat/specialistutbildning_2016-2018", SURVEY, list(_survey()), "004 L2597–2602, L2625–2627")
    yield _made_up(
        "regionenkat/PAHITTADE_SVAR_regionenkat_2018",
        SURVEY,
        list(_answers()),
        "Jämnt utdelade svar vars summor är de tryckta",
        overenskommelse="professionsmiljarden_2017",
    )
    yield _printed(
        "yrkesexamensprogram/nyborjare_2016-2018",
        ["År", "Program", "Mått", "Antal"],
        [[ar, name, "Nybörjare", n] for name, ns in BEGINNERS.items() for ar, n in zip(YEARS, ns, strict=True)],
        "UKÄ, 004 L2635–2637",
    )
    yield _printed("invanartjanster/invanartjanster_2018", VALUES_1177, _inera(), "Inera, 004 L2178–2180, L2221–2238")
    yield _made_up(
        "invanartjanster/PAHITTADE_INVANARTJANSTER_2014-2018",
        VALUES_1177,
        list(_made_up_inera()),
        "Uppdiktade värden i jämna steg, inga uppgifter från Inera",
    )
    yield _printed(
        "personalstatistik/personalstatistik_2015-2018",
        VALUES_STAFF,
        _staff(),
        "SKL, 004 L2204–2205, L2708–2725 och 000 L1072–1073",
    )
    yield _made_up(
        "personalstatistik/PAHITTADE_HYRKOSTNADER_2016-2018",
        VALUES_STAFF,
        list(_made_up_staff()),
        "Uppdiktade kostnader i jämna belopp, inga uppgifter från regionerna",
    )


def _printed(name: str, heading: Sequence[str], rows: Rows, where: str) -> TextDelivery:
    said: dict[str, str | bool] = {"mottagen": PRINTED, "avsandare": f"Tryckta uppgifter: {where}"}
    return TextDelivery(f"{name}.csv", table(heading, rows), said)


def _made_up(name: str, heading: Sequence[str], rows: Rows, sender: str, **said: str) -> TextDelivery:
    beside: dict[str, str | bool] = {**said, "mottagen": "2019-03-29T08:00:00", "avsandare": sender, "pahittad": True}
    return TextDelivery(f"{name}.csv", table(heading, rows), beside)


def _survey() -> Iterator[list[object]]:
    for kind, counts in GRANTED.items():
        for ar, n in zip(YEARS, counts, strict=True):
            yield [ar, "Hela året", "Riket", kind, "Alla", n, ""]
    for specialty, regions in SPECIALTIES.items():
        yield [2018, "Höst", "Riket", "Alla", specialty, "", regions]


def _answers() -> Iterator[list[object]]:
    names = _regions()
    for kind, (*_, total) in GRANTED.items():
        each, over = divmod(total, len(names))
        for place, name in enumerate(names):
            yield [2018, "Hela året", name, kind, "Alla", each + (place < over), ""]
    for turn, (specialty, regions) in enumerate(SPECIALTIES.items()):
        for place, name in enumerate(names):
            yield [2018, "Höst", name, "Alla", specialty, 5 if (place - turn) % len(names) < regions else 0, ""]


def _inera() -> Rows:
    return [
        ["2018-11", "Riket", "Andel invånare med användarkonto", 50, "över"],
        ["2018-11", "Riket", "Inloggningar per invånare", "4,4", ""],
        ["2018-11", "Riket", "Ökning av anslutna vårdenheter sedan 2014", 50, "mer än"],
        ["2018-11", "Riket", "Andel anslutna till webbtidboken", 50, "nästan"],
        ["2017-12", "Riket", "Kvot mellan högst och lägst antal enheter per 100 000 invånare", 4, ""],
        ["2017-12", "Riket", "Lägst antal inloggningar per invånare", 1, ""],
        ["2017-12", "Riket", "Högst antal inloggningar per invånare", 5, ""],
    ]


def _made_up_inera() -> Iterator[list[object]]:
    for step, month in enumerate(HALF_YEARS, 1):
        yield [month, "Riket", "Anslutna vårdenheter", 5_000 + 500 * step, ""]
        if month != HALF_YEARS[-1]:  # the last share is printed
            yield [month, "Riket", "Andel invånare med användarkonto", 5 * step, ""]
    for place, name in enumerate(_regions()):
        yield ["2017-12", name, "Anslutna vårdenheter per 100 000 invånare", 100 + 15 * place, ""]
        yield ["2017-12", name, "Inloggningar per invånare", f"{1 + place / 5:.1f}".replace(".", ","), ""]


def _staff() -> Rows:
    year = "Hela året"
    return [
        [2015, year, "Riket", COST, 3_900_000_000, ""],
        [2018, year, "Riket", COST, 5_400_000_000, ""],
        [2018, year, "Riket", "Ökning från året före", 230_000_000, ""],
        [2018, year, "Riket", "Ökning från året före i procent", "4,4", ""],
        [2018, year, "Riket", "Regioner som har minskat kostnaden", 10, ""],
        [2017, year, "Riket", "Andel av kostnaden för egen personal", 4, "cirka"],
        [2018, year, "Riket", "Andel av kostnaden för egen personal", 4, "cirka"],
        [2017, year, "Riket", "Andel av den totala personalkostnaden", 4, ""],
        [2018, year, "Riket", "Andel av den totala personalkostnaden", 4, ""],
        [2017, year, "Riket", "Sjukfrånvarotid av ordinarie arbetstid", 6, ""],
    ]


def _made_up_staff() -> Iterator[list[object]]:
    """Kronor a quarter whose sums are the printed ones: 5 400 million in 2018, 230 million more than in 2017, ten regions with less."""
    for ar in YEARS:
        for quarter in (1, 2, 3, 4):
            for place, name in enumerate(_regions()):
                cost = 55_000_000 if ar == 2016 else 61_250_000 + 6_250_000 * (place == 0)
                if ar == 2018:
                    cost += 7_500_000 if place < 11 else -2_500_000
                yield [ar, quarter, name, COST, cost, ""]
                yield [ar, quarter, name, OWN, 1_400_000_000 if ar == 2016 else 1_550_000_000, ""]


def _regions() -> list[str]:
    lines = (SEEDS / "reference" / "regioner.csv").read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("region")
    return [line.split(",")[place] for line in lines[1:]]
