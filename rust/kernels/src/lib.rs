//! Batches of the core on the vectors of the processor at hand.
//!
//! Wheels are built for every x86-64 processor; the batch functions here exist once more for AVX2 and AVX-512 and the
//! best one is picked when they run. All of them come from the same source, which calls the core's own arithmetic:
//! no operation is fused or reordered, so results have the bits of the core's single step. `unsafe` is allowed here for
//! two things: to call code for a processor that was just asked for, and to store past the caches.
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

mod level;
mod reference;
mod store;
mod ticks;
#[cfg(target_arch = "x86_64")]
mod wide;

pub use level::Level;
pub use reference::{evaluate, evaluate_at};
pub use ticks::{Following, SideTicks, Ticks};
