"""`passerelles check` of one changed file, in the context of the last snapshot, against checking everything.

python bench/contribution.py [--triples 1000000] [--per-file 1] [--runs 5]
"""

from __future__ import annotations

from common import PASSERELLES, arguments, graph, header, interleaved, line, run, verdict


def main() -> None:
    given = arguments(__doc__, triples=1_000_000, per_file=1, runs=5)
    header("pyoxigraph", "shacl")
    with graph(given.triples, given.per_file) as large:
        run([PASSERELLES, "build", "--quiet"], large)
        names = sorted((large / "data" / "productions").glob("*.ttl"))
        changed = names[len(names) // 2]
        changed.write_text(changed.read_text(encoding="utf-8").replace('"@fr', ' (suite)"@fr', 1), encoding="utf-8")
        path = changed.relative_to(large).as_posix()
        taken = interleaved(
            {
                "check of everything": [PASSERELLES, "check", "--quiet"],
                "check of one changed file": [PASSERELLES, "check", "--quiet", path],
                "check --changed": [PASSERELLES, "check", "--quiet", "--changed"],
            },
            given.runs,
            cwd=large,
        )
    everything, one, changes = taken.values()
    print(f"{given.triples:,} triples, {len(names):,} files of productions, median of {given.runs}")
    for name, of in taken.items():
        line(name, of.seconds, of.megabytes)
    verdict("everything / one changed file", everything.seconds / one.seconds, 20, at_least=True)
    verdict("everything / --changed", everything.seconds / changes.seconds, 20, at_least=True)


if __name__ == "__main__":
    main()
