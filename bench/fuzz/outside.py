"""What stands around a file: its sidecar, its name, and what is no file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from random import Random

from bench.fuzz.case import AS_BEFORE, MUST_BE_TOLD, Base, Case, Shape

#: Sidecars that say nothing a sidecar may say.
NONSENSE = (
    "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b]\nregion: [*c, *c, *c, *c]\n",
    "region: !!python/object/apply:os.system ['true']\n",
    "avsandare: !!binary aGVq\n",
    "region: [Uppsala, Skåne]\n",
    "region: {namn: Uppsala}\n",
    "- region\n- kommun\n",
    "bara text\n",
    "{" * 5000,
    "[" * 5000 + "]" * 5000,
    "regon: Uppsala\n",
    "region: 'Uppsala\n",
    "\tregion: x\n",
    "region: x\nregion: y\n",
    "period: 2020-13\n",
    "period: våren 2020\n",
    "period: 2020-02-30\n",
    "mottagen: 2020-02-31\n",
    "mottagen: 2020-01-01T25:00:00\n",
    "mottagen: i går\n",
    "mottagen: 9999-12-31T23:59:59Z\n",
    "mottagen: 2020-01-01T00:00:00+99:99\n",
    "mottagen: 1e400\n",
    "kodsystem: iso\n",
    "pahittad: kanske\n",
    "region: \x00\x01\n",
    "region: \ud800\n",
    "a: " + "x" * 100_000 + "\n",
    "region: Atlantis\n",
    "kommun: '9999'\n",
    "overenskommelse: finns_inte_1850\n",
    "<<: {region: x}\n",
    "? {a: b}\n: c\n",
    "region: 1_000_000:59:59\n",
    "bekraftat: ja\n",
    "bekraftat: [{kolumn: x}]\n",
    "%YAML 9.9\n---\nregion: x\n",
    "---\nregion: x\n---\nregion: y\n",
    "mottagen: 12:30:45.999\n",
    "period: 0o17\n",
    "avsandare: 2020-02-31\n",
    "avsandare: 0x_\n",
    "avsandare: 1:99:99\n",
    "avsandare: -.inf\n",
)  # fmt: skip


def sidecar(rng: Random, base: Base) -> Case | None:
    """The sidecar broken, or saying the same in another way."""
    ending = re.search(r"(\.csv\.gz|\.[a-z]+)$", base.name)
    case = base.case("side", base.data, ending[0] if ending else "")
    plain = base.side
    kind = rng.choice(
        [
            "nonsense",
            "nonsense",
            "nonsense",
            "added",
            "time",
            "time",
            "bytes",
            "bom",
            "utf-16",
            "ends",
            "comment",
            "unquoted",
            "future",
            "region",
        ]
    )
    match kind:
        case "nonsense":
            text = rng.choice(NONSENSE)
            harmless = text.startswith(("avsandare", "period: 0o17", "a: "))
            return replace(
                case,
                kind="side-nonsense",
                side=text.encode("utf-8", "surrogatepass"),
                anything=harmless,
                allowed=AS_BEFORE if harmless else MUST_BE_TOLD,
                note=repr(text[:60]),
            )
        case "added":
            text = rng.choice(NONSENSE)
            return replace(
                case,
                kind="side-added",
                side=(plain + text).encode("utf-8", "surrogatepass"),
                anything=True,
                note=repr(text[:60]),
            )
        case "time":
            said, meant = rng.choice(
                [
                    ("2020-03-31T23:30:00Z", "2020-04-01T01:30:00"),
                    ("2020-12-31T23:30:00+00:00", "2021-01-01T00:30:00"),
                    ("2020-06-01T12:00:00+02:00", "2020-06-01T12:00:00"),
                    ("2020-06-01T01:00:00+05:00", "2020-05-31T22:00:00"),
                    ("2020-06-01 12:00:00", "2020-06-01T12:00:00"),
                    ("2020-06-01", "2020-06-01T00:00:00"),
                    ("2020-06-01T12:00:00.5", "2020-06-01T12:00:00"),
                    ("2020-01-15T12:00:00-0330", "2020-01-15T16:30:00"),
                ]
            )
            quote = rng.choice(["", "'", '"'])
            text = re.sub("mottagen: .*", f"mottagen: {quote}{said}{quote}", plain)
            return replace(
                case,
                kind="side-time",
                side=text.encode(),
                mottagen=meant if "mottagen" in plain else None,
                anything=base.kalla == "kolada",
                note=said,
            )
        case "bytes":
            data = bytearray(plain.encode())
            data[rng.randrange(len(data))] = rng.randrange(256)
            return replace(case, kind="side-bytes", side=bytes(data), anything=True, note=repr(bytes(data))[:200])
        case "bom":
            return replace(case, kind="side-bom", side=b"\xef\xbb\xbf" + plain.encode())
        case "utf-16":
            return replace(case, kind="side-utf-16", side=plain.encode("utf-16"))
        case "ends":
            return replace(
                case, kind="side-ends", side=plain.replace("\n", rng.choice(["\r\n", "\n\n", " \n"])).encode()
            )
        case "comment":
            return replace(case, kind="side-comment", side=("# kommentar\n" + plain + "\n# slut").encode())
        case "unquoted":
            return replace(
                case, kind="side-unquoted", side=re.sub('"([a-zA-Z0-9_:. -]*)"', r"\1", plain).encode(), note=plain
            )
        case "future":
            text = "mottagen: 2999-01-01T00:00:00\n" + re.sub("mottagen: .*\n", "", plain)
            return replace(case, kind="side-future", side=text.encode(), allowed=MUST_BE_TOLD)
        case "region":
            if "region:" in plain or "region_kod" not in base.columns:
                return None
            return replace(
                case,
                kind="side-region",
                side=(
                    plain + rng.choice(["region: Uppsala\n", "region: Gotland\n", "region: '0014'\n", "region: 0014\n"])
                ).encode(),
                anything=True,
            )
    return None


NAMES = (
    "fil'.csv", "fil\".csv", "fil;drop table x;--.csv", "fil\nny.csv", "-fil.csv", "--help.csv", "fil .csv", " fil.csv", "fil%20.csv", "fil*?.csv",
    "fil$(x)`y`.csv", "fil[1].csv", "fil{a}.csv", "fil\\x.csv", "a" * 240 + ".csv", "å" * 115 + ".csv", "fil.x'y.csv", "fil.a b.csv", "FIL.CSV", "fil.csv.csv",
    "fil.2020.03.csv", "fil\t.csv", "fil\x07\x1b[31m.csv", "fil\u202ecsv.csv", "fil🙂.csv", unicodedata.normalize("NFD", "åäö.csv"), "åäö.csv", "[/b]fil.csv",
    "<script>alert(1).csv", "fil.csv.", ".csv", "~fil.csv", "CON.csv", "fil\udce5.csv", "x' union select 1 --.csv", "fil.leverans.csv", "=1+1.csv",
    "19121212-1212 Anna.csv", "fil.', (select 1)).csv", "fil.\".csv", "a.b.c.d.e.f.csv", "fil|x>y.csv", "fil&amp;.csv", "fil#1.csv", "../fil.csv".replace("/", "∕"),
)  # fmt: skip


def name(rng: Random, base: Base) -> Case | None:
    """The example under an odd name, or something that is no file."""
    ending = re.search(r"(\.csv\.gz|\.[a-z]+)$", base.name)
    own = ending[0] if ending else ""
    shapes: list[Shape] = ["file", "link", "pipe", "folder"]
    [shape] = rng.choices(shapes, [12, 1, 1, 1])
    if shape != "file":
        return replace(base.case(f"name-{shape}", base.data, own), name=f"odd{own}", shape=shape)
    picked = rng.choice(NAMES)
    new = picked.replace(".csv", own) if not picked.endswith("CSV") else picked.replace(".CSV", own.upper())
    if new.startswith("."):
        return None  # a hidden file, which is passed over
    return replace(base.case("name", base.data, own), name=new, note=repr(new[:60]))
