//! Patterns for ramps and stairs.
