"""Names and classes of incidents."""

from keng.i18n import using
from keng.incidents.taxonomy import RSIT, group_name, status_name
from keng.model.incident import IncidentGroup, IncidentStatus


def test_there_is_no_class_for_what_anybody_says_or_shows() -> None:
    for word in ("speech", "violence", "hate", "opinion", "propaganda", "slander", "rumour"):
        assert not any(word in name for name in RSIT)
        assert not any(word in group_name(group).lower() for group in IncidentGroup)
    assert len(set(RSIT)) == len(RSIT)


def test_the_nine_groups_and_all_stages_have_names_in_both_languages() -> None:
    assert [group.value for group in IncidentGroup] == [f"N{number}" for number in range(1, 10)]
    for language in ("vi", "en"):
        with using(language):
            assert len({group_name(group) for group in IncidentGroup}) == 9
            assert len({status_name(status) for status in IncidentStatus}) == len(IncidentStatus)
