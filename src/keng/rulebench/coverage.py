"""`keng rules coverage`: which ATT&CK techniques a rule set looks for, as a layer for the ATT&CK Navigator."""

import re2

from keng.detect.sigma import RuleSet
from keng.model.detection import RuleInfo

LAYER = "4.5"
NAVIGATOR = "5.1.0"
_TECHNIQUE = re2.compile(r"attack\.(t[0-9]{4}(?:\.[0-9]{3})?)")
MAX_NAMED = 25


def by_technique(ruleset: RuleSet) -> dict[str, list[RuleInfo]]:
    """Technique id ("T1059.001") → the rules and correlations that name it."""
    found: dict[str, list[RuleInfo]] = {}
    for info in ruleset.info.values():
        for tag in dict.fromkeys(info.tags):
            match = _TECHNIQUE.fullmatch(tag.casefold())
            if match:
                found.setdefault(match[1].upper(), []).append(info)
    return dict(sorted(found.items()))


def navigator_layer(ruleset: RuleSet, name: str = "Kẻng") -> dict[str, object]:
    """The layer: a score for each technique, its number of rules; the comment names them."""
    techniques = by_technique(ruleset)
    most = max((len(rules) for rules in techniques.values()), default=1)
    return {
        "name": name,
        "versions": {"layer": LAYER, "navigator": NAVIGATOR},
        "domain": "enterprise-attack",
        "description": f"{len(ruleset.info)} rules, {len(techniques)} techniques",
        "techniques": [
            {
                "techniqueID": technique,
                "score": len(rules),
                "comment": "; ".join(rule.title for rule in rules[:MAX_NAMED])
                + (f"; … ({len(rules)})" if len(rules) > MAX_NAMED else ""),
                "enabled": True,
                "showSubtechniques": "." in technique,
            }
            for technique, rules in techniques.items()
        ],
        "gradient": {"colors": ["#ffffff", "#f2b33d", "#b3261e"], "minValue": 0, "maxValue": most},
        "legendItems": [],
        "sorting": 3,
        "hideDisabled": False,
    }
