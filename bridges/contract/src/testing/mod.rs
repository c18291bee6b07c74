//! A fake network, trees at random, and the suite that every network passes.

mod conformance;
mod fake;
pub mod trees;

pub use conformance::{Subject, conforms};
pub use fake::{Fake, Said};
