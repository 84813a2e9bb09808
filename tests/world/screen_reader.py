"""A page as screen readers tell it: Chromium's accessibility tree, read from its root."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

CONTROLS = {
    *("button", "link", "checkbox", "radio", "textbox", "searchbox", "combobox", "listbox", "spinbutton"),
    *("DisclosureTriangle", "Date", "InputTime"),
}
MADE_BY_THE_BROWSER = {"Date", "InputTime"}  # what is inside of these
AROUND = {"group", "form", "region", "article", "navigation", "search", "radiogroup", "row", "Details"}


@dataclass(frozen=True)
class Control:
    """Something to press, follow or fill in, under its name, within what has a name of its own."""

    role: str
    name: str
    within: tuple[str, ...]
    leads_to: str  # a link's address


def controls(page: Page) -> Iterator[Control]:
    """All controls of the page that are shown."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    for node in nodes.values():
        above = list(_above(nodes, node))
        if node.get("ignored") or _role(node) not in CONTROLS or {_role(it) for it in above} & MADE_BY_THE_BROWSER:
            continue
        within = tuple(name for it in above if _role(it) in AROUND and (name := _name(it)))
        urls = [it["value"]["value"] for it in node.get("properties", []) if it["name"] == "url"]
        yield Control(_role(node), _name(node), within, "".join(urls))


def untold(page: Page) -> list[str]:
    """Controls that have no name, or the same one as another that does something else, in the same surroundings."""
    found = list(controls(page))
    apart = [it for it in set(found) if it.role == "link"] + [it for it in found if it.role != "link"]
    names = Counter((it.role, it.name, it.within) for it in apart)
    return [
        f"{times} {role} “{name}” in {within}" for (role, name, within), times in names.items() if times > 1 or not name
    ]


def _above(nodes: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while (above := nodes.get(node.get("parentId", ""))) is not None:
        yield above
        node = above


def _role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", ""))
