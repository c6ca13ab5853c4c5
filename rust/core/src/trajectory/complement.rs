//! The pattern of one leg taken from the other.
