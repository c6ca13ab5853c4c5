//! A simulated person in a treadmill exoskeleton, to prove controllers on before people.
#![forbid(unsafe_code)]
