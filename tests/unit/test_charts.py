"""An answer becomes a chart: the one its query's header asks for, or the one it suggests."""

from __future__ import annotations

import pytest

from graph.namespaces import XSD
from graph.sparql.header import ChartHeader
from graph.web.querying.charts import BARS, chart
from graph.web.terms import Term


def text(value: str) -> Term:
    return Term("literal", value)


def iri(value: str) -> Term:
    return Term("iri", f"https://example.org/{value}")


def typed(value: object, datatype: str = "integer") -> Term:
    return Term("literal", str(value), datatype=XSD + datatype)


def counted(*pairs: tuple[str, object]) -> list[dict[str, Term]]:
    return [{"thing": iri(name), "label": text(name), "n": typed(number)} for name, number in pairs]


COLUMNS = ["thing", "label", "n"]


def test_a_text_and_a_number_are_bars_whose_longest_is_whole():
    drawn = chart(COLUMNS, counted(("a", 4), ("b", 1)))
    assert (drawn.kind, drawn.label, drawn.series) == ("bar", "label", ("n",))
    assert [bar.values for bar in drawn.bars] == [(("4", 100.0),), (("1", 25.0),)]


def test_where_no_text_tells_the_rows_apart_an_iri_does():
    rows = [{**row, "label": text("the same")} for row in counted(("a", 4), ("b", 1))]
    assert chart(COLUMNS, rows).label == "thing"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        counted(("a", 4)),
        [{"thing": iri("a")}, {"thing": iri("b")}],
        [{"label": text("a"), "n": text("four")}, {"label": text("b"), "n": text("one")}],
        counted(("a", "NaN"), ("b", "x")),
        [{"n": typed(1)}, {"n": typed(2)}],
    ],
)
def test_an_answer_with_nothing_to_compare_has_no_chart(rows):
    assert chart(COLUMNS, rows) is None


def test_more_rows_than_are_read_are_left_out_and_counted():
    drawn = chart(COLUMNS, counted(*((f"{n}", n) for n in range(BARS + 7))))
    assert (len(drawn.bars), drawn.left_out) == (BARS, 7)


def test_numbers_along_a_time_are_lines_in_its_order_at_its_pace():
    rows = [{"year": typed(year, "gYear"), "n": typed(n)} for year, n in ((2018, 4), (2016, 0), (2017, 2))]
    drawn = chart(["year", "n"], rows)
    assert drawn.kind == "line"
    assert [end.value for end in drawn.ends] == ["2016", "2018"]
    (points,) = drawn.lines
    places = [tuple(map(float, point.split(","))) for point in points.split()]
    assert places[0] == (0, 160)
    assert places[1][1] == 80
    assert places[1][0] == pytest.approx(160, abs=1)
    assert places[2] == (320, 0)
    assert [number for number, _ in drawn.ticks] == [0, 1, 2, 3, 4]


def test_whole_numbers_have_no_half_on_their_axis():
    rows = [{"day": typed(f"2026-11-0{day}", "date"), "n": typed(1)} for day in (1, 2, 3)]
    assert [number for number, _ in chart(["day", "n"], rows).ticks] == [0, 1]


def test_numbers_below_zero_are_on_a_line():
    rows = [{"year": typed(2000 + n, "gYear"), "n": typed(n - 2)} for n in range(5)]
    numbers = dict(chart(["year", "n"], rows).ticks)
    assert min(numbers) == -2
    assert 0 < numbers[0] < 160


def test_what_the_header_asks_for_goes_before_what_the_answer_suggests():
    rows = [{**row, "m": typed(9)} for row in counted(("a", 4), ("b", 1))]
    drawn = chart([*COLUMNS, "m"], rows, ChartHeader("bar", "thing", ("m",)))
    assert (drawn.label, drawn.series) == ("thing", ("m",))


def test_a_value_that_is_missing_leaves_its_place_empty():
    rows = [*counted(("a", 4), ("b", 1)), {"thing": iri("c"), "label": text("c"), "m": typed(2)}]
    drawn = chart([*COLUMNS, "m"], rows)
    assert drawn.bars[2].values == (None, ("2", 50.0))
