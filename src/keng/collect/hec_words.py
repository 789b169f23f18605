"""The answers of Splunk's HTTP Event Collector, by their documented numbers, texts and HTTP statuses. Pure."""

from enum import Enum

import msgspec


class Code(Enum):
    """(number, HTTP status, text)."""

    SUCCESS = (0, 200, "Success")
    TOKEN_DISABLED = (1, 403, "Token disabled")
    TOKEN_REQUIRED = (2, 401, "Token is required")
    INVALID_AUTHORIZATION = (3, 401, "Invalid authorization")
    INVALID_TOKEN = (4, 403, "Invalid token")
    NO_DATA = (5, 400, "No data")
    INVALID_DATA_FORMAT = (6, 400, "Invalid data format")
    SERVER_ERROR = (8, 500, "Internal server error")
    SERVER_BUSY = (9, 503, "Server is busy")
    CHANNEL_MISSING = (10, 400, "Data channel is missing")
    INVALID_CHANNEL = (11, 400, "Invalid data channel")
    EVENT_REQUIRED = (12, 400, "Event field is required")
    EVENT_BLANK = (13, 400, "Event field cannot be blank")
    INDEXED_FIELDS = (15, 400, "Error in handling indexed fields")
    HEALTHY = (17, 200, "HEC is healthy")
    UNHEALTHY = (18, 503, "HEC is unhealthy, queues are full")

    @property
    def number(self) -> int:
        """The code as clients read it."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        return self.value[1]

    def answer(self, event_number: int = -1, ack_id: int = -1) -> bytes:
        """The JSON body. event_number: place of the event that is wrong, from 0; ack_id: of what was taken."""
        about: dict[str, object] = {"text": self.value[2], "code": self.value[0]}
        if event_number >= 0:
            about["invalid-event-number"] = event_number
        if ack_id >= 0:
            about["ackId"] = ack_id
        return msgspec.json.encode(about)
