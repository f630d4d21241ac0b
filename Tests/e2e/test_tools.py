"""What judges the product is itself judged: the finder of mutants, the comparison of figures. Needs no stack."""
import json
import pathlib
import sys

from harness.mutations import draw, places

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench import figures  # noqa: E402

SOURCE = '''
/// A comment with a == b and 10 things.
func f(a: Int) throws {
    guard a < 10 else { throw Fault.tooLarge }  // not 11 && not more
    if isReady && a != 3 { count += 1 }
    let text = "a == b"
    try tx.execute("DELETE FROM t WHERE id = 1 AND project = 2")
    let rows = try tx.query(
        """
        SELECT id FROM t
        WHERE a = 1 AND b < 2
        ORDER BY id
        """)
}
'''


def test_mutants_are_in_code_and_sql_but_not_in_text_or_comments():
    found = {(number, kind) for number, kind, _, _ in places(SOURCE)}
    assert found == {
        (4, "comparison"), (4, "bound"), (4, "condition"),
        (5, "logic"), (5, "equality"), (5, "bound"), (5, "condition"),
        (7, "statement"), (7, "SQL clause"),
        (11, "SQL clause"), (11, "SQL comparison"),
    }, sorted(found)


def test_a_mutant_changes_one_line():
    changed = {kind: after for number, kind, _, after in places(SOURCE) if number == 4}
    assert changed["comparison"] == "    guard a <= 10 else { throw Fault.tooLarge }  // not 11 && not more"
    assert changed["condition"] == "    guard !(a < 10) else { throw Fault.tooLarge }  // not 11 && not more"
    clause = next(after for _, kind, _, after in places(SOURCE) if kind == "SQL clause")
    assert clause.rstrip().endswith('WHERE id = 1 ")')


def test_a_seed_draws_the_same_mutants_and_another_seed_others():
    first, again, other = draw(ROOT, 7)[:40], draw(ROOT, 7)[:40], draw(ROOT, 8)[:40]
    assert first == again and first != other
    for mutant in first:
        whole = (ROOT / mutant.path).read_text()
        assert mutant.applied_to(whole) != whole
    assert len({(mutant.path, mutant.line) for mutant in first}) == 40


def test_a_ratio_that_fell_by_a_fifth_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(figures, "RECORD", tmp_path / "record.json")
    figures.record([figures.ratio("speed", [4, 4], [2, 2]), figures.Figure("cost", "", [10], more_is_better=False, portable=True),
                    figures.Figure("seconds", "s", [1])], tmp_path / "record.json")
    assert json.loads((tmp_path / "record.json").read_text())["figures"]["speed"]["value"] == 2
    now = [figures.ratio("speed", [1.7], [1]), figures.Figure("cost", "", [12], more_is_better=False, portable=True)]
    assert figures.compare(now) == 0
    now = [figures.ratio("speed", [1.6], [1]), figures.Figure("cost", "", [13], more_is_better=False, portable=True),
           figures.Figure("seconds", "s", [0.1])]
    assert figures.compare(now) == 2
    said = capsys.readouterr().out
    assert "speed: 1.6" in said and "cost: 13" in said and "seconds" not in said


def test_percentiles_are_of_the_samples():
    values = list(range(1, 101))
    assert [figures.percentile(values, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert figures.percentile([5], 99) == 5
