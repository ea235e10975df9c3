//! `--cert FILE[:PASSPHRASE]`, by curl's rules (`parse_cert_parameter` in its tool_getparam.c).

use std::path::Path;

use zeroize::Zeroizing;

/// What the flag names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CertFlag {
    pub(crate) file: String,
    pub(crate) passphrase: Option<Zeroizing<String>>,
}

impl CertFlag {
    /// A colon begins the passphrase, unless it is escaped, follows a drive letter, or belongs to
    /// the name of a file that is there.
    pub(crate) fn parse(text: &str) -> CertFlag {
        if Path::new(text).is_file() {
            return CertFlag {
                file: text.to_owned(),
                passphrase: None,
            };
        }
        let mut file = String::new();
        let mut rest = text;
        loop {
            let end = rest.find([':', '\\']).unwrap_or(rest.len());
            let (plain, special) = rest.split_at(end);
            file.push_str(plain);
            let mut tail = special.chars();
            match (tail.next(), tail.clone().next()) {
                (Some('\\'), Some(escaped @ ('\\' | ':'))) => {
                    file.push(escaped);
                    tail.next();
                }
                (Some(':'), Some('\\' | '/')) if is_drive(&file) => file.push(':'),
                (Some(':'), _) => {
                    let passphrase = tail.as_str();
                    return CertFlag {
                        file,
                        passphrase: (!passphrase.is_empty())
                            .then(|| Zeroizing::new(passphrase.to_owned())),
                    };
                }
                (Some(other), _) => file.push(other),
                (None, _) => {
                    return CertFlag {
                        file,
                        passphrase: None,
                    };
                }
            }
            rest = tail.as_str();
        }
    }
}

fn is_drive(text: &str) -> bool {
    text.len() == 1 && text.chars().all(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::CertFlag;

    fn parsed(text: &str) -> (String, Option<String>) {
        let flag = CertFlag::parse(text);
        (flag.file, flag.passphrase.map(|p| p.to_string()))
    }

    fn with(file: &str, passphrase: &str) -> (String, Option<String>) {
        (file.to_owned(), Some(passphrase.to_owned()))
    }

    #[test]
    fn a_colon_begins_the_passphrase() {
        assert_eq!(parsed("cert.pem"), ("cert.pem".to_owned(), None));
        assert_eq!(parsed("cert.pem:secret"), with("cert.pem", "secret"));
        assert_eq!(parsed("cert.pem:a:b\\c"), with("cert.pem", "a:b\\c"));
        assert_eq!(parsed("cert.pem:"), ("cert.pem".to_owned(), None));
    }

    #[test]
    fn a_backslash_escapes_a_colon_and_itself_only() {
        assert_eq!(parsed(r"a\:b:x"), with("a:b", "x"));
        assert_eq!(parsed(r"a\\b:x"), with(r"a\b", "x"));
        assert_eq!(parsed(r"dir\file:x"), with(r"dir\file", "x"));
        assert_eq!(parsed(r"end\"), (r"end\".to_owned(), None));
    }

    #[test]
    fn a_drive_letter_keeps_its_colon() {
        assert_eq!(parsed(r"C:\dir\c.pem:x"), with(r"C:\dir\c.pem", "x"));
        assert_eq!(parsed("C:/dir/c.pem"), ("C:/dir/c.pem".to_owned(), None));
    }

    #[test]
    fn a_file_of_the_whole_name_wins() {
        let dir = std::env::temp_dir();
        let path = dir.join(format!("mutls-cert-flag-{}:x", std::process::id()));
        std::fs::write(&path, "").unwrap();
        let text = path.to_str().unwrap();
        assert_eq!(parsed(text), (text.to_owned(), None));
        std::fs::remove_file(&path).unwrap();
    }
}
