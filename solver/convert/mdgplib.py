"""MDGPLIB: maximally diverse grouping; elements become sessions, groups slots, and near pairs people who want both.

Format: `elements groups type lower upper …`, then lines `i j distance` (https://grafo.etsii.urjc.es/optsicom/mdgp.html).
The sum of distances within groups is to be great; ours is to keep apart in time what is wanted together. A pair becomes
a person whose loss when both stand in one slot is 1 to 3, the more the nearer the two are: a coarse likeness, good for
comparing searches and not for the library's own records.
"""

from __future__ import annotations

from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import FORMAT, ConvertError, Document, text


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of an MDGP file, linear in fairness; the file says how many slots and rooms. Raises ConvertError."""
    path = paths[0]
    lines = [line.split() for line in text(path).splitlines() if line.strip()]
    try:
        elements, groups = int(lines[0][0]), int(lines[0][1])
        upper = max(int(number) for number in lines[0][4::2])
        pairs = [(int(i), int(j), float(distance)) for i, j, distance in lines[1:]]
    except (ValueError, IndexError) as error:
        raise ConvertError(f"{path.name}: not an MDGP file ({error})") from error
    if not 1 <= groups <= elements or any(not 0 <= it < elements for i, j, _ in pairs for it in (i, j)):
        raise ConvertError(f"{path.name}: groups or elements out of range")
    farthest = max((distance for _, _, distance in pairs), default=0.0) or 1.0
    return {
        "format": FORMAT,
        "slots": [{"id": f"t{slot + 1}"} for slot in range(groups)],
        "rooms": [{"id": f"r{room + 1}"} for room in range(upper)],
        "sessions": [{"id": f"s{element}"} for element in range(elements)],
        "people": [
            {"id": f"p{i}-{j}", "wants": {f"s{i}": strength, f"s{j}": strength}}
            for i, j, distance in pairs
            if i != j and (strength := 3 - round(3 * distance / farthest)) > 0
        ],
        "weights": {"fairness": "linear"},
    }
