//! What a server speaks that was expected to speak something else, by its first bytes.

/// What is spoken, as a part of a sentence, and what to do about it.
pub(crate) struct Foreign {
    pub(crate) what: &'static str,
    pub(crate) cure: &'static str,
}

const OTHER_PORT: &str = "Check the host and port in the URL: this is another service.";

/// `None` where the bytes begin nothing that is known.
pub(crate) fn spoken(first: &[u8]) -> Option<Foreign> {
    let (what, cure) = match first {
        [b'H', b'T', b'T', b'P', b'/', rest @ ..] if is_portal(rest) => (
            "HTTP without TLS, and sends elsewhere",
            "If the URL is right, something answers in the server's place: a captive portal that wants a login (open any page in a browser), or a proxy.",
        ),
        [b'H', b'T', b'T', b'P', b'/', ..] => (
            "HTTP without TLS",
            "Check the port; if it is meant to be plain HTTP, the URL has to begin with http://. A proxy or captive portal that answers in the server's place looks like this too.",
        ),
        // An alert or a handshake record, RFC 8446 section 5.1.
        [21 | 22, 3, 0..=4, ..] => ("TLS", "The URL has to begin with https://."),
        // A SETTINGS frame on stream 0, RFC 9113 section 6.5.
        [_, _, _, 4, 0, 0, 0, 0, 0, ..] => (
            "HTTP/2 alone",
            "mutls speaks HTTP/1.1: ask the partner for a port that speaks it.",
        ),
        [b'S', b'S', b'H', b'-', ..] => ("SSH", OTHER_PORT),
        [b'2', b'2', b'0', b' ' | b'-', ..] => ("SMTP or FTP", OTHER_PORT),
        [b'*', b' ', b'O', b'K', ..] => ("IMAP", OTHER_PORT),
        [b'+', b'O', b'K', ..] => ("POP3", OTHER_PORT),
        _ => return None,
    };
    Some(Foreign { what, cure })
}

/// Whether the status is a redirect, or RFC 6585's 511.
fn is_portal(rest: &[u8]) -> bool {
    let status = rest.split(|b| *b == b' ').nth(1).unwrap_or_default();
    matches!(status, [b'3', _, _] | b"511")
}
