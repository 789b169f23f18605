"""Techniques are counted once a rule; the layer is what the Navigator reads."""

from keng.detect.sigma import RuleSet
from keng.rulebench.coverage import by_technique, navigator_layer


def test_techniques_of_the_tags_are_counted(ruleset: RuleSet) -> None:
    assert {technique: len(rules) for technique, rules in by_technique(ruleset).items()} == {
        "T1059.001": 1,
        "T1490": 1,
    }


def test_the_layer_has_what_the_navigator_needs(ruleset: RuleSet) -> None:
    layer = navigator_layer(ruleset)
    assert layer["domain"] == "enterprise-attack" and isinstance(layer["versions"], dict)
    techniques = layer["techniques"]
    assert isinstance(techniques, list)
    assert techniques[1] == {
        "techniqueID": "T1490", "score": 1, "comment": "Shadow copies deleted", "enabled": True,
        "showSubtechniques": False,
    }  # fmt: skip
