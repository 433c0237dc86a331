"""What the door says of deliveries of specialist training, 1177 and staff: a rule each, with what is done and the sender's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Judged

SURVEY = ["År", "Region", "Ersättningsform", "Inriktning", "Antal beviljade", "Antal regioner"]
PROGRAMMES = ["År", "Program", "Kön", "Antal"]
INERA = ["Period", "Region", "Mått", "Värde", "Jämförelse"]
STAFF = ["År", "Kvartal", "Region", "Mått", "Värde"]

#: source, headings, rows, the rule, the found cell, what is done, words of the message, rows that are sound
CASES = [
    (
        "regionenkat",
        SURVEY,
        [
            [2018, "Gotland", "Utbildningstjänst", "Alla", 6, ""],
            [2018, "Gotland", "Alla", "Alla", 5, ""],
            [2018, "Skåne", "Studielön", "Alla", 3, ""],
        ],
        ("del_storre_an_helhet", "6", "tveka", "större än antalet för alla", 1),
    ),
    (
        "regionenkat",
        SURVEY,
        [[2018, "Gotland", "AST", "Alla", 6, 3], [2018, "Riket", "Alla", "Psykiatri", "", 20]],
        ("antal_regioner_inte_mojligt", "3", "cell", "lämnas bara för riket", 2),
    ),
    (
        "regionenkat",
        SURVEY,
        [[2018, "Riket", "Alla", "Psykiatri", "", 22]],
        ("antal_regioner_inte_mojligt", "22", "cell", "är högst 21", 1),
    ),
    (
        "regionenkat",
        SURVEY,
        [[2018, "Gotland", "kan inte delas upp", "Alla", 6, ""]],
        ("inte_uppdelat", "alla", "ingen", "räknas bara i summan", 1),
    ),
    (
        "regionenkat",
        SURVEY,
        [[2018, "Gotland", "Utbildningstjänst", "Alla", "", ""]],
        ("uppgift_saknas", None, "ingen", "räknas inte som 0", 1),
    ),
    (
        "regionenkat",
        SURVEY,
        [[2018, "Gotland", "Studielön", "Alla", 6, ""], [2018, "Gotland", "lön under studier", "Alla", 7, ""]],
        ("dubbla_rader", "Gotland", "tveka", "Lämna en rad", 0),
    ),
    (
        "yrkesexamensprogram",
        PROGRAMMES,
        [[2018, "Barnmorska", "T", 397], [2018, "Barnmorska", "K", 390], [2018, "Barnmorska", "M", 6]],
        ("kon_mot_totalt", "397", "ingen", "inte summan av kvinnor och män", 3),
    ),
    (
        "invanartjanster",
        INERA,
        [["2018-11", "Riket", "Andel invånare med användarkonto", 105, ""], ["2018-11", "Riket", "Besök", 5, ""]],
        ("andel_over_100", "105", "tveka", "över 100 procent", 1),
    ),
    (
        "invanartjanster",
        INERA,
        [
            ["2018-11", "Gotland", "Anslutna vårdenheter", 10, ""],
            ["2018-11", "Gotland", "Anslutna till webbtidboken", 11, ""],
        ],
        ("del_storre_an_helhet", "11", "tveka", "fler vårdenheter", 1),
    ),
    (
        "invanartjanster",
        INERA,
        [["2018-11", "Riket", "Inloggningar", "4,4", ""], ["2018-11", "Riket", "Besök", 5, ""]],
        ("inte_heltal", "4,4", "rad", "inget heltal", 1),
    ),
    (
        "personalstatistik",
        STAFF,
        [[2018, "K1", "Gotland", "Hyrkostnad", -5], [2018, "K2", "Gotland", "Hyrkostnad", 5]],
        ("negativt_varde", "-5", "rad", "mindre än 0", 1),
    ),
    (
        "personalstatistik",
        STAFF,
        [[2018, "", "Gotland", "Total personalkostnad", 500], [2018, "", "Gotland", "Hyrkostnad", 600]],
        ("del_storre_an_helhet", "600", "tveka", "större än den totala personalkostnaden", 1),
    ),
    (
        "personalstatistik",
        STAFF,
        [[2018, "", "Gotland", "Hyrkostnad", ""], [2018, "1", "Gotland", "Hyrkostnad", 1]],
        ("varde_saknas", None, "ingen", "räknas inte som 0", 2),
    ),
]


@pytest.mark.parametrize(("kalla", "heading", "rows", "expected"), CASES)
def test_what_is_found_and_done(
    judge: Callable[..., Judged], kalla: str, heading: list[str], rows: list[list[object]], expected: tuple[object, ...]
) -> None:
    judged = judge(kalla, [heading, *rows], sidecar={}).verdict
    rule, found, done, words, counted = expected
    told = [a for a in judged.anmarkningar if a.kod == rule]
    assert {(a.hittat, str(a.atgard)) for a in told} == {(found, done)}, judged.anmarkningar
    assert all(str(words) in a.meddelande for a in told)
    assert (judged.godkanda, len(judged.tveksamma)) == (counted, 1 if done == "tveka" else 0)
