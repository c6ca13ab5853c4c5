//! A pattern between recorded speeds.
