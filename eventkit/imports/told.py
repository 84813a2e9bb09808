"""What an import says of a file: what is in it, what is not used, what came or would come; a sentence each."""

from eventkit.imports import again
from eventkit.imports.again import Differing
from eventkit.imports.programme_rows import Came
from eventkit.imports.programmes import GONE_AS, Programme
from eventkit.text.language import gettext as _
from eventkit.text.language import listed, marked, ngettext, numeral

SHOWN, TITLES = 20, 5  # names of one kind, and titles
LETTERS = 160  # of a text that differs
COLUMNS = {"other host": "host", "other description": "description", "first name": "host", "last name": "host"}
"""What else columns are read as: names of columns are not translated, a file has them in English."""


def of_file(programme: Programme) -> list[str]:
    """What whoever imports should know of the file itself."""
    it, said = programme, []
    said.append(_("%(file)s was read as %(kind)s.", file=it.file, kind=_(it.kind)))
    if it.boards:
        said.append(_("It has rooms across and times down, or the other way round: each cell is a pitch."))
    if it.guessed:
        said.append(
            _(
                "It does not say how its letters are written. Read as %(encoding)s, a line of it is: %(sample)s. "
                "If that looks wrong, save the file as UTF-8 and import that.",
                encoding=_(it.guessed),
                sample=it.sample,
            )
        )
    said += _of_columns(it)
    if it.same:
        said.append(
            ngettext(
                "%(num)s line has the title and host of another, and is taken for the same pitch.",
                "%(num)s lines have the title and host of another, and are taken for the same pitch.",
                len(it.same),
            )
        )
    if it.further:
        said.append(
            ngettext(
                "%(num)s line has the id and title of another: its hosts are added to that pitch.",
                "%(num)s lines have the id and title of another: their hosts are added to that pitch.",
                it.further,
            )
        )
    if it.repeated_votes:
        said.append(
            ngettext(
                "%(num)s vote was given again; the last one counts.",
                "%(num)s votes were given again; the last one counts.",
                it.repeated_votes,
            )
        )
    if unused := _unused(it):
        said.append(_("Not used: %(what)s.", what=listed(unused)))
    if it.bare:
        said.append(
            ngettext(
                "%(num)s line has nothing but a title: %(titles)s. If it is a heading or a note, take it out of the "
                "file.",
                "%(num)s lines have nothing but a title: %(titles)s. If they are headings or notes, take them out of "
                "the file.",
                len(it.bare),
                titles=_first_of(tuple(it.bare[:TITLES]), len(it.bare)),
            )
        )
    if it.made_ids:
        said.append(
            ngettext(
                "%(num)s pitch without an id was given one.",
                "%(num)s pitches without an id were given one.",
                it.made_ids,
            )
        )
    if it.cut_titles:
        said.append(
            ngettext(
                "%(num)s title or description was shortened; the whole title begins the description.",
                "%(num)s titles or descriptions were shortened; the whole title begins the description.",
                it.cut_titles,
            )
        )
    return said


def _of_columns(it: Programme) -> list[str]:
    """Which columns were read as which; of which that is a guess; and which are not used."""
    said = []
    for sure, sentence in (
        (True, marked("Columns: %(columns)s.")),
        (
            False,
            marked(
                "Not sure, told by the words in the heading: %(columns)s. If that is wrong, name the columns title, "
                "host and description, and import the file again."
            ),
        ),
    ):
        pairs = [
            _("“%(heading)s” is %(ours)s", heading=column.heading, ours=COLUMNS.get(column.ours, column.ours))
            for column in it.read_as
            if column.sure == sure
        ]
        if pairs:
            said.append(_(sentence, columns=listed(_some_of(list(dict.fromkeys(pairs))))))
    if it.is_table and it.unused_columns:
        names = [f"“{name}”" for name in it.unused_columns]
        said.append(
            ngettext(
                "Column not used: %(names)s. If you need what it has, give it the name title, host or description.",
                "Columns not used: %(names)s. If you need what one has, give it the name title, host or description.",
                len(names),
                names=listed(_some_of(names)),
            )
        )
    return said


def _unused(it: Programme) -> list[str]:
    """What else is not used, with how often it is there."""
    found = [(_(what), count) for what, count in it.unused.items()]
    found += [(_(GONE_AS, state=state), count) for state, count in it.gone.items()]
    found += [] if it.is_table else list(it.unused_columns.items())
    found += [(_("sheet %(name)s", name=name), 1) for name in it.unused_sheets]
    found += [(_("hidden sheet %(name)s", name=name), 1) for name in it.hidden_sheets]
    return _some_of([f"{what} ({numeral(count)})" if count > 1 else what for what, count in found if count])


def of_differing(it: Differing) -> str:
    """A text that changed here and in the file, both in full or from where they begin to differ."""
    here, said = _from_where_they_differ(it.here, it.said)
    return _(
        "“%(name)s”, %(field)s: here “%(here)s”, in the file “%(said)s”",
        name=it.name,
        field=_(again.NAMES[it.field]),
        here=here,
        said=said,
    )


def of_differing_ones(came: Came) -> list[str]:
    """All that differs and stays as it is here: how much it is, and the first of it."""
    differing = came.differing
    if not differing:
        return []
    first = ngettext(
        "%(num)s text is one here and another in the file. It stays as it is here:",
        "%(num)s texts are one here and another in the file. They stay as they are here:",
        len(differing),
    )
    return [first, *_some_of([of_differing(it) for it in differing])]


def _from_where_they_differ(here: str, said: str) -> tuple[str, str]:
    """Two texts as one line each, shortened to where they differ."""
    one, other = " ".join(here.split()), " ".join(said.split())
    if max(len(one), len(other)) > LETTERS:
        alike = next(
            (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        start = max(0, alike - LETTERS // 4)
        one, other = (("…" if start else "") + it[start:] for it in (one, other))
    return _shortened(one), _shortened(other)


def _shortened(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def of_what_comes(came: Came) -> list[str]:
    """What comes, by kind; what is there already; what stays as it is here; what is left out and why."""
    said = []
    if new := came.lines.pitches:
        said.append(
            ngettext(
                "%(num)s new pitch: %(titles)s",
                "%(num)s new pitches: %(titles)s",
                new,
                titles=_first_of(came.lines.titles, new),
            )
        )
    if there := came.lines.updated:
        said.append(
            ngettext(
                "%(num)s pitch that is there already, brought up to date",
                "%(num)s pitches that are there already, brought up to date",
                there,
            )
        )
    if kept := came.lines.kept:
        said.append(
            ngettext(
                "%(num)s pitch that changed here since, and stays as it is here",
                "%(num)s pitches that changed here since, and stay as they are here",
                kept,
            )
        )
    if missing := came.lines.missing:
        said.append(
            ngettext(
                "%(num)s pitch of last time is not in this file, and stays: %(titles)s",
                "%(num)s pitches of last time are not in this file, and stay: %(titles)s",
                len(missing),
                titles=_first_of(missing[:TITLES], len(missing)),
            )
        )
    if votes := came.lines.votes:
        voters = came.lines.voters
        said.append(
            ngettext(
                "Votes: %(votes)s, of %(num)s person",
                "Votes: %(votes)s, of %(num)s people",
                voters,
                votes=numeral(votes),
            )
        )
    for names, sentence in (
        (came.rooms, marked("New rooms: %(names)s")),
        (came.changed_rooms, marked("Rooms brought up to date: %(names)s")),
        (came.items, marked("New slots and fixed items: %(names)s")),
        (came.changed_items, marked("Slots and fixed items brought up to date: %(names)s")),
        (came.kept, marked("Rooms and slots that changed here since, and stay as they are here: %(names)s")),
        (came.missing, marked("Rooms and slots of last time that are not in this file, and stay: %(names)s")),
    ):
        if names:
            said.append(_(sentence, names=_some(names)))
    said += [_("Left out: %(name)s. %(why)s", name=it.name, why=it.why) for it in came.left_out[:SHOWN]]
    if (more := len(came.left_out) - SHOWN) > 0:
        said.append(ngettext("And %(num)s more is left out.", "And %(num)s more are left out.", more))
    return said or [_("Nothing new: all of it is there already.")]


def _some(names: tuple[str, ...]) -> str:
    return listed(_some_of(list(names)))


def _first_of(titles: tuple[str, ...], of: int) -> str:
    """Some titles in quotes, and how many more there are."""
    shown = [f"“{title}”" for title in titles[:TITLES]]
    more = of - len(shown)
    return listed([*shown, ngettext("%(num)s more", "%(num)s more", more)] if more > 0 else shown)


def _some_of(names: list[str]) -> list[str]:
    """The first of them, and how many more there are."""
    more = len(names) - SHOWN
    return [*names[:SHOWN], ngettext("%(num)s more", "%(num)s more", more)] if more > 0 else names
