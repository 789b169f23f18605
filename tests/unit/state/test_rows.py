"""Rows and structs."""

from sqlalchemy import insert, select

from keng.model.agency import Agency, Contact
from keng.state.database import State
from keng.state.rows import to_struct, to_values
from keng.state.tables.register import agency


def test_a_struct_comes_back_from_its_row_as_it_was(state: State) -> None:
    one = Agency("bv", "Bệnh viện", "Hospital", contacts=(Contact("Lan", phone="113"),))
    with state.write() as conn:
        conn.execute(insert(agency).values(**to_values(one)))
        row = conn.execute(select(agency)).one()
    assert to_struct(row, Agency) == one
    assert to_struct(row, Agency, name_en="Clinic").name("en") == "Clinic"
    assert "id" not in to_values(one, without=("id",))
