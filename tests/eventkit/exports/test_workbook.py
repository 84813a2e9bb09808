"""The workbook: what a spreadsheet reads of it, and what an import does."""

import io

import openpyxl

from eventkit.event import events
from eventkit.exports import source, workbook
from eventkit.imports import files
from eventkit.imports.programmes import Programme
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from tests.world.published import Day, a_published_day

HOSTILE = "=HYPERLINK(1)", "+1", "@x", "a\u0001\ufffeb", "<b>&amp;</b> 🎉", "-2", "日本語 " * 20


def a_hostile_day(database: Database) -> Day:
    day = a_published_day(database, placed=4, pitches=len(HOSTILE))

    def say(tx: Transaction) -> None:
        for pitch, text in zip(day.pitches, HOSTILE, strict=True):
            row = tx.get_one(Pitch, pitch.id)
            row.title, row.description, row.host_name = text[:200], text, text[:80]

    database.write(say)
    return day


def test_no_text_is_a_formula_and_an_import_reads_it_back(database: Database) -> None:
    day = a_hostile_day(database)
    with database.reading() as tx:
        content = workbook.as_xlsx(source.read(tx, events.by_code(tx, day.event.code), "https://camp.example"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Pitches", "Grid", "Rooms", "Slots"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"n", "s"}
    assert [it.quotePrefix for it in cells if it.value == "=HYPERLINK(1)"] == [True, True, True]
    assert book["Grid"]["B2"].value == "=HYPERLINK(1)\n=HYPERLINK(1)"
    assert book["Grid"]["B4"].value == "Lunch"
    found = files.read("tables.xlsx", content)
    assert isinstance(found, Programme)
    assert [it.title for it in found.pitches] == [it.replace("\u0001\ufffe", "").strip() for it in HOSTILE]
    assert [(it.name, it.capacity) for it in found.rooms] == [("Main hall", 120), ("Library", 40), ("Studio", 30)]
    assert [f"{it.starts:%H:%M} {it.title}" for it in found.items][2] == "12:00 Lunch"
