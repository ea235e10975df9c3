//! Files that real tools made, changed at random but always in the same way, read by every reader: what a fuzzer does
//! for hours in small, in every run of the tests.

use std::process::Command;
use std::time::{Duration, Instant};

use super::workshop::{PASSPHRASE, Workshop};
use crate::fuzzing::{self, TARGETS};

const ENOUGH: Duration = Duration::from_secs(15);
const MOST: usize = 60_000;
/// What the slowest machine gets through.
const FEWEST: usize = 50;

#[test]
fn no_reader_panics_at_what_is_changed() {
    assert_eq!(fuzzing::PASSPHRASE, PASSPHRASE);
    let seeds = seeds();
    for (_, read) in TARGETS {
        seeds.iter().for_each(|seed| read(seed));
    }
    let mut random = Random(0x6d75_746c_7331);
    let start = Instant::now();
    let mut count = 0;
    while count < MOST && start.elapsed() < ENOUGH {
        let mutant = mutant(&seeds, &mut random);
        let (_, read) = TARGETS[count % TARGETS.len()];
        read(&mutant);
        count += 1;
    }
    assert!(count >= FEWEST, "{count}");
}

fn seeds() -> Vec<Vec<u8>> {
    let shop = Workshop::new();
    shop.leaf("leaf");
    shop.join("all.pem", &["inter.pem", "leaf.key", "leaf.pem"]);
    shop.write("index.txt", "");
    shop.write("number", "01\n");
    shop.write(
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n",
    );
    shop.openssl("ca -config ca.cnf -cert inter.pem -keyfile inter.key -revoke leaf.pem");
    shop.openssl(
        "ca -config ca.cnf -gencrl -cert inter.pem -keyfile inter.key -crldays 30 -out list.pem",
    );
    shop.openssl("crl -in list.pem -outform DER -out list.der");
    shop.openssl("x509 -in leaf.pem -outform DER -out leaf.der");
    shop.openssl("pkey -in leaf.key -outform DER -out key.der");
    shop.openssl(&format!(
        "ec -in leaf.key -aes128 -passout pass:{PASSPHRASE} -out old.pem"
    ));
    shop.openssl(&format!(
        "pkcs8 -topk8 -in leaf.key -iter 1 -passout pass:{PASSPHRASE} -out new.pem"
    ));
    shop.openssl("crl2pkcs7 -in list.pem -certfile inter.pem -outform DER -out both.p7b");
    for (name, options) in [
        ("modern", ""),
        ("legacy", " -legacy"),
        ("bags", " -keypbe NONE -certpbe NONE -nomac"),
    ] {
        shop.openssl(&format!(
            "pkcs12 -export -in all.pem -inkey leaf.key -iter 1 -nomaciter{options} -passout pass:{PASSPHRASE} -out {name}.p12"
        ));
    }
    let mut names = vec![
        "all.pem",
        "list.pem",
        "list.der",
        "leaf.der",
        "key.der",
        "old.pem",
        "new.pem",
        "both.p7b",
        "modern.p12",
        "legacy.p12",
        "bags.p12",
    ];
    for (name, tool, arguments) in [
        ("portal.zip", "zip", "-q portal.zip all.pem list.pem"),
        (
            "store.jceks",
            "keytool",
            "-importkeystore -noprompt -srckeystore bags.p12 -srcstoretype PKCS12 -srcstorepass hunter2-hunter2 \
             -destkeystore store.jceks -deststoretype JCEKS -deststorepass hunter2-hunter2 -destkeypass hunter2-hunter2",
        ),
    ] {
        let run = Command::new(tool)
            .args(arguments.split_ascii_whitespace())
            .current_dir(shop.path(""))
            .output();
        // Other tests say so where a tool is missing.
        if run.is_ok_and(|output| output.status.success()) {
            names.push(name);
        }
    }
    let config = br#"{"base_url": "https://a.example/", "identity": {"cert_file": "c", "hosts": ["*.example"]}, "trust": {"pins": []}}"#;
    let mut seeds: Vec<Vec<u8>> = names.iter().map(|name| shop.bytes(name)).collect();
    seeds.push(config.to_vec());
    seeds
}

/// A seed with one to eight changes.
fn mutant(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let length = random.below(16).min(bytes.len() - at);
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff, b'-', b'\n', 0x30][random.below(8)],
            2 => bytes.truncate(at),
            3 => {
                bytes.drain(at..at + length);
            }
            4 => {
                let part = bytes[at..at + length].to_vec();
                bytes.splice(at..at, part);
            }
            5 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let part = other[from..other.len().min(from + 64)].to_vec();
                bytes.splice(at..at + length, part);
            }
            _ => {
                let number = random.below(256) as u8;
                bytes[at] = bytes[at].wrapping_add(number);
            }
        }
    }
    bytes
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}
