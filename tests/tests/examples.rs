//! `docs/examples.md` as a reader uses it: every block of `sh` and of Python runs against the real binary, and prints what the page
//! says.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::fixture;
use e2e::interpreter::{has, python, skip};
use sconce_testkit::server::Server;

/// The address in the page.
const ADDRESS: &str = "http://127.0.0.1:8000";

#[test]
fn every_example_does_what_the_page_says() {
    let name = "every_example_does_what_the_page_says";
    let Some(python) = python() else { return skip(name, "install Python 3.10 or newer") };
    if !has("curl", "--version") {
        return skip(name, "install curl");
    }
    let server = Server::start(&["--model", "demo", "--model", &format!("embed={}", fixture("tiny-bert"))]);
    let page = std::fs::read_to_string(page()).unwrap();
    let examples = examples(&page);
    assert!(examples.len() > 10, "{} examples", examples.len());
    for Example { language, code, expected } in examples {
        let mut command = match language {
            "sh" => shell(),
            "python" => Command::new(&python),
            other => panic!("nothing runs {other}"),
        };
        let code = code.replace(ADDRESS, server.url());
        let output = command.arg("-c").arg(&code).env("URL", server.url()).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{code}\n{}\n{printed}\n{complaints}", output.status);
        assert!(printed.contains(expected), "{code}\nhas printed\n{printed}\nwithout {expected}");
    }
}

fn shell() -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-e");
    shell
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/examples.md")
}

/// A block of code, and what must be in its output.
struct Example<'a> {
    language: &'a str,
    code: &'a str,
    expected: &'a str,
}

/// The blocks that say what they print; the first one, which only sets the address, does not.
fn examples(page: &str) -> Vec<Example<'_>> {
    let blocks: Vec<&str> = page.split("\n```").collect();
    // Text and code take turns, the page begins with text.
    let pairs = blocks[1..].chunks(2).skip(1);
    pairs
        .map(|pair| {
            let (language, code) = pair[0].split_once('\n').unwrap();
            let expected = pair[1].trim_start().strip_prefix("<!-- expect: ").and_then(|rest| rest.split_once(" -->"));
            Example { language, code, expected: expected.unwrap_or_else(|| panic!("{code} says nothing")).0 }
        })
        .collect()
}
