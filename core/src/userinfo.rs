//! The user and password of a URL or an option, as HTTP's basic authentication (RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use zeroize::Zeroizing;

/// The value of `Authorization` or `Proxy-Authorization`.
pub(crate) fn basic(user: &str, password: &str) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{user}:{password}"));
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Zeroizing::new(format!("Basic {}", encoded.as_str()))
}

/// The same from `scheme://user:password@host`, where a URL has them.
pub(crate) fn basic_of(url: &Url) -> Option<Zeroizing<String>> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |part: &str| {
        let decoded = percent_encoding::percent_decode_str(part);
        Zeroizing::new(decoded.decode_utf8_lossy().into_owned())
    };
    Some(basic(
        &decode(url.username()),
        &decode(url.password().unwrap_or_default()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_a_plus_is_a_plus() {
        let url = Url::parse("https://a%40b:c+d%3A@host/").unwrap();
        assert_eq!(
            basic_of(&url).unwrap().as_str(),
            basic("a@b", "c+d:").as_str()
        );
        assert!(basic_of(&Url::parse("https://host/").unwrap()).is_none());
    }
}
