//! A fake network, trees at random, and the suite that every network passes.

pub mod trees;
