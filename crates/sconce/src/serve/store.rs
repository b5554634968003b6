//! Where stored responses lie. A folder that the operator named must be usable; the default one is a convenience: when it
//! cannot be made, or another server on this machine has it, what is stored lives in memory and a warning says so.

use anyhow::{Context, Result};
use sconce_store::{Location, Store, StoreConfig, StoreError};

use super::folders;

const MEMORY: &str = ":memory:";

/// Opens the store; `None` when it is turned off.
pub(super) fn open(config: &StoreConfig) -> Result<Option<Store>> {
    if !config.enabled {
        return Ok(None);
    }
    let limits = config.limits();
    let store = match config.path.as_str() {
        "" => match folders::data() {
            Some(folder) => match Store::open(&Location::Folder(folder), limits) {
                Err(error @ (StoreError::Open { .. } | StoreError::InUse(_))) => {
                    tracing::warn!(%error, "what is stored is kept in memory and gone after a restart; see store.path");
                    Store::open(&Location::Memory, limits)
                }
                opened => opened,
            },
            None => Store::open(&Location::Memory, limits),
        },
        MEMORY => Store::open(&Location::Memory, limits),
        path => Store::open(&Location::Folder(path.into()), limits),
    };
    Ok(Some(store.context("the store of responses cannot be opened (store.path; store.enabled = false turns it off)")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_must_be_usable() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = |path: &str| StoreConfig { path: path.to_owned(), ..StoreConfig::default() };
        let path = folder.path().display().to_string();
        let store = open(&config(&path)).expect("it opens").expect("it is on");
        assert!(store.is_persistent());
        let error = open(&config(&path)).expect_err("it is taken");
        assert!(format!("{error:#}").contains("in use by another server"), "{error:#}");
        assert!(!open(&config(MEMORY)).expect("it opens").expect("it is on").is_persistent());
        assert!(open(&StoreConfig { enabled: false, ..config("") }).expect("nothing to open").is_none());
    }
}
