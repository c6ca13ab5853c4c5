//! Servo drives on CANopen (CiA 301, CiA 402).
//!
//! Everything that judges is arithmetic on frames and times that come from outside: no clock, no file, no allocation in a
//! tick, so that every rule can be tested without a bus.

mod axis;
mod budget;
mod cia301;
mod cia402;
mod digest;
mod drives_device;
mod frame;
mod master;
mod network;
pub mod node;
mod pace;
mod params;
mod pdo;
mod port;
pub mod slcan;
mod trouble;
mod winch;

pub use axis::{Axis, Feedback, Want};
pub use budget::{Load, Overload, Plan, SHARE_MAX, frame_bits};
pub use cia301::{Answer, Emergency, NmtCommand, NmtState, emergency_group, heartbeat, sync, upload, upload_answer};
pub use cia402::{Commander, Goal, PowerState};
pub use digest::{Address, CONSUMER, Fold, News, Read, Reader};
pub use drives_device::DrivesDevice;
pub use frame::Frame;
pub use master::{AXES, Master, Orders, Outbox, Part};
pub use network::{NetworkParams, Refused};
pub use params::{AxisParams, Mode};
pub use pdo::{Mapping, N_OBJECTS, OBJECTS, Object, Values};
pub use port::{Address as BusAddress, Port, from_raw, slcan_bitrate, to_raw};
pub use trouble::{TROUBLES, Trouble};
pub use winch::WinchParams;
