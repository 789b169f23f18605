"""What the people of the demo do, through the console, each with an own sign-in.

The analyst on duty takes the campaign's alerts, opens an incident and drafts a warning; the head approves and
publishes it; officers of the agencies read it and confirm. When the campaign has reached the hospital, the rest
of its alerts are put into the incident too, as far as the console offers it.
"""
