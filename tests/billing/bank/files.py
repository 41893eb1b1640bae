"""Bank files as text, for tests: BAI2 with right control totals, CSV as banks write them."""

from collections.abc import Sequence
from datetime import date

HEADER = "01,DEMOBANK,SUMMIT,{day},0600,1,80,1,2/"
ACCOUNT = "000123456789"
CSV_HEADER = "Posting Date,Description,Reference,Amount"


def bai2(day: date, records: Sequence[str], *, account: str = ACCOUNT, opening: int = 0) -> str:
    """One account of one day: `records` are 16 and 88 rows; the trailers add up."""
    on = f"{day:%y%m%d}"
    total = opening + sum(int(row.split(",")[2]) for row in records if row.startswith("16,"))
    return "\n".join(
        [
            HEADER.format(day=on),
            f"02,SUMMIT,DEMOBANK,1,{on},0600,USD,2/",
            f"03,{account},USD,010,{opening},,/",
            *records,
            f"49,{total},{len(records) + 2}/",
            f"98,{total},1,{len(records) + 4}/",
            f"99,{total},1,{len(records) + 6}/",
            "",
        ]
    )


def csv(*rows: str) -> str:
    """A CSV with the columns of a common bank."""
    return "\n".join([CSV_HEADER, *rows, ""])
