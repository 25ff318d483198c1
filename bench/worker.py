"""One measurement in a process of its own: ``python -m bench.worker KIND PEER FILE`` prints JSON.

Times are CPU seconds of the process, of all its threads, from its start; a change is measured by
the clock instead. Memory is the greatest resident size.
"""

import gc
import json
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast

from bench.peers import PEERS, Changing, Legation, Peer, Triple

_CHANGES = 200
_SECONDS = 20.0
"""At most so many changes are measured, and no more once they have taken so long."""
_PROOFS = 1000
_MEMORY = 8 * 2**30
"""A process that wants more bytes of memory fails, so that the machine goes on."""


def closure(peer: Peer, path: Path) -> dict[str, Any]:
    """Import, load and closure."""
    peer.load(path)
    gc.freeze()  # what was imported and loaded is no garbage, nor to be looked through for any
    loaded = process_time()
    peer.close()
    closed = process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux, bytes on macOS
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return {"closure": closed - loaded, "all": closed, "memory": memory / scale}


def inferred(peer: Peer, path: Path) -> dict[str, Any]:
    """What was inferred, noise aside, to the file beside with the suffix ``.inferred``."""
    peer.load(path)
    peer.close()
    lines = [f"{' '.join(triple)} .\n" for triple in sorted(new(peer, asserted(path)))]
    path.with_suffix(".inferred").write_text("".join(lines), "utf-8")
    return {"inferred": len(lines)}


def asserted(path: Path) -> set[Triple]:
    """The triples of a file."""
    with path.open(encoding="utf-8") as file:
        return {cast(Triple, tuple(line[:-3].split(" ", 2))) for line in file}


def new(peer: Peer, known: set[Triple]) -> set[Triple]:
    """The inferred triples without noise. Blank nodes in the data are class expressions and lists,
    and some peers give them other labels, so triples with any are left out."""
    from graph.reasoning.noise import expressions, judge
    from graph.reasoning.terms import Triple as NamedTriple

    noise = judge(expressions(NamedTriple(*triple) for triple in known))
    return {
        triple
        for triple in peer.triples()
        if triple not in known and _named(triple) and not noise(NamedTriple(*triple))
    }


def _named(triple: Triple) -> bool:
    return not any(term.startswith("_:") for term in triple)


def some(triples: set[Triple], count: int) -> list[Triple]:
    """Random triples without blank nodes, always the same."""
    named = sorted(filter(_named, triples))
    return random.Random("some").sample(named, min(count, len(named)))


def changes(peer: Peer, path: Path) -> dict[str, Any]:
    """Deleting random asserted triples and inserting them again, one by one, in milliseconds."""
    changing = cast(Changing, peer)
    changing.load(path)
    changing.close()
    chosen = some(asserted(path), _CHANGES)
    delete, insert, total = [], [], 0.0
    for triple in chosen:
        delete.append(_clocked(changing.delete, triple))
        insert.append(_clocked(changing.insert, triple))
        total += delete[-1] + insert[-1]
        if total > _SECONDS * 1000:
            break
    return {"delete": median(delete), "insert": median(insert), "changes": len(delete)}


def _clocked(do: Callable[[Triple], None], triple: Triple) -> float:
    start = perf_counter()
    do(triple)
    return (perf_counter() - start) * 1000


def exact(peer: Peer, path: Path) -> dict[str, Any]:
    """Whether deleting twenty triples leaves what follows from the rest, and nothing else."""
    known = asserted(path)
    gone = some(known, 20)
    changing = cast(Changing, peer)
    changing.load(path)
    changing.close()
    for triple in gone:
        changing.delete(triple)
    left = path.with_name(f"{path.stem}-left.ttl")
    rest = known - set(gone)
    left.write_text("".join(f"{' '.join(triple)} .\n" for triple in sorted(rest)), "utf-8")
    fresh = type(changing)()
    fresh.load(left)
    fresh.close()
    return {"exact": new(changing, rest) == new(fresh, rest)}


def proofs(peer: Peer, path: Path) -> dict[str, Any]:
    """Proofs of random inferred triples, in milliseconds."""
    ours = cast(Legation, peer)
    ours.load(path)
    ours.close()
    times = []
    for triple in some(set(ours.triples()), _PROOFS):
        start = perf_counter()
        proof = ours.closure.why(triple)
        times.append((perf_counter() - start) * 1000)
        if proof is None or proof.conclusion != triple:
            raise AssertionError(f"no proof of {triple}")
    return {"proof": median(times), "slowest": max(times)}


def batches(peer: Peer, path: Path) -> dict[str, Any]:
    """Whether the data inserted in random batches give the same closure as at once."""
    ours = cast(Legation, peer)
    ours.load(path)
    ours.close()
    triples = sorted(asserted(path))
    order = random.Random("batches")
    order.shuffle(triples)
    cuts = sorted(order.sample(range(1, len(triples)), 4))
    other = type(ours)()
    empty = path.with_name("empty.ttl")
    empty.write_bytes(b"")
    other.load(empty)
    other.close()
    for low, high in zip([0, *cuts], [*cuts, len(triples)], strict=True):
        other.closure.insert(triples[low:high])
    one, two = (sorted(c.inferred_ntriples().splitlines()) for c in (ours.closure, other.closure))
    return {"batches": one == two}


KINDS: dict[str, Callable[[Peer, Path], dict[str, Any]]] = {
    "closure": closure,
    "inferred": inferred,
    "changes": changes,
    "exact": exact,
    "proofs": proofs,
    "batches": batches,
}


def main() -> None:
    """Take the measurement that the arguments name."""
    kind, name, path = sys.argv[1:]
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    print(json.dumps(KINDS[kind](PEERS[name](), Path(path))))


if __name__ == "__main__":
    main()
