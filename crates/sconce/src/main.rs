//! scratch
mod bench;
mod cli;
mod health;
mod settings;
fn main() {}
