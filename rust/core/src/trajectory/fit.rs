//! A pattern fitted to a recorded person: published model and personal residual.
