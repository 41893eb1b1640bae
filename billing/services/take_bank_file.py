"""Taking in a bank's file: kept as it came, read whole or not at all, no line twice."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from billing.bank.bai2 import looks_like_bai2, read_bai2
from billing.bank.csv_lines import COLUMNS, MOST_FAULTS, read_csv, sample_of, what_is_missing
from billing.bank.records import Fault, ReadFile, ReadLine, kind_of_line
from billing.batch_choices import BankFormat
from billing.models import BankAccount, BankFile, BankLine
from billing.services.match_by_itself import match_by_itself
from core import audit, clock
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.models import Practice
from core.services.documents import read_document, store_document

MOST_BYTES = 8 * 1024 * 1024
KIND = "bank.file"


def take_bank_file(*, practice: Practice, account: BankAccount | None, content: bytes) -> BankFile:
    """Keep a file and read it, if its columns are known; else it waits for them.

    BAI2 names its accounts, a CSV needs `account`. With a fault anywhere nothing is taken, and
    every fault stands on the file with its line. Raises ApplicationError at `file` or `account`.
    """
    if not content.strip():
        raise ApplicationError("The file is empty.", field="file")
    if len(content) > MOST_BYTES:
        raise ApplicationError("The file is larger than 8 MB.", field="file")
    text = _text(content)
    is_bai2 = looks_like_bai2(text)
    if not is_bai2 and account is None:
        raise ApplicationError("Say whose CSV this is.", field="account")
    if not is_bai2 and len(sample_of(text).header) < 2:
        raise ApplicationError(
            "This is neither BAI2 nor a CSV with column names in its first row.", field="file"
        )
    with transaction.atomic():
        document = store_document(
            practice=practice,
            kind=KIND,
            content=content,
            content_type="text/plain" if is_bai2 else "text/csv",
            label="File of a bank",
        )
        file = BankFile.everywhere.create(
            practice=practice,
            account=None if is_bai2 else account,
            document=document,
            format=BankFormat.BAI2 if is_bai2 else BankFormat.CSV,
            uploaded_by_name=current_actor().name,
        )
        audit.record("bank_file.received", subject=file, after={"sha256": document.sha256})
        columns = account.csv_columns if account is not None else {}
        if is_bai2:
            _take(file, read_bai2(text))
        elif columns and not what_is_missing(columns, sample_of(text).header):
            _take(file, _read_csv(file, text, columns))
    return file


def name_columns(*, file: BankFile, columns: Mapping[str, str]) -> BankFile:
    """Read a CSV by `columns`, which its account remembers. Raises ApplicationError at the column
    that is wrong, Conflict for a file that is taken.
    """
    with transaction.atomic():
        row = BankFile.objects.select_for_update(of=("self",)).select_related("account").get(
            pk=file.pk
        )  # fmt: skip
        if row.taken_at is not None or row.account is None:
            raise Conflict("This file is taken already.")
        text = _text(read_document(row.document))
        chosen = {key: columns.get(key, "") for key in COLUMNS if columns.get(key)}
        for field, words in what_is_missing(chosen, sample_of(text).header).items():
            raise ApplicationError(words, field=field)
        BankAccount.everywhere.filter(pk=row.account.pk).update(csv_columns=chosen)
        audit.record("bank_account.columns", subject=row.account, after=chosen)
        _take(row, _read_csv(row, text, chosen))
    return row


def text_of(file: BankFile) -> str:
    """What the file says."""
    return _text(read_document(file.document))


def _read_csv(file: BankFile, text: str, columns: Mapping[str, str]) -> ReadFile:
    return read_csv(text, columns, file.account.account_number if file.account else "")


def _take(file: BankFile, read: ReadFile) -> None:
    """Keep the lines that no earlier file had, or the faults."""
    accounts = {
        one.account_number: one for one in BankAccount.everywhere.filter(practice=file.practice)
    }
    faults = list(read.faults) or [
        *_unknown_accounts(read.lines, accounts),
        *_days_to_come(read.lines, clock.today(file.practice)),
    ]
    file.faults = [[fault.number, fault.words] for fault in faults]
    if not faults:
        rows = _rows(file, read.lines, accounts)
        known = set(
            BankLine.everywhere.filter(
                practice=file.practice, fingerprint__in=[row.fingerprint for row in rows]
            ).values_list("account_id", "fingerprint")
        )
        fresh = [row for row in rows if (row.account_id, row.fingerprint) not in known]
        BankLine.everywhere.bulk_create(fresh, batch_size=1000)
        file.line_count, file.new_count = len(rows), len(fresh)
        file.taken_at = clock.now()
    file.save(update_fields=["faults", "line_count", "new_count", "taken_at"])
    if file.new_count:
        match_by_itself(file.practice)


def _unknown_accounts(
    lines: Sequence[ReadLine], accounts: Mapping[str, BankAccount]
) -> list[Fault]:
    """One fault for each account that is none of ours."""
    first: dict[str, int] = {}
    for line in lines:
        if line.account_number not in accounts:
            first.setdefault(line.account_number, line.number)
    return [
        Fault(number, f"The account that ends in {name[-4:]} is none of yours: add it first")
        for name, number in first.items()
    ]


def _days_to_come(lines: Sequence[ReadLine], today: date) -> list[Fault]:
    """Money that is said to have come on a day that has not is a wrong file, or a wrong column."""
    late = [line for line in lines if line.posted_on > today][:MOST_FAULTS]
    return [Fault(line.number, f"{line.posted_on:%m/%d/%Y} has not come yet") for line in late]


def _rows(
    file: BankFile, lines: Sequence[ReadLine], accounts: Mapping[str, BankAccount]
) -> list[BankLine]:
    seen: Counter[str] = Counter()
    rows = []
    for line in lines:
        content = json.dumps(
            [
                line.posted_on.isoformat(), str(line.amount), line.type_code, line.description,
                line.bank_reference, line.customer_reference, line.trace_number,
            ]
        )  # fmt: skip
        key = f"{line.account_number}:{content}"
        seen[key] += 1
        rows.append(
            BankLine(
                practice=file.practice,
                account=accounts[line.account_number],
                file=file,
                posted_on=line.posted_on,
                amount=line.amount,
                kind=kind_of_line(line),
                type_code=line.type_code,
                description=line.description,
                bank_reference=line.bank_reference,
                customer_reference=line.customer_reference,
                trace_number=line.trace_number,
                trace_originator=line.trace_originator,
                fingerprint=hashlib.sha256(f"{content}:{seen[key]}".encode()).hexdigest(),
            )
        )
    return rows


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
