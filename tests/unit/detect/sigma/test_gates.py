"""Gates: the table answers as each leaf would."""

import pytest
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.gates import Gates
from keng.detect.sigma.program import Program

PROGRAM = Program(
    ruleset(
        "---\n".join(
            rule_text({"s": detection}, title=str(number))
            for number, detection in enumerate(
                (
                    {"EventID": 1},
                    {"EventID": [1, 4688, "4689"]},
                    {"EventID": "4688"},
                    {"EventID|startswith": "46"},
                    {"EventID|gt": 5},
                    {"EventID": None},
                    {"EventID": ["a", None]},
                    {"EventID|re": "^4[0-9]+$"},
                    {"EventID|contains|all": ["4", "6"]},
                    {"EventID|cased": "A"},
                    {"EventID": 5.5},
                )
            )
        )
    ).rules
)


@pytest.mark.parametrize(
    "event_id", [1, "1", 4688, "4688", "04688", 0, "", "A", "a", "5.5", None, -1, "４６"]
)
def test_known_is_what_each_leaf_says(event_id: int | str | None) -> None:
    gates = Gates(PROGRAM.leaves)
    assert gates.numbers == {leaf.number for leaf in PROGRAM.leaves}
    assert gates.known(event_id) == {leaf.number: leaf.test.holds(event_id) for leaf in PROGRAM.leaves}
