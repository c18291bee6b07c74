//! Servers that speak the wire protocols passerelle meets, for tests and for the demo.

pub mod telegram;
