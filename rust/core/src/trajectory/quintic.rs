//! Movement between two full boundary states.
