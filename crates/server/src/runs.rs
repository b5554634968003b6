//! Background responses that are being made: how to end them, and how far they are. A run is in the table from before it
//! is stored until after its end is stored, so whoever does not find it here finds its end in the store.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

type Table = HashMap<String, Run>;

/// All runs of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    table: Arc<Mutex<Table>>,
}

/// Seen from outside.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Ends it.
    pub(crate) cancel: CancellationToken,
    /// Changes whenever more events are stored; closed when it has ended.
    pub(crate) progress: watch::Receiver<()>,
}

/// Held by the run itself; dropping it takes the run out of the table.
#[derive(Debug)]
pub(crate) struct Running {
    id: String,
    runs: Runs,
    progress: watch::Sender<()>,
    pub(crate) cancel: CancellationToken,
}

impl Runs {
    /// Enters a run; `None` when there is one of this id.
    pub(crate) fn begin(&self, id: &str) -> Option<Running> {
        let (progress, seen) = watch::channel(());
        let cancel = CancellationToken::new();
        let mut table = self.table();
        let Entry::Vacant(place) = table.entry(id.to_owned()) else { return None };
        place.insert(Run { cancel: cancel.clone(), progress: seen });
        drop(table);
        Some(Running { id: id.to_owned(), runs: self.clone(), progress, cancel })
    }

    /// The run of this id, if it has not ended.
    pub(crate) fn find(&self, id: &str) -> Option<Run> {
        self.table().get(id).cloned()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// More events are stored.
    pub(crate) fn advanced(&self) {
        self.progress.send_replace(());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.runs.table().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_run_of_an_id() {
        let runs = Runs::default();
        let first = runs.begin("a");
        assert!(first.is_some() && runs.begin("a").is_none() && runs.find("a").is_some());
        drop(first);
        assert!(runs.find("a").is_none() && runs.begin("a").is_some());
    }
}
