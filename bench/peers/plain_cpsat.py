"""OR-Tools CP-SAT alone, on the plain joint model: session x slot x room, and each person's slots by strength.

Harmony is modelled exactly (a person's slots at each strength, ranked); turned_away takes each session's fans who keep
its slot nowhere else as its demand at least, for an even split is not linear.
"""

from __future__ import annotations

from common import Cell, Day, arguments, tell
from ortools.sat.python import cp_model

SCALE = 2520


def main() -> None:
    """Build the model, solve, print each solution."""
    options = arguments()
    day = Day(options.problem)
    model = cp_model.CpModel()
    x = {(s, c): model.new_bool_var("") for s in day.sessions for c in day.cells[s]}
    placed = {s: model.new_bool_var("") for s in day.sessions}
    at = {(s, t): model.new_bool_var("") for s in day.sessions for t in day.slots}
    for s in day.sessions:
        model.add(sum(x[s, c] for c in day.cells[s]) == placed[s])
        for t in day.slots:
            model.add(sum(x[s, c] for c in day.cells[s] if c[0] == t) == at[s, t])
    for t in day.slots:
        for r in day.rooms:
            model.add_at_most_one(x[s, (t, r)] for s in day.sessions if (s, (t, r)) in x)
    held: dict[str, list[str]] = {}
    for s, session in day.sessions.items():
        for host in session.get("hosts") or []:
            held.setdefault(host, []).append(s)
    for sessions in held.values():
        for t in day.slots:
            model.add_at_most_one(at[s, t] for s in sessions)
    weights = {"turned_away": 0.5, "topic": 0.25} | (day.problem.get("weights") or {})
    terms = [10_000 * SCALE * placed[s] for s in day.sessions]
    terms += _harmony(model, day, at)
    terms += _away(model, day, x, at, weights["turned_away"])
    terms += _topics(model, day, at, weights["topic"])
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = options.seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = options.seed
    solver.solve(model, _Printer(x))


def _harmony(model: cp_model.CpModel, day: Day, at: dict) -> list:
    terms = []
    for person, wanted in day.wants.items():
        slots = [t for t in day.slots if t not in day.absent.get(person, ())]
        ranks = range(min(len(slots), len(wanted)))
        use = {(k, level): model.new_bool_var("") for k in ranks for level in (1, 2, 3)}
        for k in ranks:
            model.add_at_most_one(use[k, level] for level in (1, 2, 3))
        for level in (1, 2, 3):
            kept = []
            for t in slots:
                good = [at[s, t] for s, strength in wanted.items() if strength >= level]
                if good:
                    y = model.new_bool_var("")
                    model.add(sum(good) >= y)
                    kept.append(y)
            model.add(sum(use[k, higher] for k in ranks for higher in range(level, 4)) <= sum(kept))
        terms += [level * SCALE // (k + 1) * var for (k, level), var in use.items()]
    return terms


def _away(model: cp_model.CpModel, day: Day, x: dict, at: dict, weight: float) -> list:
    terms = []
    for s in day.sessions:
        crowd, fans = day.sessions[s].get("crowd"), day.fans[s]
        scale = 1.0 if crowd is None or not fans else crowd / len(fans)
        for t in day.slots:
            alone = []
            for person, strength in fans.items():
                if t in day.absent.get(person, ()):
                    continue
                rivals = [at[o, t] for o, w in day.wants[person].items() if o != s and w >= strength]
                y = model.new_bool_var("")
                model.add(y + sum(rivals) >= at[s, t])
                alone.append(y)
            seats = sum(int(day.rooms[c[1]]["capacity"]) * x[s, c] for c in day.cells[s] if c[0] == t)
            over = model.new_int_var(0, len(alone), "")
            model.add(over >= sum(alone) - seats)
            terms.append(-int(weight * scale * SCALE) * over)
    return terms


def _topics(model: cp_model.CpModel, day: Day, at: dict, weight: float) -> list:
    terms = []
    names = [s for s in day.sessions if day.sessions[s].get("topic")]
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if day.sessions[one]["topic"] == day.sessions[other]["topic"]:
                for t in day.slots:
                    both = model.new_bool_var("")
                    model.add(both >= at[one, t] + at[other, t] - 1)
                    terms.append(-int(weight * SCALE) * both)
    return terms


class _Printer(cp_model.CpSolverSolutionCallback):
    def __init__(self, x: dict) -> None:
        super().__init__()
        self.x = x

    def on_solution_callback(self) -> None:
        place: dict[str, Cell] = {s: c for (s, c), var in self.x.items() if self.value(var)}
        tell(place)


if __name__ == "__main__":
    main()
