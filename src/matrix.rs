//! Matrix, a network like the others.
pub mod people;
pub mod text;
