"""Tables as forms, ticket shops and spreadsheets write them: each gives something useful, or a sentence that helps."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from eventkit.errors import Invalid
from eventkit.imports import files
from eventkit.imports.programmes import Programme


def workbook(rows: Sequence[Sequence[str | None]], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if merged:
        book.worksheets[0].merge_cells(merged)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def calendar(entry: str) -> bytes:
    lines = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\n{entry}\nEND:VEVENT\nEND:VCALENDAR\n"
    return lines.replace("\n", "\r\n").encode()


TITLED = ["Title", "Speaker", "Abstract"], ["Bins", "Ada", "x"]
PITCHES = {
    "pretalx": b'ID,Proposal title,Abstract,Speaker names,State\nABC,Bins,x,"Ada, Bo",confirmed\n',
    "Indico": b"Id,Title,Description,Primary authors,Speakers,Track\n1,Bins,x,Cy,Ada,Data\n",
    "a form": b"Timestamp,Your name,What would you like to talk about? (one line),Tell us more\n1/2/26,Ada,Bins,x\n",
    "another form": b'Timestamp,Email,Your name,Title of your session,"Describe your session, so"\n1,a@b,Ada,Bins,x\n',
    "Airtable": "\ufeffName,Notes,Owner,Status\nBins,x,Ada,Todo\n".encode(),
    "Excel in German": "Nr;Titel;Beschreibung;Referent;Datum\r\n1;Bins;Müll;Ada;24.12.2026\r\n".encode("cp1252"),
    "Mac Roman": "Title,Host,Text\nBins,Ada,Déchets à Orléans\n".encode("mac_roman"),
    "UTF-16 with tabs": "Title\tHost\nBins\tAda\n".encode("utf-16"),
    "emoji": "🎤 Title,👤 Host\nBins,Ada\n".encode(),
    "a heading above": b"Our camp 2026,,\n,,\nTitle,Speaker,Abstract\nBins,Ada,x\n",
    "a heading over merged cells": workbook([["Camp", None, None], *TITLED], "A1:C1"),
    "groups above columns": workbook(
        [["Session", None, "Person"], ["Title", "Abstract", "Speaker"], ["Bins", "x", "Ada"]]
    ),
    "blank rows below": workbook([*TITLED, [None, None], ["", " "]]),
    "one twice": b"Title,Host\nBins,Ada\nbins ,ada\n",
}


@pytest.mark.parametrize("shape", PITCHES)
def test_pitches_are_read(shape: str) -> None:
    found = files.read("pitches", PITCHES[shape])
    assert isinstance(found, Programme)
    assert [(it.title, it.host.split(",")[0]) for it in found.pitches] == [("Bins", "Ada")]


SLOTS = {
    "clocks in German": "Beginn;Ende;Titel\n9.30 Uhr;10 Uhr;Kaffee\n12:00;13.00;Mittag\n",
    "halves of a day": "Start,End,Title\n9:30 AM,10:00 a.m.,Kaffee\n12:00 PM,1 pm,Mittag\n",
    "clocks in French": "Début;Fin;Titre\n9h30;10h;Kaffee\n12h;13h00;Mittag\n",
    "seconds": "start,end,title\n09:30:00,10:00:00,Kaffee\n12:00,13:00,Mittag\n",
}


@pytest.mark.parametrize("shape", SLOTS)
def test_clocks_are_read(shape: str) -> None:
    found = files.read("slots.csv", SLOTS[shape].encode())
    assert isinstance(found, Programme)
    said = [f"{it.starts:%H:%M}-{it.ends:%H:%M} {it.title}" for it in found.items]
    assert said == ["09:30-10:00 Kaffee", "12:00-13:00 Mittag"]


WINDOWS = 'DTSTART;TZID="W. Europe Standard Time":20261224T120000\nDTEND;TZID="W. Europe Standard Time":20261224T130000'


def test_a_calendar_of_outlook_is_read_with_its_folded_lines() -> None:
    found = files.read("x.ics", calendar(f"{WINDOWS}\nSUMMARY:Lun\n ch\\, long"))
    assert isinstance(found, Programme)
    (item,) = found.items
    assert (item.title, item.starts.isoformat()) == ("Lunch, long", "2026-12-24T12:00:00+01:00")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Order #,First Name,Last Name,Email,Ticket Type\n1,Ada,L,a@b,General\n", "there is no column title"),
        (zipped("mimetype", "content.xml"), "this is an OpenDocument file. Save it as .xlsx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "this is a Word document"),
        (b"%PDF-1.7\n", "this is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture. Type what is on it"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "this is a picture"),
        (b"\0\0\0\x18ftypheic\0\0", "this is a picture"),
        (b"\x1f\x8b\x08\0", "this is packed. Unpack it"),
        (zipped("pitches.csv"), "this is packed. Unpack it"),
        (zipped("ppt/presentation.xml"), "these are slides"),
        (zipped("Index/Document.iwa"), "this is a file of Numbers"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "this is a binary workbook"),
        (calendar("SUMMARY:Camp"), "‘Camp’ does not say when it starts."),
        (b"\xd0\xcf\x11\xe0", "this is a workbook. Open it and save its sheet"),
        (b"\xef\xbb\xbf\r\n,,\r\n", "there is nothing in this file"),
        (calendar("DTSTART;VALUE=DATE:20261224\nSUMMARY:Camp"), "What it has: entries of whole days."),
        (b"start,end,title\n13:00 PM,2 pm,x\n", "start is '13:00 PM'. Write a time such as 10:45."),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.read("x", content)
    assert sentence in str(refused.value)
