//! Drives on CANopen as a device of the loop.

use super::axis::Axis;
use super::budget::Load;
use super::master::{Master, Orders, Part};
use super::network::{NetworkParams, Refused};
use super::params::AxisParams;
use super::port::{Address, Port, is_off};
use super::slcan::Input;
use super::{Goal, Trouble};
use crate::device::{Device, DeviceError};
use crate::sys;
use gaitloop_core::safety::{Command, SafeProfile, SupportMode};
use gaitloop_core::types::Sample;

/// Ticks for which what is sent may stay behind.
const BEHIND: u32 = 2;
/// Time between two looks at the state of the bus [s].
const LOOK: f64 = 0.1;
/// Time in which the drives must have come to rest when the loop ends [ns].
const REST: i64 = 1_000_000_000;
/// Time in which they must answer when it begins, and shortest time between two tries [ns].
const WAKE: i64 = 1_000_000_000;
const SHORTEST: i64 = 2_000_000;

/// Drives on one bus.
#[derive(Debug)]
pub struct DrivesDevice {
    address: Address,
    network: NetworkParams,
    parts: Vec<(Part, AxisParams)>,
    load: Load,
    master: Master,
    port: Option<Port>,
    t: i64,
    period: i64,
    behind: u32,
    ticks: u64,
}

impl Clone for DrivesDevice {
    /// The same drives; who copies does not share an open bus.
    fn clone(&self) -> Self {
        Self {
            address: self.address.clone(),
            network: self.network.clone(),
            parts: self.parts.clone(),
            master: self.master.clone(),
            port: None,
            ..*self
        }
    }
}

impl DrivesDevice {
    /// Drives that fit together and onto their bus.
    ///
    /// # Errors
    /// As [`NetworkParams::build`].
    pub fn new(address: Address, network: NetworkParams, parts: Vec<(Part, AxisParams)>) -> Result<Self, Refused> {
        let (axes, load) = network.build(&parts)?;
        let master = Master::new(&network, axes);
        let period = (1e9 / network.rate).round() as i64;
        Ok(Self { address, network, parts, load, master, port: None, t: 0, period, behind: 0, ticks: 0 })
    }

    /// How much of the bus is taken.
    #[must_use]
    pub fn load(&self) -> Load {
        self.load
    }

    /// The drives as they were left.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        self.master.axes()
    }

    /// Frames that nobody should have sent, or of a wrong length.
    #[must_use]
    pub fn garbage(&self) -> u64 {
        self.master.garbage()
    }

    /// What came since the last tick.
    fn listen(&mut self) -> Result<(), DeviceError> {
        let (Some(port), master, t) = (&mut self.port, &mut self.master, self.t) else { return Err(LOST) };
        let heard = port.receive(|input| match input {
            Input::Frame(frame) => master.receive(&frame, t),
            Input::Foreign | Input::Malformed => master.count_garbage(t),
            Input::Status(status) if is_off(status) => master.blame_all(Trouble::BusOff),
            Input::Status(_) | Input::Command(_) | Input::Refused => {}
        });
        heard.map_err(|_| LOST)
    }

    fn tell(&mut self, orders: &Orders) -> Result<(), DeviceError> {
        let Some(port) = &mut self.port else { return Err(LOST) };
        for frame in self.master.step(self.t, orders).frames() {
            port.send(frame);
        }
        let looks = (LOOK * self.network.rate).max(1.0) as u64;
        if self.ticks.is_multiple_of(looks) {
            port.ask_status();
        }
        self.ticks += 1;
        self.behind = if port.flush().map_err(|_| LOST)? { 0 } else { self.behind.saturating_add(1) };
        if self.behind > BEHIND {
            self.master.blame_all(Trouble::SendLate);
        }
        Ok(())
    }

    /// Starts the drives on the network and waits until each has told where it is, and the panel what is pressed: the
    /// first tick shall have all of it. No heartbeat is sent yet, so that none is missed before that tick.
    fn wake(&mut self) -> Result<(), DeviceError> {
        let Some(port) = &mut self.port else { return Err(LOST) };
        self.master.start().for_each(|frame| port.send(&frame));
        let until = sys::now() + WAKE;
        while sys::now() < until {
            self.tell(&Orders::default())?;
            sys::sleep_until(sys::now() + self.period.max(SHORTEST));
            self.listen()?;
            if self.master.is_awake(self.t) {
                return Ok(());
            }
        }
        Err(DeviceError::Timeout("a drive on the CAN bus, or the panel on its inputs,"))
    }

    /// One cycle of stopping, with the device's own clock.
    fn stop_cycle(&mut self) -> Result<bool, DeviceError> {
        sys::sleep_until(sys::now() + self.period);
        self.t += self.period;
        self.listen()?;
        self.tell(&Orders { lease: true, ..Orders::default() })?;
        Ok(self.master.axes().iter().all(Axis::is_at_rest))
    }
}

const BUS: &str = "the CAN bus of the drives";
const LOST: DeviceError = DeviceError::Lost(BUS);

impl Device for DrivesDevice {
    fn name(&self) -> &'static str {
        "CANopen drives"
    }

    fn open(&mut self, period: f64) -> Result<(), DeviceError> {
        if (period * self.network.rate - 1.0).abs() > 1e-6 {
            return Err(DeviceError::Unfit("the drives were set up for another rate: make the loop with theirs"));
        }
        let (axes, _) =
            self.network.build(&self.parts).map_err(|_| DeviceError::Unfit("the drives cannot be set up so"))?;
        self.master = Master::new(&self.network, axes);
        (self.t, self.behind, self.ticks) = (-self.period, 0, 0);
        let port = Port::open(&self.address).map_err(|error| DeviceError::Unopened(BUS, error.kind()))?;
        self.port = Some(port);
        let woken = self.wake();
        if woken.is_err() {
            self.port = None;
        }
        woken
    }

    fn measure(&mut self, t: i64) -> Result<Sample, DeviceError> {
        self.t = t;
        self.listen()?;
        Ok(self.master.sample(t))
    }

    fn exchange(&mut self, command: &Command) -> Result<(), DeviceError> {
        let fields = command.fields();
        let orders = Orders {
            lease: fields.expiry >= self.t,
            enable: fields.enable,
            clear: fields.clear,
            torque: *command.torque(),
            belt_speed: fields.belt_speed,
            support_force: (fields.support_mode == SupportMode::Track).then_some(fields.support_force),
        };
        self.tell(&orders)
    }

    /// Each drive brakes as its own quick stop is set, then loses its power; brakes close as the drive has them. A winch
    /// keeps its power and holds: without its master it goes on so by itself, until its brake is closed. The profile is in how the drives were set up, and was read back.
    fn close(&mut self, _profile: SafeProfile) {
        self.master.quit(Goal::QuickStop);
        let until = self.t.saturating_add(REST);
        while self.t < until {
            match self.stop_cycle() {
                Ok(false) => {}
                Ok(true) | Err(_) => break,
            }
        }
        self.master.quit(Goal::Off);
        for _ in 0..3 {
            if self.stop_cycle().is_err() {
                break;
            }
        }
        self.port = None;
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
