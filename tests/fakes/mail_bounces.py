"""What a mail server sends back when it could not deliver (RFC 3464), as Postfix writes it."""

from tests.fakes.mail_letter import Letter

_REASONS = {
    "5.1.1": "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table",
    "5.2.2": "552 5.2.2 <{to}>: The email account that you tried to reach is over quota",
    "4.4.1": "connect to mail.example.org: Connection timed out",
}


def report(letter: Letter, status: str) -> bytes:
    """The DSN about this letter: failed for good with 5.x.x, only delayed with 4.x.x."""
    reason = _REASONS[status].format(to=letter.recipient)
    is_delayed = status.startswith("4")
    boundary = "7C1E42A0B5.1764151200/mx.example.org"
    head, _, _ = letter.body.partition(b"\r\n\r\n")
    first = (
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
        f"Subject: {'Delayed Mail (still being retried)' if is_delayed else 'Undelivered Mail Returned to Sender'}",
        f"To: {letter.sender}",
        "Auto-Submitted: auto-replied",
        "Message-Id: <20261126100000.7C1E42A0B5@mx.example.org>",
        "Date: Thu, 26 Nov 2026 10:00:00 +0000 (UTC)",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{boundary}"',
        "Content-Transfer-Encoding: 8bit",
        "",
        "This is a MIME-encapsulated message.",
        "",
        f"--{boundary}",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "This is the mail system at host mx.example.org.",
        "",
        f"<{letter.recipient}>: {reason}",
        "",
        f"--{boundary}",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "X-Postfix-Queue-ID: 7C1E42A0B5",
        f"X-Postfix-Sender: rfc822; {letter.sender}",
        "Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000 (UTC)",
        "",
        f"Final-Recipient: rfc822; {letter.recipient}",
        f"Original-Recipient: rfc822;{letter.recipient}",
        f"Action: {'delayed' if is_delayed else 'failed'}",
        f"Status: {status}",
        f"Diagnostic-Code: {'X-Postfix' if is_delayed else 'smtp'}; {reason}",
        "",
        f"--{boundary}",
        "Content-Description: Undelivered Message Headers",
        "Content-Type: text/rfc822-headers",
        "",
        "",
    )
    return "\r\n".join(first).encode() + head + f"\r\n\r\n--{boundary}--\r\n".encode()
