//! A pattern changed in a therapist's words.
