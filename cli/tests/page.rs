//! The doctor's page in a real browser: nothing overflows, nothing is cut off, nothing is fetched.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::run::{available, command, finish};
use common::sandbox::sandbox;
use serde_json::Value;

/// Reads the page's measures in the browser, and leaves them in its text. The page itself allows no script.
const MEASURE: &str = r#"<script>
const pictures = [...document.querySelectorAll('svg')];
const cut = pictures.flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) => {
  const box = text.getBBox(), all = svg.viewBox.baseVal;
  return box.x < 0 || box.x + box.width > all.width || box.y < 0 || box.y + box.height > all.height;
}).map((text) => text.textContent));
const page = document.documentElement;
document.title = JSON.stringify({
  overflow: page.scrollWidth - page.clientWidth,
  cut,
  pictures: pictures.map((svg) => Math.round(svg.getBoundingClientRect().height)),
  font: getComputedStyle(document.body).fontSize,
  fetched: performance.getEntriesByType('resource').length,
});
</script>"#;

struct Browser {
    folder: tempfile::TempDir,
}

impl Browser {
    fn run(&self, page: &Path, width: usize, how: &[&str]) -> Vec<u8> {
        let output = Command::new("chromium-headless-shell")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
            ])
            .arg(format!(
                "--user-data-dir={}",
                self.folder.path().join("profile").display()
            ))
            .arg(format!("--window-size={width},1800"))
            .args(how)
            .arg(format!("file://{}", page.display()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    /// What the page measures at a width.
    fn measure(&self, page: &str, width: usize) -> Value {
        let bare = page.replace("default-src 'none'", "script-src 'unsafe-inline'");
        assert_ne!(bare, page, "the page allows no script");
        let file = self.folder.path().join("measured.html");
        std::fs::write(&file, bare.replace("</body>", &format!("{MEASURE}</body>"))).unwrap();
        let dom = String::from_utf8(self.run(&file, width, &["--dump-dom"])).unwrap();
        let title = dom.split("<title>").nth(1).unwrap();
        serde_json::from_str(title.split("</title>").next().unwrap()).unwrap_or_else(|e| {
            panic!("{e}: {title}");
        })
    }

    fn screenshot(&self, page: &Path, width: usize) -> Vec<u8> {
        let file = self.folder.path().join("screenshot.png");
        self.run(page, width, &[&format!("--screenshot={}", file.display())]);
        std::fs::read(file).unwrap()
    }
}

/// The page about a call, and the exit code.
fn page(folder: &Path, identity: &str, listener: &str) -> (PathBuf, String) {
    let file = folder.join("report.html");
    let mut words = sandbox().as_client(identity);
    words[0] = "doctor".to_owned();
    words.extend(["--html".to_owned(), file.to_str().unwrap().to_owned()]);
    words.push(sandbox().url(listener, "/echo"));
    let run = finish(command().args(&words));
    let page = std::fs::read_to_string(&file)
        .unwrap_or_else(|e| panic!("{e}: {}{}", run.text(), run.stderr));
    (file, page)
}

#[test]
fn it_is_drawn_whole_at_every_width() {
    if !available("chromium-headless-shell") {
        return;
    }
    let browser = Browser {
        folder: tempfile::tempdir().unwrap(),
    };
    for (identity, listener, pictures) in [
        ("valid", "required", 3),
        ("wrong_ca", "tls12", 3),
        ("valid", "server_expired", 2),
        ("valid", "server_missing_intermediate", 2),
        ("mismatch", "required", 2),
        ("valid", "refused", 0),
    ] {
        let (file, page) = page(browser.folder.path(), identity, listener);
        for width in [1200, 420] {
            let found = browser.measure(&page, width);
            let what = format!("{identity} at {listener}, {width} wide: {found}");
            assert_eq!(found["overflow"], 0, "{what}");
            assert_eq!(found["cut"], Value::Array(Vec::new()), "{what}");
            let drawn = found["pictures"].as_array().unwrap();
            assert_eq!(drawn.len(), pictures, "{what}");
            assert!(
                drawn.iter().all(|height| height.as_u64().unwrap() > 20),
                "{what}"
            );
            assert_eq!(
                (&found["font"], &found["fetched"]),
                (&"16px".into(), &0.into()),
                "{what}"
            );
        }
        let picture = browser.screenshot(&file, 1200);
        assert!(picture.starts_with(b"\x89PNG"));
        // An empty page of that size makes some 8 KB.
        assert!(picture.len() > 30_000, "{} bytes", picture.len());
        // To be looked at by somebody.
        if let Some(folder) = std::env::var_os("MUTLS_SCREENSHOTS") {
            let name = format!("{identity}-{listener}.png");
            std::fs::write(Path::new(&folder).join(name), picture).unwrap();
        }
    }
}

#[test]
fn it_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let identity = &sandbox().info.identities["encrypted"];
    let passphrase = identity.passphrase.clone().unwrap();
    let run = finish(
        command()
            .args(["doctor", "--cacert", &sandbox().file("ca"), "--html"])
            .arg(&file)
            .args(["--cert", identity.chain.to_str().unwrap()])
            .args(["--key", identity.key.to_str().unwrap()])
            .args(["--pass", &passphrase, "--user", "jo:5up3r-s3cret"])
            .args(["--header", "lean-app-token: t0k3n-0f-m1ne"])
            .arg(sandbox().url("required", "/echo?token=qu3ry-s3cret")),
    )
    .ok();
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("CN="), "{page}");
    let key = std::fs::read_to_string(&identity.key).unwrap();
    let lines = key.lines().filter(|line| !line.starts_with('-'));
    for secret in lines.chain([&passphrase[..], "5up3r", "t0k3n", "qu3ry"]) {
        for form in [&page, &run.text(), &run.stderr] {
            assert!(!form.contains(secret), "{secret} in {form}");
        }
    }
}
