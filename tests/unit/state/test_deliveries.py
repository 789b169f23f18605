"""Published bulletins at the agencies."""

from keng.model.bulletin import Bulletin, Finding
from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import bulletins, deliveries
from keng.state.database import State

NOW = 1_790_000_000_000_000
HOA, NURSE = Actor("hoa"), Actor("y.ta")


def test_an_agency_sees_only_what_was_sent_to_it_and_not_who_wrote_it(
    state: State, drafted: Bulletin
) -> None:
    with state.write() as conn:
        assert deliveries.bulletins_of_agency(conn, "bv") == []
        bulletins.approve_bulletin(conn, drafted.id, HOA, NOW)
        assert deliveries.bulletins_of_agency(conn, "bv") == []
        sent = bulletins.publish_bulletin(conn, drafted.id, ["bv"], HOA, NOW)
        assert isinstance(sent, Bulletin)
        (seen,) = deliveries.bulletins_of_agency(conn, "bv")
        assert deliveries.bulletin_of_agency(conn, sent.id, "bv") == seen
        inside = (seen.bulletin.incident, seen.bulletin.created_by, seen.bulletin.edited_by)
        assert inside == (0, "", ())
        assert deliveries.bulletins_of_agency(conn, "so") == []
        assert deliveries.bulletin_of_agency(conn, sent.id, "so") is None
        assert not deliveries.mark_read(conn, sent.id, "so", NURSE, NOW)
        stray = deliveries.confirm(conn, sent.id, "so", Finding.HIT, "", [], NURSE, NOW)
        assert isinstance(stray, Rejected)
        wrong_step = deliveries.confirm(conn, sent.id, "bv", Finding.HIT, "", [99], NURSE, NOW)
        assert isinstance(wrong_step, Rejected)
