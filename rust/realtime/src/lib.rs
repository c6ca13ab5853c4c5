//! A loop that keeps its rate beside a busy interpreter, and says so when it does not.
//!
//! One thread runs sample, trainer and command of every tick on a grid of absolute times. Whoever watches talks to it
//! through mailboxes of depth one and rings that drop and count: a tick takes no lock, asks for no memory and gives none
//! back. Every way out of the loop, a panic included, goes through the device's safe profile.
//!
//! This crate knows nothing of Python. `unsafe` is allowed in `sys` alone, where the operating system is called.
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![deny(unsafe_code)]
#![cfg_attr(rtsan, feature(sanitize))]

mod beat;
pub mod canopen;
mod clock;
mod device;
mod executor;
mod grid;
mod handle;
mod mailbox;
mod pacer;
mod plant_device;
mod privileges;
mod request;
mod sys;
mod tally;
mod telemetry;

pub use clock::{Clock, Monotonic};
pub use device::{Device, DeviceError};
pub use executor::{End, Executor, Orders, Report, Watcher};
pub use grid::{Grid, Policy, RATES, Slot, rate_in_range};
pub use handle::{Handle, RequestError, Settings, StartError};
pub use mailbox::{Mailbox, Slots, mailbox};
pub use pacer::{Pacer, measure_wakeups};
pub use plant_device::PlantDevice;
pub use privileges::{Outcome, Privilege, PrivilegeReport, Wanted, probe};
pub use request::{Ask, Request};
pub use sys::{kernel_resolution, process_id};
pub use tally::{Counts, Distribution, QUANTILES, Tally};
pub use telemetry::{Row, Telemetry};
