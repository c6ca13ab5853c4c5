//! Online generator: bumpless change of pattern, speed and parameters at any phase.
