"""What people and the centre did, by the audit log's names of actions, in words."""

from keng.i18n import _


def deed(action: str) -> str:
    """ "user.login" → "signed in"; a name that is not known here stays as it is."""
    return _people(action) or _casework(action) or _house(action) or action


def _people(action: str) -> str:
    return {
        "user.login": _("signed in"),
        "user.login_failed": _("sign-in refused"),
        "user.logout": _("signed out"),
        "user.create": _("made an account"),
        "user.password": _("set a password"),
        "user.disable": _("blocked an account"),
        "user.enable": _("unblocked an account"),
        "events.search": _("searched events"),
        "events.sql": _("asked in SQL"),
        "events.hunt": _("hunted in the terminal"),
        "events.export": _("exported events"),
        "hunt.save": _("saved a hunt"),
        "hunt.find": _("a hunt found something"),
        "hunt.schedule": _("scheduled a hunt"),
        "hunt.rule": _("made a rule of a hunt"),
        "hunt.delete": _("deleted a hunt"),
    }.get(action, "")


def _casework(action: str) -> str:
    return {
        "alert.assign": _("gave an alert to somebody"),
        "alert.close": _("closed an alert"),
        "alert.reopen": _("reopened an alert"),
        "incident.create": _("made an incident"),
        "incident.add_alerts": _("added alerts to an incident"),
        "incident.edit": _("changed an incident"),
        "incident.move": _("moved an incident on"),
        "incident.note": _("wrote a note"),
        "incident.report": _("recorded a report as sent"),
        "bulletin.drafted": _("drafted a warning"),
        "bulletin.edit": _("changed a warning"),
        "bulletin.approved": _("approved a warning"),
        "bulletin.published": _("published a warning"),
        "bulletin.withdrawn": _("withdrew a warning"),
        "bulletin.read": _("read a warning"),
        "bulletin.confirm": _("confirmed a warning"),
    }.get(action, "")


def _house(action: str) -> str:
    return {
        "register.load": _("loaded the register"),
        "register.agency": _("changed an agency"),
        "register.system": _("changed an information system"),
        "register.source": _("changed a log source"),
        "token.issue": _("issued a token"),
        "token.replace": _("replaced a token"),
        "token.revoke": _("withdrew a token"),
        "token.withdraw": _("withdrew a token"),
        "certificate.add": _("admitted a certificate"),
        "certificate.withdraw": _("withdrew a certificate"),
        "events.expire": _("deleted events whose time of keeping was over"),
        "hold.add": _("ordered a legal hold"),
        "hold.release": _("ended a legal hold"),
        "backup.make": _("made a backup"),
    }.get(action, "")
