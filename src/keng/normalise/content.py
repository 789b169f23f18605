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

# Of any source: fields with these names.
CONTENT: frozenset[str] = frozenset((
    # bodies of requests and answers, as sensors and proxies name them
    "http.request.body.content", "http.response.body.content", "http.request.body", "http.response.body",
    "http_request_body", "http_response_body", "http_request_body_printable", "http_response_body_printable",
    "request_body", "response_body", "requestbody", "responsebody", "post_data", "postdata", "post_body",
    # mail
    "email.subject", "email.body", "email.body_text", "email.body_html", "mail.subject", "mail.body",
    "smtp.subject", "message_subject", "mail_subject", "message_body", "mail_body", "body_html", "body_text",
    "html_body", "text_body", "item.subject", "affecteditems.subject", "emailbody", "emailsubject",
    # chat and pages
    "chat.message", "chat.text", "chat_message", "message_text", "page_text", "page_content", "html_content",
))  # fmt: skip

# Of one product: names that mean something else elsewhere (a PowerShell `Payload` is a script and stays).
CONTENT_OF: dict[str, frozenset[str]] = {
    "suricata": frozenset(("payload", "payload_printable", "packet", "stream_data")),
    "m365": frozenset(("subject", "messagetext", "body", "searchquerytext")),
    "zeek": frozenset(("password", "post_vars", "cookie_vars")),
}

# Where these stand in the text of a log line, the rest of it is content (Postfix notes the subject this way).
MARKS = ("header Subject: ", "body content: ")
# … up to one of these, which is telemetry again.
MARK_ENDS = ("; from=<", " from unknown[", " from local;")
