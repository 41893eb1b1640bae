"""Full-size code set files in the official formats, of fictional codes: for benches and tests.

No code of ours is anybody's: X and Y with four digits name no procedure.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

_HEADING = (
    "Code numbers in this file are made up.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
_RATIONALES = ("More extensive procedure", "Sequential procedure", "Misuse of column two code")
PARTS = 4


def code(number: int) -> str:
    """A fictional procedure code: X0000, X0001 …, then Y."""
    return f"{'XY'[number // 10_000]}{number % 10_000:04}"


def ptp_zips(pairs: int, version: str = "v323r0") -> list[tuple[str, bytes]]:
    """The four ZIPs of a quarter with `pairs` rows in all: (file name, bytes)."""
    each = -(-pairs // PARTS)
    found = []
    for part in range(1, PARTS + 1):
        name = f"ccipra-{version}-f{part}"
        rows = _pairs(each * (part - 1), min(pairs, each * part), 11 if version == "v323r0" else 13)
        text = _HEADING + "".join(rows)
        found.append((f"medicare-ncci-{name}.zip", _zipped(f"{name}.TXT", text.encode())))
    return found


def _pairs(begin: int, end: int, every: int) -> Iterator[str]:
    """Every first code with a thousand second ones; each `every`th is deleted, some are none."""
    for number in range(begin, end):
        deleted = "20241231" if number % every == 0 else "*"
        indicator = "019"[number % 3]
        reason = _RATIONALES[number % 3]
        pair = f"{code(number // 1_000)}\t{code(10_000 + number % 1_000)}"
        yield (f"{pair}\t\t20{10 + number % 15}0101\t{deleted}\t{indicator}\t{reason}\r\n")


def mue_csv(codes: int, on: date) -> tuple[str, bytes]:
    """A practitioner MUE table: a notice of several lines, a header with a line break inside."""
    notice = f'"Made up for {on}.\r\n\r\nNo code is real.",,,\r\n'
    lines = [notice, '"HCPCS/\r\nCPT Code",Values,MAI,Why\r\n']
    kinds = ("1 Line Edit", "2 Date of Service Edit: Policy", "3 Date of Service Edit: Clinical")
    lines += [
        f"{code(number)},{number % 9 + 1},{kinds[number % 3]},Made up\r\n"
        for number in range(codes)
    ]
    name = f"MCR_MUE_PractitionerServices_Eff_{on:%m-%d-%Y}.csv"
    return name, "".join(lines).encode("latin-1")


def icd_order(headers: int, each: int, year: int = 2027) -> tuple[str, bytes]:
    """An order file of `headers` categories with `each` billable codes below."""
    lines: list[str] = []
    for category in range(headers):
        name = f"{chr(65 + category // 100)}{category % 100:02}"
        rows = [(name, "0"), *((f"{name}{number:02}", "1") for number in range(each))]
        for one, flag in rows:
            title = f"Made up condition {one}"
            lines.append(f"{len(lines) + 1:05} {one:<7} {flag} {title:<60} {title}\r\n")
    return f"icd10cm_order_{year}.txt", "".join(lines).encode()


def _zipped(name: str, content: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, content)
    return kept.getvalue()
