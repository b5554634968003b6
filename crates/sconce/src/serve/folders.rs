//! The user's folders, as the XDG base directory specification has them.

use std::ffi::OsString;
use std::path::PathBuf;

/// Ours for data that is worth keeping.
pub(super) fn data() -> Option<PathBuf> {
    folder(std::env::var_os("XDG_DATA_HOME"), std::env::var_os("HOME"), ".local/share")
}

/// Ours for what can be made again.
pub(super) fn cache() -> Option<PathBuf> {
    folder(std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME"), ".cache")
}

fn folder(xdg: Option<OsString>, home: Option<OsString>, below_home: &str) -> Option<PathBuf> {
    let absolute = |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute(xdg).or_else(|| Some(absolute(home)?.join(below_home)))?;
    Some(base.join("sconce"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_then_the_home_then_nothing() {
        let of = |xdg: &str, home: &str| folder(Some(xdg.into()), Some(home.into()), ".local/share");
        assert_eq!(of("/x", "/h"), Some("/x/sconce".into()));
        assert_eq!(of("", "/h"), Some("/h/.local/share/sconce".into()));
        assert_eq!(of("relative", ""), None);
        assert_eq!(folder(None, None, ".cache"), None);
    }
}
