"""Values of the standard placeholders (`expand`) where an installation sets none.

Only what holds everywhere has a default: the built-in administrator accounts of Windows. Which machines are
servers, work stations, jump servers or domain controllers only the installation knows; a rule that asks for
them is listed as not loaded until a mapping is given.
"""

from collections.abc import Mapping

STANDARD = ("Administrators", "JumpServers", "Workstations", "Servers", "DomainControllers")
DEFAULTS: Mapping[str, tuple[str, ...]] = {"Administrators": ("Administrator", "Quản trị viên")}
