"""What the demo's senders count."""

import msgspec


class Tally(msgspec.Struct):
    """Records by fate. accepted: acknowledged by the centre (UDP has no acknowledgement: counted when sent).

    refused: the centre said no, for good; waited: how often a sender was told to come again later;
    lost: given up at the end of the demo. problem: the last thing that went wrong, as text.
    """

    accepted: int = 0
    refused: int = 0
    waited: int = 0
    lost: int = 0
    problem: str = ""
