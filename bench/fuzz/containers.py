"""Files broken as bytes: cut off, blown up, wrongly named, and answers (JSON) of odd shapes."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from bench.fuzz.case import AS_BEFORE, MUST_BE_TOLD, Base, Case, as_xlsx, packed, saved, suffixes

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000
ODD: tuple[Any, ...] = (
    {},
    [],
    [1],
    {"a": 1},
    True,
    "abc",
    "",
    -1,
    1e300,
    10**30,
    "\ud800",
    "a\x00b",
    [[[]]],
    "1e5",
    "12 34",
    "#REF!",
    {"value": 1},
)


@cache
def zeros(megabytes: int) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as file:
        for _ in range(megabytes):
            file.write(b"0;1;2\n" * 174_762)
    return out.getvalue()


@cache
def blown_up(megabytes: int, inside: str) -> bytes:
    """A workbook or document of which one part is very large when unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        with box.open(inside, "w", force_zip64=True) as part:
            part.write(b"<a>")
            for _ in range(megabytes):
                part.write(b" " * (1 << 20))
            part.write(b"</a>")
    return out.getvalue()


def _file(base: Base, rng: Random) -> tuple[str, bytes]:
    """The delivery as a container: a table packed or as a workbook, a document as it is."""
    if not base.rows:
        return suffixes(base.name), base.data
    return (".xlsx", saved(as_xlsx(base, base.rows))) if rng.random() < 0.6 else (".csv.gz", packed(base.data))


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, content)
    return out.getvalue()


def container(rng: Random, base: Base) -> Case | None:
    """A broken, cut, blown up or wrongly named file."""
    ending, data = _file(base, rng)
    text = ending in (".txt", ".json", ".csv")
    spot = rng.randrange(1, len(data))
    ways: dict[str, Callable[[], tuple[bytes, str]]] = {
        "cut": lambda: (data[:spot], ending),
        "empty": lambda: (b"", ending),
        "one-byte": lambda: (data[:1], ending),
        "flipped": lambda: (data[:spot] + bytes([data[spot] ^ (1 << rng.randrange(8))]) + data[spot + 1 :], ending),
        "scrambled": lambda: (data[:spot] + rng.randbytes(40) + data[spot + 40 :], ending),
        "random": lambda: (rng.randbytes(rng.choice([10, 1000, 100_000])), ending),
        "magic-and-random": lambda: (data[:8] + rng.randbytes(2000), ending),
        "zeros": lambda: (b"\0" * rng.choice([10, 5000]), ending),
        "wrong-ending": lambda: (data, rng.choice([".xlsx", ".csv", ".csv.gz", ".json", ".parquet", ".txt", ".docx", ".pdf", ".xls", ".zip", "", ".exe"])),
        "old-excel": lambda: (OLE, rng.choice([".xls", ".xlsx", ".docx"])),
        "appended": lambda: (data + rng.randbytes(300), ending),
        "before": lambda: (b"\r\n" + data, ending),
        "gz-bomb": lambda: (zeros(rng.choice([50, 450])), ".csv.gz"),
        "gz-twice": lambda: (packed(packed(base.data)), ".csv.gz"),
        "gz-two": lambda: (packed(base.data[: len(base.data) // 2]) + packed(base.data[len(base.data) // 2 :]), suffixes(base.name).replace(".gz", "") + ".gz"),
        "zip-bomb": lambda: (blown_up(rng.choice([100, 450]), rng.choice(["xl/worksheets/sheet1.xml", "word/document.xml"])), rng.choice([".xlsx", ".docx"])),
        "json-in-csv": lambda: (b'{"values": []}', ".csv"),
        "pdf-in-csv": lambda: (b"%PDF-1.4\n%\xe2\xe3\n", rng.choice([".csv", ".xlsx", ".pdf"])),
    }  # fmt: skip
    if ending in (".xlsx", ".docx"):
        inside = "xl/worksheets/sheet1.xml" if ending == ".xlsx" else "word/document.xml"
        ways |= {
            "part-random": lambda: (_with_part(data, inside, rng.randbytes(500)), ending),
            "part-empty": lambda: (_with_part(data, inside, b""), ending),
            "part-cut": lambda: (_with_part(data, inside, _part(data, inside)[: rng.randrange(1, 2000)]), ending),
            "part-entities": lambda: (_with_part(data, inside, _lol(_part(data, inside))), ending),
            "part-deep": lambda: (_with_part(data, inside, b"<a>" * 100_000), ending),
            "part-styles": lambda: (
                _with_part(data, "xl/styles.xml", rng.choice([b"", b"<x", b"<styleSheet/>"])),
                ending,
            ),
            "part-workbook": lambda: (
                _with_part(data, "xl/workbook.xml", rng.choice([b"", b"<x", b"<workbook/>"])),
                ending,
            ),
            "part-strings": lambda: (
                _with_part(data, "xl/sharedStrings.xml", rng.choice([b"", b"<sst/>", b"<sst><si>"])),
                ending,
            ),
            "parts-many": lambda: (_many(data), ending),
            "path-outside": lambda: (_with_part(data, "../../../tmp/x", b"x"), ending),
            "huge-row": lambda: (_with_part(data, inside, _wide_row()), ending),
        }
    kind = rng.choice(sorted(ways))
    broken, name = ways[kind]()
    certain = kind in (
        "empty",
        "one-byte",
        "random",
        "zeros",
        "old-excel",
        "gz-bomb",
        "zip-bomb",
        "json-in-csv",
        "pdf-in-csv",
        "huge-row",
        "part-deep",
    )
    loose = (text or ending == ".pdf") and kind in (
        "cut",
        "flipped",
        "scrambled",
        "appended",
        "magic-and-random",
        "before",
    )
    return base.case(
        f"file-{kind}",
        broken,
        name,
        allowed=MUST_BE_TOLD if certain else AS_BEFORE,
        anything=loose or kind == "part-styles",
        note=f"byte {spot}, {name}",
    )


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return box.read(name) if name in box.namelist() else b"<a/>"


def _lol(part: bytes) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{entities}]>'.encode() + part.split(b"?>", 1)[
        -1
    ].replace(b"<v>", b"<v>&l9;", 1)


def _many(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as box:
        for n in range(6000):
            box.writestr(f"xl/x{n}", b"")
    return out.getvalue()


@cache
def _wide_row() -> bytes:
    cells = "".join(f"<c><v>{n}</v></c>" for n in range(16_384))
    rows = "".join(f"<row>{cells}</row>" for _ in range(40))
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'.encode()


# --- answers (JSON) -------------------------------------------------------------------------------------------------------

#: Fields of an answer that carry no figure.
IGNORED = ("count", "next_url", "previous_url", "status", "title", "sida", "nasta_sida", "per_sida", "total")


def answer(rng: Random, base: Base) -> Case | None:
    """An answer with an odd node, a missing or doubled field, or broken as text."""
    if not base.name.endswith(".json"):
        return None
    tree = json.loads(base.data)
    text = json.dumps(tree, ensure_ascii=False)
    ways: dict[str, Callable[[], str]] = {
        "deep": lambda: "[" * rng.choice([1000, 100_000]) + "]" * 1000,
        "deep-inside": lambda: text.replace(":", ":" + "[" * 20_000, 1),
        "cut": lambda: text[: rng.randrange(1, len(text))],
        "nan": lambda: _value(
            text, rng, rng.choice(["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000, "-0.0.1", "0x10", "01"])
        ),
        "two-values": lambda: text + text,
        "bom": lambda: "\ufeff" + text,
        "comma": lambda: text.replace("}", ",}", 1),
        "comment": lambda: "// hej\n" + text,
        "single-quotes": lambda: text.replace('"', "'"),
        "scalar": lambda: rng.choice(
            ["null", "1", '"x"', "true", "[]", "{}", '{"values": null}', '{"values": [[]]}', '{"data": {}}']
        ),
        "doubled-field": lambda: _value(text, rng, None),
        "surrogate": lambda: text.replace('"', '"\\ud800', 3),
        "big": lambda: text[:-1] + ', "x": "' + "y" * 3_000_000 + '"}',
        "lines": lambda: "\n".join(
            json.dumps(row) for row in next((v for v in tree.values() if isinstance(v, list)), [])
        ),
    }
    if rng.random() < 0.6:
        tree = deepcopy(tree)
        path, holder, key = _node(tree, rng)
        what = rng.choice(["odd", "odd", "odd", "gone", "null", "text", "extra"])
        old = holder[key]
        allowed = MUST_BE_TOLD
        if what == "odd":
            holder[key] = rng.choice(ODD)
        elif what == "gone":
            del holder[key]
        elif what == "null":
            holder[key] = None
        elif what == "text":
            holder[key] = old if isinstance(old, dict | list | bool) or old is None else str(old)
            allowed = AS_BEFORE
        else:
            holder["extra" if isinstance(holder, dict) else len(holder) - 1] = old
            allowed = AS_BEFORE
        harmless = any(str(step) in IGNORED for step in path) or (isinstance(holder, dict) and holder.get(key) == old)
        legit = str(path[-1]) in (
            "value",
            "varde",
            "isdeleted",
            "alderId",
            "konId",
            "mattId",
            "gender",
            "values",
        ) or isinstance(path[-1], int)
        shown = f"{what} {path} {old!r:.40} -> {holder.get(key) if isinstance(holder, dict) else '…'!r:.40}"
        return base.case(
            f"json-{what}",
            json.dumps(tree).encode(),
            ".json",
            allowed=AS_BEFORE if harmless else allowed,
            anything=legit and allowed == (),
            note=shown,
        )
    kind = rng.choice(sorted(ways))
    told = kind in ("deep", "deep-inside", "scalar", "two-values")
    return base.case(
        f"json-{kind}",
        ways[kind]().encode("utf-8", "surrogatepass"),
        ".json",
        allowed=MUST_BE_TOLD if told else AS_BEFORE,
        anything=kind in ("nan", "doubled-field", "lines"),
    )


def _value(text: str, rng: Random, new: str | None) -> str:
    mark = '"value": ' if '"value": ' in text else '"varde": '
    at = rng.choice([n for n in range(len(text)) if text.startswith(mark, n)]) + len(mark)
    return (
        text[:at]
        + (f"5, {mark}" if new is None else new + text[at + len(text[at:].split(",")[0].split("}")[0]) :])
        + (text[at:] if new is None else "")
    )


def _node(tree: Any, rng: Random) -> tuple[list[Any], Any, Any]:
    path: list[Any] = []
    holder, key, node = tree, None, tree
    while isinstance(node, dict | list) and node and (key is None or rng.random() < 0.85):
        holder, key = node, rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        path.append(key)
        node = holder[key]
    return path, holder, key


def document(rng: Random, base: Base) -> Case | None:
    """A report as text: other letters, signs and lengths."""
    if not base.name.endswith(".txt"):
        return None
    text = base.data.decode("utf-8-sig")
    at = rng.randrange(len(text))
    ways: dict[str, Callable[[], bytes]] = {
        "long-word": lambda: (text + "x" * 200_000).encode(),
        "long-line": lambda: (text + "ord " * 50_000).encode(),
        "addresses": lambda: (text + "a.b" * 60_000 + "@").encode(),
        "numbers": lambda: (text + "1 " * 60_000).encode(),
        "control": lambda: (text[:at] + "\x0c\x07\x00" + text[at:]).encode(),
        "utf-16": lambda: text.encode("utf-16"),
        "cp850": lambda: text.encode("cp850", "replace"),
        "cp1252": lambda: text.encode("cp1252", "replace"),
        "many-lines": lambda: (text + "\n- rad" * 20_000).encode(),
        "only-headings": lambda: b"1. Rubrik\n\n2. Rubrik\n",
        "one-line": lambda: text.replace("\n", " ").encode(),
        "dots": lambda: (text + "." * 100_000 + "\n" + "-" * 100_000).encode(),
    }
    kind = rng.choice(sorted(ways))
    return base.case(f"document-{kind}", ways[kind](), ".txt", anything=True)


def parquet(rng: Random, base: Base) -> Case | None:
    """The table as Parquet, whole or damaged."""
    if not base.rows:
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    head, body = base.rows[base.head], base.rows[base.head + 1 :]
    if len(set(head)) != len(head) or base.head:
        return None
    out = io.BytesIO()
    pq.write_table(pa.table({name: [row[i] or None for row in body] for i, name in enumerate(head)}), out)
    data = out.getvalue()
    spot = rng.randrange(4, len(data))
    kind = rng.choice(["whole", "cut", "flipped", "footer", "scrambled", "named-csv"])
    broken = {
        "cut": data[:spot],
        "flipped": data[:spot] + bytes([data[spot] ^ 16]) + data[spot + 1 :],
        "footer": data[:-8] + b"\xff\xff\xff\x7fPAR1",
        "scrambled": data[:spot] + rng.randbytes(30) + data[spot + 30 :],
    }.get(kind, data)
    return base.case(
        f"parquet-{kind}",
        broken,
        ".csv" if kind == "named-csv" else ".parquet",
        anything=kind in ("flipped", "scrambled"),
        note=f"byte {spot}",
    )
