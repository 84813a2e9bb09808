"""What the organiser chooses for screens: the address in links and QR codes, and what the wall shows."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from eventkit.errors import Invalid
from eventkit.event import settings
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.web.base.forms import ChangeForm, Line
from eventkit.web.base.posting import post_and_wait
from eventkit.web.base.rendering import done
from eventkit.web.base.visits import Organising
from eventkit.web.pages import console

pages = Blueprint("screens", __name__)


class AddressForm(ChangeForm):
    """What links and QR codes begin with."""

    address: Line = Field(default="", max_length=lengths.ADDRESS, title="The address")


class WallForm(ChangeForm):
    """What walls show once a grid is published."""

    shows: Line = Field(default="", max_length=10, title="What the wall shows")


@pages.post("/e/<code>/organise/address")
def choose_address(code: str) -> Response:
    """Choose among the addresses by which phones may reach this server."""

    def change(visit: Organising, form: AddressForm) -> None:
        if form.address and form.address not in console.offered(visit.event):
            raise Invalid(address=_("Choose one of the addresses."))
        settings.choose_address(visit.tx, visit.by, form.address, form.seen)

    return post_and_wait(code, AddressForm, change, lambda _: _back(code), console.again_at(code))


@pages.post("/e/<code>/organise/wall")
def choose_wall(code: str) -> Response:
    """Choose what walls show where their address asks for nothing else."""

    def change(visit: Organising, form: WallForm) -> None:
        settings.choose_wall(visit.tx, visit.by, form.shows, form.seen)

    return post_and_wait(code, WallForm, change, lambda _: _back(code), console.again_at(code))


def _back(code: str) -> Response:
    return done(url_for("console.show", code=code, _anchor="join"))
