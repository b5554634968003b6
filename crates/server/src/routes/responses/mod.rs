//! `/v1/responses`. `create.rs` makes responses, `background.rs` those that go on without their client, `follow.rs`
//! replays and follows the streams of these, `stored.rs` reads and deletes what is kept.

mod background;
mod create;
mod drive;
mod follow;
mod stored;

pub(crate) use create::{count, create};
pub(crate) use stored::{cancel, delete, includes, input_items, retrieve};
