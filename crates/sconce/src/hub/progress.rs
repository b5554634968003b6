//! Download bars: one a file on a terminal, one line a file elsewhere. Next: `fetch.rs`.

use std::io::IsTerminal;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};

/// The bars of one download; the heading is printed when the first file starts.
pub(super) struct Progress {
    name: String,
    bars: MultiProgress,
    heading: std::sync::Once,
    on_terminal: bool,
}

impl Progress {
    pub(super) fn new(name: &str) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        Self { name: name.to_owned(), bars: MultiProgress::new(), heading: std::sync::Once::new(), on_terminal }
    }

    /// A file of `size` bytes begins, `have` of them from an earlier attempt.
    pub(super) fn start(&self, file: &str, size: u64, have: u64) -> ProgressBar {
        self.heading.call_once(|| eprintln!("downloading {}", self.name));
        if !self.on_terminal {
            let resumed = if have > 0 { format!(", {} already here", HumanBytes(have)) } else { String::new() };
            eprintln!("  {file} ({}{resumed})", HumanBytes(size));
            return ProgressBar::hidden();
        }
        let template = "  {prefix:40!} {bar:24} {bytes:>10}/{total_bytes:10} {bytes_per_sec:>12} {eta:>4}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.bars.add(ProgressBar::new(size).with_style(style).with_prefix(file.to_owned()));
        bar.set_position(have);
        bar.reset_eta();
        bar
    }
}
