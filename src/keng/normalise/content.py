"""What counts as content: what people write, say or read. Kẻng keeps telemetry of systems and none of this.

Read it as a promise: the sources named in ALLOWED carry other people's words, so of them only the listed fields pass.
From every other source the fields named in CONTENT are taken out. Command lines, script blocks, addresses, URLs and
names of files are telemetry and stay: attacks are seen in them.
Names are compared without regard to case; `email.subject` also stands for `x.email.subject`.
"""

# Zeek's own fields of a connection, and the generic names beside them.
_CONNECTION = (
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "src_ip", "src_port", "dst_ip", "dst_port",
    "trans_depth", "tags", "_system_name", "_write_ts",
)  # fmt: skip

# (product, service) → the only fields that pass. Mail: who sent to whom by which way, never about what.
ALLOWED: dict[tuple[str, str], frozenset[str]] = {
    ("zeek", "smtp"): frozenset((
        *_CONNECTION, "helo", "mailfrom", "rcptto", "date", "from", "to", "cc", "reply_to", "msg_id",
        "in_reply_to", "x_originating_ip", "first_received", "second_received", "last_reply", "path",
        "user_agent", "tls", "fuids", "is_webmail", "urls", "domains",
    )),
    ("zeek", "irc"): frozenset((
        *_CONNECTION, "nick", "user", "command", "dcc_file_name", "dcc_file_size", "dcc_mime_type", "fuid",
    )),
    ("zeek", "sip"): frozenset((
        *_CONNECTION, "method", "uri", "date", "call_id", "seq", "request_path", "response_path", "user_agent",
        "status_code", "status_msg", "warning", "request_body_len", "response_body_len", "content_type",
    )),
}  # fmt: skip

# Of any source: fields with these names, by what they hold. Names are compared as letters and digits alone, so
# "http_request_body", "HTTP-Request-Body" and "http.request.body" are one; `email.subject` also stands for
# `x.email.subject`.
CONTENT_BY_KIND: dict[str, frozenset[str]] = {
    "http": frozenset(
        (
            "http.request.body.content",
            "http.response.body.content",
            "http.request.body",
            "http.response.body",
            "http_request_body_printable",
            "http_response_body_printable",
            "request_body",
            "response_body",
            "request_body_content",
            "response_body_content",
            "post_data",
            "post_body",
        )
    ),
    "mail": frozenset(
        (
            "email.subject",
            "email.body",
            "email.body_text",
            "email.body_html",
            "mail.subject",
            "mail.body",
            "smtp.subject",
            "message_subject",
            "message_body",
            "subject_line",
            "message_info.subject",
            "body_html",
            "body_text",
            "html_body",
            "text_body",
            "item.subject",
            "affecteditems.subject",
            "body_preview",
            "mail_text",
            "mail_content",
        )
    ),
    "chat": frozenset(
        (
            "chat.message",
            "chat.text",
            "chat_content",
            "message_text",
            "message_content",
            "sms_text",
            "im_text",
            "page_text",
            "page_content",
            "html_content",
        )
    ),
}
CONTENT: frozenset[str] = frozenset().union(*CONTENT_BY_KIND.values())

# Of one product: names that mean something else elsewhere (a PowerShell `Payload` is a script and stays).
CONTENT_OF: dict[str, frozenset[str]] = {
    "suricata": frozenset(("payload", "payload_printable", "packet", "stream_data")),
    "m365": frozenset(("subject", "body", "content", "search_query_text")),
    "gcp": frozenset(("subject", "snippet")),
    "fortigate": frozenset(("subject", "content")),
    "zeek": frozenset(("password", "post_vars", "cookie_vars")),
}

# Of a format whose senders write of mail under names of their own (mail gateways, firewalls that look into mail).
_MAIL_LABELS = frozenset(("subject", "mail_title", "body", "content"))
# A web firewall's copy of a request, with what was sent in it.
_REQUESTS = frozenset(("full_request", "raw_request", "http_request", "full_response"))
CONTENT_IN: dict[str, frozenset[str]] = {
    "cef": _MAIL_LABELS | _REQUESTS,
    "leef": _MAIL_LABELS | _REQUESTS,
    "key_value": _MAIL_LABELS,
    "paloalto": _MAIL_LABELS,
}

# A `subject` beside one of these is a mail's; without them it may be a certificate's, and stays.
MAIL_SIGNS: frozenset[str] = frozenset((
    "sender", "sender_address", "recipient", "recipients", "recipient_address", "mail_from", "rcpt_to", "rcpt",
    "envelope_from", "envelope_to", "from_address", "to_address", "message_id", "internet_message_id",
    "sender_from_address", "recipient_email_address", "delivery_action", "srcmail", "dstmail",
))  # fmt: skip
OF_MAIL: frozenset[str] = frozenset(("subject", "body", "snippet"))

# Where these stand in a log line that also holds the second text, what follows is content, up to one of the ends, which
# is telemetry again: Postfix notes a subject the first way, Exim the third, amavis the fourth.
MARKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("header Subject: ", "", ("; from=<", " from unknown[", " from local;")),
    ("body content: ", "", ("; from=<", " from unknown[", " from local;")),
    (' T="', " <= ", ('" from <', '" for ', '"')),
    (', Subject: "', "Message-ID: <", ('", ', '"')),
)
