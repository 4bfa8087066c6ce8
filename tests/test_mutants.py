"""What is listed beside the mutation score stays true."""

import tomllib

from tests.server import ROOT

LISTED = tomllib.loads((ROOT / "benchmarks" / "equivalent.toml").read_text())["mutant"]


def test_an_equivalent_mutant_is_of_a_line_that_still_stands():
    """Where a line is gone, what was said of its mutants goes too."""
    for one in LISTED:
        text = " ".join((ROOT / "futurisys" / one["file"]).read_text().split())
        assert one["line"] in text, one
