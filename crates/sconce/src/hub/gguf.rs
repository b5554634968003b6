//! Which GGUF file of a repository is meant: such a repository holds the same model in many quantizations, one file or one set of
//! split files each, and no other file of it is needed. Pure but for listing a folder. Next: `fetch.rs`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

/// What is taken where nothing is asked for, as by llama.cpp.
const USUAL: &str = "Q4_K_M";
/// Most names that an error lists.
const LISTED: usize = 24;

/// One model: a file, or split files in their order.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    /// Path without `.gguf` and without the number of the part.
    stem: String,
    files: Vec<String>,
    /// Parts that there should be.
    parts: usize,
}

/// The files of the model that `wanted` names: a quantization (`Q4_K_M`, in any case) or a file. Without it the usual one, or the
/// only one; nothing when the repository has no such files.
pub(super) fn choose(listed: &[String], wanted: Option<&str>) -> Result<Option<Vec<String>>> {
    let candidates = candidates(listed);
    let found = match wanted {
        Some(wanted) => find(&candidates, wanted),
        None if candidates.len() > 1 => find(&candidates, USUAL),
        None => candidates.first(),
    };
    let Some(found) = found else {
        let names: Vec<&str> = candidates.iter().map(|candidate| base(&candidate.stem)).take(LISTED).collect();
        match (wanted, names.is_empty()) {
            (None, true) => return Ok(None),
            (Some(wanted), true) => bail!("the repository has no GGUF files, so none for '{wanted}'"),
            (Some(wanted), false) => bail!("no GGUF file is named by '{wanted}'; there are: {}", names.join(", ")),
            (None, false) => {
                bail!("which GGUF file is meant? Add ':' and the end of a name; there are: {}", names.join(", "))
            }
        }
    };
    if found.files.len() != found.parts {
        bail!("{} is split into {} files, of which {} are there", found.stem, found.parts, found.files.len());
    }
    Ok(Some(found.files.clone()))
}

/// Every file in `folder` and in folders of it, as a repository would list them.
pub(super) fn listed_in(folder: &Path) -> Vec<String> {
    let names = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    };
    let mut listed = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_file() {
            listed.push(name);
        } else if path.is_dir() {
            let inside = names(&path).into_iter().filter(|inside| path.join(inside).is_file());
            listed.extend(inside.map(|inside| format!("{name}/{inside}")));
        }
    }
    listed
}

fn candidates(listed: &[String]) -> Vec<Candidate> {
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    let mut files: Vec<&String> = listed.iter().filter(|file| is_model(file)).collect();
    files.sort();
    for file in files {
        let (stem, parts) = split(&file[..file.len() - ".gguf".len()]);
        let candidate = Candidate { stem: stem.to_owned(), files: Vec::new(), parts };
        found.entry(stem.to_owned()).or_insert(candidate).files.push(file.clone());
    }
    found.into_values().collect()
}

/// A GGUF file inside the repository that is no projector of images and no importance matrix.
fn is_model(file: &str) -> bool {
    let odd = |part: &str| part.is_empty() || part.starts_with('.');
    let lower = file.to_ascii_lowercase();
    lower.ends_with(".gguf")
        && !file.contains(['\\', '\0', '?', '#', '%'])
        && !file.split('/').any(odd)
        && !base(&lower).starts_with("mmproj")
        && !lower.contains("imatrix")
}

/// `model-00001-of-00003` is `model` of three parts.
fn split(stem: &str) -> (&str, usize) {
    let part = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = stem.rsplit_once("-of-").and_then(|(before, count)| {
        let (name, number) = before.rsplit_once('-')?;
        (part(number) && part(count)).then_some((name, count.parse().ok()?))
    });
    parsed.unwrap_or((stem, 1))
}

fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The file of that name, else the model whose name ends with it, the shortest if there are several (`UD-Q4_K_M` is another one).
fn find<'a>(candidates: &'a [Candidate], wanted: &str) -> Option<&'a Candidate> {
    let lower = wanted.to_ascii_lowercase();
    let wanted = lower.strip_suffix(".gguf").unwrap_or(&lower);
    let (wanted, _) = split(wanted);
    // `_` is inside of names of quantizations, too: what follows it must look like a whole one.
    let whole = wanted.starts_with(|c: char| c.is_ascii_alphabetic()) && wanted.contains(|c: char| c.is_ascii_digit());
    let ends = |candidate: &&Candidate| {
        let stem = candidate.stem.to_ascii_lowercase();
        let before = stem.strip_suffix(wanted);
        before.is_some_and(|before| {
            before.is_empty() || before.ends_with(['-', '.', '/']) || (whole && before.ends_with('_'))
        })
    };
    candidates.iter().filter(ends).min_by_key(|candidate| candidate.stem.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn chosen(files: &[&str], wanted: Option<&str>) -> Result<Option<Vec<String>>, String> {
        let listed: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        choose(&listed, wanted).map_err(|error| error.to_string())
    }

    fn one(file: &str) -> Result<Option<Vec<String>>, String> {
        Ok(Some(vec![file.to_owned()]))
    }

    const MANY: [&str; 8] = [
        "README.md",
        "m-Q4_K_M.gguf",
        "m-UD-Q4_K_M.gguf",
        "m-Q8_0.gguf",
        "m.bf16.gguf",
        "mmproj-F16.gguf",
        "m-imatrix.gguf",
        "config.json",
    ];

    #[test]
    fn a_quantization_or_a_file_names_a_model() {
        assert_eq!(chosen(&MANY, Some("q8_0")), one("m-Q8_0.gguf"));
        assert_eq!(chosen(&MANY, Some("Q4_K_M")), one("m-Q4_K_M.gguf"));
        assert_eq!(chosen(&MANY, Some("UD-Q4_K_M")), one("m-UD-Q4_K_M.gguf"));
        assert_eq!(chosen(&MANY, Some("BF16")), one("m.bf16.gguf"));
        assert_eq!(chosen(&MANY, Some("m-Q8_0.gguf")), one("m-Q8_0.gguf"));
        assert_eq!(chosen(&MANY, None), one("m-Q4_K_M.gguf"));
        assert_eq!(chosen(&["x-q2_k.gguf"], None), one("x-q2_k.gguf"));
        assert_eq!(chosen(&["README.md"], None), Ok(None));
    }

    #[test]
    fn split_models_are_taken_whole_and_in_order() {
        let files = ["Q8_0/m-Q8_0-00002-of-00002.gguf", "Q8_0/m-Q8_0-00001-of-00002.gguf", "m-Q4_0.gguf"];
        let both = vec![files[1].to_owned(), files[0].to_owned()];
        assert_eq!(chosen(&files, Some("Q8_0")), Ok(Some(both.clone())));
        assert_eq!(chosen(&files, Some("Q8_0/m-Q8_0-00001-of-00002.gguf")), Ok(Some(both)));
        let error = chosen(&files[1..], Some("Q8_0")).unwrap_err();
        assert!(error.contains("split into 2 files, of which 1"), "{error}");
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is() {
        for (files, wanted, expected) in [
            (&MANY[..], Some("Q5_K_M"), "no GGUF file is named by 'Q5_K_M'; there are: m-Q4_K_M, m-Q8_0"),
            (&["a-Q6_K.gguf", "a-Q8_0.gguf"][..], None, "which GGUF file is meant?"),
            (&["model.safetensors"][..], Some("Q4_K_M"), "no GGUF files"),
            (&["../x-Q4_K_M.gguf", ".a/x-Q4_K_M.gguf", "x?-Q4_K_M.gguf"][..], Some("Q4_K_M"), "no GGUF files"),
        ] {
            let error = chosen(files, wanted).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        for part in ["_0", "0", "K_M", "M"] {
            assert!(chosen(&MANY, Some(part)).is_err(), "a part of a name is none: {part}");
        }
        assert_eq!(chosen(&["m_Q4_K_M.gguf", "m_Q8_0.gguf"], Some("Q8_0")), one("m_Q8_0.gguf"));
    }
}
