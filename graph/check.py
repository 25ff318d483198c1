"""The whole of what can be wrong with the files, said at once.

`check` runs every stage, going on after one that fails as long as the next still means something,
and gives a Report: what was checked, and each Problem with its file, line, subject and message.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

from pyoxigraph import Literal

from graph import catalog
from graph.clashes import causes, in_turtle, in_words
from graph.format.files import file_in_form
from graph.pipeline import ClashLike, Closed, Reasoner, Stage, rdf, run
from graph.reasoning import Triple
from graph.sources import Sources, Unreadable, read
from graph.tokens import TurtleError
from ontology import PREFIXES, compact, profile
from shapes import Finding

Severity = OneOf["Clash", "Violation", "Warning", "Info"]
SEVERITIES: tuple[Severity, ...] = ("Clash", "Violation", "Warning", "Info")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: how bad, by which rule, where, about what, and what to do."""

    severity: Severity
    rule: str
    path: str | None
    line: int | None
    subject: str | None
    message: str

    @property
    def place(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line) if part)

    def __str__(self) -> str:
        parts = (self.place, f"{self.severity} {self.rule}", self.subject, self.message)
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True)
class Checked:
    """One row of the table of what was checked."""

    name: str
    looked_at: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that was checked, in order."""

    rows: tuple[Checked, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The worst first, then by place."""
        return tuple(
            sorted(
                (problem for row in self.rows for problem in row.problems),
                key=lambda p: (SEVERITIES.index(p.severity), p.path or "", p.line or 0, p.rule),
            )
        )

    def fails(self, strict: bool = False) -> bool:
        """Whether there is a clash or a violation; with `strict`, a warning too."""
        bad = SEVERITIES[: 3 if strict else 2]
        return any(problem.severity in bad for problem in self.problems)


def check(
    extra: Iterable[Path] = (),
    *,
    outside: bool = False,
    reasoner: Reasoner = "legation",
    against: Reasoner | None = None,
    root: Path | None = None,
    progress: Callable[[str], None] = lambda stage: None,
) -> Report:
    """Check the files of a checkout (`root`; None: those installed), with Turtle files added.

    `against` names a second reasoner whose closure must be the same.
    """
    progress("Turtle")
    try:
        sources = read(root, outside=outside, extra=extra)
    except Unreadable as error:
        problems = [
            Problem("Violation", "syntax", fault.path, fault.line, None, fault.message)
            for fault in error.faults
        ]
        return Report((Checked("Turtle", f"{len(problems)} unreadable", tuple(problems)),))
    triples = sum(len(file.quads) for file in sources.files)
    rows = [Checked("Turtle", f"{len(sources.files)} files, {triples:,} triples")]

    progress("Form")
    rows.append(_form(sources, root))
    rows.append(_catalogs(root))
    progress("Profile")
    rows.append(_profile(sources))
    closed = run(sources, reasoner, keep_going=True, progress=progress)
    rows += [_stage(sources, stage) for stage in closed.stages]
    if against:
        progress(f"Against {against}")
        rows.append(_against(closed, reasoner, against))
    return Report(tuple(rows))


def said(sources: Sources, stage: Stage) -> list[str]:
    """What makes a stage fail, one line each."""
    problems = Report((_stage(sources, stage),)).problems
    return [str(problem) for problem in problems if problem.severity in SEVERITIES[:2]]


def _form(sources: Sources, root: Path | None) -> Checked:
    files = [file for file in sources.files if file.kind != "extra"]
    problems = tuple(
        Problem(
            "Warning",
            "form",
            file.path,
            None,
            None,
            f"not in form; run: legation format {file.path}",
        )
        for file in files
        if not file_in_form(file.path, file.turtle, root)
    )
    return Checked("Form", f"{len(files)} files", problems)


def _catalogs(root: Path | None) -> Checked:
    try:
        stale = catalog.stale(root)
    except TurtleError as error:
        path, _, message = str(error).partition(": ")
        stale = ((path, message),)
    problems = tuple(
        Problem("Violation", "catalog", path, None, None, message) for path, message in stale
    )
    return Checked("Catalogs", "imports and catalogs", problems)


def _profile(sources: Sources) -> Checked:
    problems = []
    for violation in profile.violations(rdf(sources.asserted())):
        path, line = sources.line_of(violation.subject) or (None, None)
        message = f"{violation.message} ({violation.axiom}; {violation.rule})"
        problems.append(
            Problem(
                "Violation",
                f"OWL 2 {violation.profile}",
                path,
                line,
                compact(violation.subject),
                message,
            )
        )
    return Checked("Profile", "OWL 2 DL and OWL 2 RL", tuple(problems))


def _stage(sources: Sources, stage: Stage) -> Checked:
    problems = [_finding(sources, finding) for finding in stage.findings]
    problems += [_clash(sources, clash, stage) for clash in stage.clashes]
    return Checked(stage.name, stage.looked_at, tuple(problems))


def _finding(sources: Sources, finding: Finding) -> Problem:
    path, line = sources.line_of(finding.focus) or (None, None)
    return Problem(
        finding.severity,
        compact(finding.shape),
        path,
        line,
        compact(finding.focus),
        finding.message,
    )


def _clash(sources: Sources, clash: ClashLike, stage: Stage) -> Problem:
    """A clash is told where one of its causes is described: an added file before a shipped one.

    owlrl says only that there is one; ours has the triples, which are put in words.
    """
    triples = tuple(Triple(*triple) for triple in clash.triples)
    if not triples:
        return Problem("Clash", clash.rule, None, None, None, clash.message)
    behind = causes(triples, stage.why) if stage.why else []
    subjects = [triple.s.strip("<>") for triple in (*behind, *triples)]
    extra = {file.path for file in sources.files if file.kind == "extra"}
    found = [(*place, s) for s in subjects if (place := sources.line_of(s))]
    found.sort(key=lambda place: place[0] not in extra)
    path, line, subject = found[0] if found else (None, None, subjects[0])
    labels = _labels(sources)
    words = in_words(
        clash.rule, triples, lambda term: labels.get(term) or compact(term.strip("<>"))
    )
    if behind:
        words += f"; it follows from {', '.join(map(in_turtle, behind))}"
    return Problem("Clash", clash.rule, path, line, compact(subject), words)


def _labels(sources: Sources) -> dict[str, str]:
    """The English label of each term in N-Triples syntax; of a claim, the words that it quotes."""
    named = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["oa"] + "exact")
    return {
        str(quad.subject): quad.object.value
        for quad in sources.asserted()
        if quad.predicate.value in named
        and isinstance(quad.object, Literal)
        and quad.object.language in ("en", None)
    }


def _against(closed: Closed, reasoner: Reasoner, against: Reasoner) -> Checked:
    from graph.pipeline import HIDDEN, close

    ours = set(closed.closure.inferred_ntriples(HIDDEN).splitlines())
    theirs = set(close(closed.reasoned_over, against).inferred_ntriples(HIDDEN).splitlines())
    problems = [
        Problem("Violation", "against", None, None, None, f"only {name} infers: {line.decode()}")
        for name, lines in ((reasoner, ours - theirs), (against, theirs - ours))
        for line in sorted(lines)
    ]
    return Checked(f"Against {against}", f"{len(ours | theirs):,} inferences", tuple(problems))
