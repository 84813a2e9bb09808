"""What an import says of a file: what is in it, what is not used, what came or would come; a sentence each."""

from eventkit.imports.programme_rows import Came
from eventkit.imports.programmes import Programme
from eventkit.text.language import gettext as _
from eventkit.text.language import listed, marked, ngettext, numeral

SHOWN = 20  # names of one kind


def of_file(programme: Programme) -> list[str]:
    """What whoever imports should know of the file itself."""
    it, said = programme, []
    said.append(_("%(file)s was read as %(kind)s.", file=it.file, kind=it.kind))
    if it.guessed:
        said.append(
            _(
                "It does not say how its letters are written. Read as %(encoding)s, a line of it is: %(sample)s. "
                "If that looks wrong, save the file as UTF-8 and import that.",
                encoding=it.guessed,
                sample=it.sample,
            )
        )
    if it.same:
        said.append(
            ngettext(
                "%(num)s line has the title and host of another, and is taken for the same pitch.",
                "%(num)s lines have the title and host of another, and are taken for the same pitch.",
                len(it.same),
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
    unused = [f"{what} ({count})" if count > 1 else what for what, count in it.unused.items() if count]
    if unused:
        said.append(_("Not used: %(what)s.", what=listed(unused[:SHOWN])))
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


def of_what_comes(came: Came) -> list[str]:
    """What comes, by kind; what is there already; what is left out and why."""
    said = []
    if new := came.lines.pitches:
        said.append(ngettext("%(num)s new pitch", "%(num)s new pitches", new))
    if there := came.lines.updated:
        said.append(
            ngettext(
                "%(num)s pitch that is there already, brought up to date",
                "%(num)s pitches that are there already, brought up to date",
                there,
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
    ):
        if names:
            said.append(_(sentence, names=_some(names)))
    said += [_("Left out: %(name)s. %(why)s", name=it.name, why=it.why) for it in came.left_out[:SHOWN]]
    if (more := len(came.left_out) - SHOWN) > 0:
        said.append(ngettext("And %(num)s more is left out.", "And %(num)s more are left out.", more))
    return said or [_("Nothing new: all of it is there already.")]


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    shown = list(names[:SHOWN])
    return listed([*shown, ngettext("%(num)s more", "%(num)s more", more)] if more > 0 else shown)
