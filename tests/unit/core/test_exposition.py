from __future__ import annotations

from wherry.core.exposition import Family, Sample, counter, exposition, gauge


def test_a_page():
    text = exposition([
        Family("hits_total", "counter", "Hits, by\npath \\.", (
            Sample(3, {"path": '/a"b\\c\n', "code": "200"}), Sample(1.5, {"path": "/"}),
        )),
        gauge("open", "Open now.", 2**60),
        counter("seconds_total", "Time.", 0.25),
        Family("size", "histogram", "Sizes.", (
            Sample(1, {"le": "+Inf"}, "_bucket"), Sample(float("inf"), suffix="_sum"),
            Sample(float("nan"), suffix="_count"),
        )),
    ])  # fmt: skip
    assert text.splitlines() == [
        r"# HELP hits_total Hits, by\npath \\.",
        "# TYPE hits_total counter",
        r'hits_total{path="/a\"b\\c\n",code="200"} 3',
        'hits_total{path="/"} 1.5',
        "# HELP open Open now.",
        "# TYPE open gauge",
        "open 1.152921504606847e+18",
        "# HELP seconds_total Time.",
        "# TYPE seconds_total counter",
        "seconds_total 0.25",
        "# HELP size Sizes.",
        "# TYPE size histogram",
        'size_bucket{le="+Inf"} 1',
        "size_sum +Inf",
        "size_count NaN",
    ]


def test_nothing():
    assert exposition([]) == ""
