//! What a bus is made of, checked once: drives, rate, heartbeat, what is read back, and how much of the bus it takes.

use super::axis::Axis;
use super::budget::{Load, Overload, Plan};
use super::digest::{Address, CONSUMER};
use super::master::{AXES, Part};
use super::params::{AxisParams, Mode};
use gaitloop_core::Error;
use gaitloop_core::error::in_range;
use gaitloop_core::types::N_JOINTS;
use std::fmt;

/// Questions to the dictionaries [1/s].
const QUESTIONS: f64 = 250.0;
/// Fewest critical objects that are read back.
const CRITICAL: usize = 20;

/// A bus; no part has a default.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkParams {
    /// Number of the master, whose heartbeat the drives wait for, 1 to 127 and no drive's.
    pub node: u8,
    /// Cycles a second [1/s], 10 to 5000.
    pub rate: f64,
    /// Bits a second [bit/s], 10000 to 1e6.
    pub bitrate: f64,
    /// Time between two heartbeats of the master [s], 0.001 to 0.02.
    pub heartbeat: f64,
    /// Heartbeats of each drive [1/s], 1 to 1000.
    pub drive_heartbeats: f64,
    /// Drive whose inputs are the operator's buttons, by its place, and the first of the eight bits, 0 to 24.
    pub panel: Option<(usize, u8)>,
    /// Objects that are read back, 20 to 100, the heartbeat that the drive waits for (0x1016:1) among them.
    pub objects: Vec<Address>,
}

/// Why a bus was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// A part is out of range.
    Part(Error),
    /// Two drives have the same number, or move the same part, or one has the master's.
    Twice(&'static str, f64),
    /// A joint must be driven by torque, a belt by velocity, a winch by velocity or position.
    WrongMode(usize),
    /// A drive whose part is a winch must have its rope, and no other.
    NoWinch(usize),
    /// The frame that a panel would take is that of the load cell.
    PanelOnWinch,
    /// The heartbeat that the drives wait for is not read back.
    NoWatchdog,
    /// It takes too much of the bus.
    Overload(Box<Overload>),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(error) => error.fmt(out),
            Self::Twice(what, value) => {
                write!(out, "{what} must be different for each drive and the master, got {value} twice")
            }
            Self::WrongMode(at) => {
                write!(
                    out,
                    "mode of axes[{at}] must be torque for a joint, velocity for a belt, velocity or position for a winch"
                )
            }
            Self::NoWinch(at) => {
                write!(out, "winch of axes[{at}] must be given where its part is the winch, and nowhere else")
            }
            Self::PanelOnWinch => {
                write!(out, "panel must be wired to another drive than the winch, which sends its load cell there")
            }
            Self::NoWatchdog => write!(
                out,
                "objects must have 0x1016:1, the heartbeat without which a drive stops, so that it is read back before arming"
            ),
            Self::Overload(overload) => overload.fmt(out),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Part(error)
    }
}

impl NetworkParams {
    /// Ticks from one heartbeat to the next.
    #[must_use]
    pub fn ticks_per_beat(&self) -> u64 {
        ((self.heartbeat * self.rate) as u64).max(1)
    }

    /// Ticks from one question to the next.
    #[must_use]
    pub fn ticks_per_question(&self) -> u64 {
        (self.rate / QUESTIONS).ceil().max(1.0) as u64
    }

    fn check_parts(&self, axes: usize) -> gaitloop_core::Result<()> {
        in_range("node", f64::from(self.node), 1.0, 127.0)?;
        in_range("rate", self.rate, 10.0, 5000.0)?;
        in_range("bitrate", self.bitrate, 10_000.0, 1e6)?;
        in_range("heartbeat", self.heartbeat, 0.001, 0.02)?;
        in_range("drive_heartbeats", self.drive_heartbeats, 1.0, 1000.0)?;
        let lengths = [("axes", axes, 1, AXES), ("objects", self.objects.len(), CRITICAL, 100)];
        for (name, got, min, max) in lengths {
            if !(min..=max).contains(&got) {
                return Err(Error::Length { name, got, min, max });
            }
        }
        let Some((axis, first)) = self.panel else { return Ok(()) };
        in_range("panel", axis as f64, 0.0, (axes - 1) as f64)?;
        in_range("panel_bit", f64::from(first), 0.0, 24.0).map(|_| ())
    }

    /// Drives that fit together and onto the bus, and how much of it they take.
    ///
    /// # Errors
    /// [`Refused`] naming what does not.
    pub fn build(&self, axes: &[(Part, AxisParams)]) -> Result<(Vec<(Part, Axis)>, Load), Refused> {
        self.check_parts(axes.len())?;
        for (at, (part, axis)) in axes.iter().enumerate() {
            let others = &axes[..at];
            if axis.node == self.node || others.iter().any(|(_, other)| other.node == axis.node) {
                return Err(Refused::Twice("node", f64::from(axis.node)));
            }
            match part {
                Part::Joint(joint) => {
                    in_range("joint", *joint as f64, 0.0, (N_JOINTS - 1) as f64)?;
                    if others.iter().any(|(other, _)| other == part) {
                        return Err(Refused::Twice("joint", *joint as f64));
                    }
                }
                Part::Belt | Part::Winch => {
                    let name = if *part == Part::Belt { "belt" } else { "winch" };
                    if others.iter().any(|(other, _)| other == part) {
                        return Err(Refused::Twice(name, at as f64));
                    }
                }
            }
            fits(at, *part, axis)?;
        }
        if let Some((panel, _)) = self.panel
            && axes[panel].0 == Part::Winch
        {
            return Err(Refused::PanelOnWinch);
        }
        if !self.objects.contains(&CONSUMER) {
            return Err(Refused::NoWatchdog);
        }
        let load = self.plan(axes)?.check().map_err(Refused::Overload)?;
        let built: gaitloop_core::Result<Vec<_>> = axes.iter().map(|(part, p)| Ok((*part, Axis::new(*p)?))).collect();
        Ok((built?, load))
    }

    fn plan(&self, axes: &[(Part, AxisParams)]) -> gaitloop_core::Result<Plan> {
        let commands: gaitloop_core::Result<Vec<_>> = axes.iter().map(|(_, p)| Ok(p.mode.command()?.len())).collect();
        let per_axis = [Mode::tell()?.len(), Mode::tell_more()?.len()];
        let mut per_cycle = vec![0]; // the synchronisation
        per_cycle.extend(commands?);
        axes.iter().for_each(|_| per_cycle.extend(per_axis));
        per_cycle.extend(self.panel.map(|_| 4));
        let load = Mode::tell_load()?.len();
        per_cycle.extend(axes.iter().filter(|(_, axis)| axis.winch.is_some()).map(|_| load));
        let heartbeats = 1.0 / self.heartbeat + axes.len() as f64 * self.drive_heartbeats;
        let questions = QUESTIONS.min(self.rate);
        Ok(Plan { rate: self.rate, bitrate: self.bitrate, axes: axes.len(), per_cycle, heartbeats, questions })
    }
}

/// Whether a drive is made for its part.
fn fits(at: usize, part: Part, axis: &AxisParams) -> Result<(), Refused> {
    let mode = match part {
        Part::Joint(_) => axis.mode == Mode::Torque,
        Part::Belt => axis.mode == Mode::Velocity,
        Part::Winch => axis.mode != Mode::Torque,
    };
    if !mode {
        return Err(Refused::WrongMode(at));
    }
    if axis.winch.is_some() != (part == Part::Winch) { Err(Refused::NoWinch(at)) } else { Ok(()) }
}

#[cfg(test)]
pub(super) fn example(rate: f64, panel: Option<(usize, u8)>) -> NetworkParams {
    let objects = core::iter::once(CONSUMER).chain((0..19).map(|n| (0x5000 + n, 0))).collect();
    NetworkParams { node: 127, rate, bitrate: 1e6, heartbeat: 0.01, drive_heartbeats: 50.0, panel, objects }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canopen::params::example as axis;

    fn joints(n: u8) -> Vec<(Part, AxisParams)> {
        (0..n).map(|i| (Part::Joint(usize::from(i)), axis(i + 1, Mode::Torque))).collect()
    }

    fn refused(network: &NetworkParams, axes: &[(Part, AxisParams)]) -> String {
        network.build(axes).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn six_drives_fit_at_250_and_not_at_1000() {
        let load = example(250.0, None).build(&joints(6)).map(|(_, load)| load.share);
        assert!(load.clone().is_ok_and(|share| (0.5..0.7).contains(&share)), "{load:?}");
        let words = refused(&example(1000.0, None), &joints(6));
        assert!(words.contains("6 drives at 1000 1/s") && words.contains("at most 70 %"), "{words}");
    }

    #[test]
    fn what_does_not_belong_together_is_refused_by_name() {
        let network = example(250.0, None);
        let mut twice = joints(2);
        twice[1].1.node = 1;
        assert!(refused(&network, &twice).starts_with("node must be different"));
        twice[1] = (Part::Joint(0), axis(2, Mode::Torque));
        assert!(refused(&network, &twice).starts_with("joint must be different"));
        assert!(
            refused(&NetworkParams { node: 1, ..network.clone() }, &joints(1)).starts_with("node must be different")
        );
        assert!(refused(&network, &[(Part::Belt, axis(1, Mode::Torque))]).starts_with("mode of axes[0]"));
        assert!(refused(&network, &[(Part::Joint(0), axis(1, Mode::Velocity))]).starts_with("mode of axes[0]"));
        assert!(refused(&network, &[(Part::Joint(6), axis(1, Mode::Torque))]).starts_with("joint must lie in"));
        assert!(refused(&network, &[]).starts_with("axes"));
        let without = NetworkParams { objects: (0..20).map(|n| (0x6060 + n, 0)).collect(), ..network.clone() };
        assert!(refused(&without, &joints(1)).starts_with("objects must have 0x1016:1"));
        let few = NetworkParams { objects: vec![CONSUMER], ..network.clone() };
        assert!(refused(&few, &joints(1)).starts_with("objects"));
        assert!(refused(&NetworkParams { rate: f64::NAN, ..network.clone() }, &joints(1)).starts_with("rate"));
        assert!(refused(&NetworkParams { panel: Some((1, 16)), ..network.clone() }, &joints(1)).starts_with("panel"));
        assert!(refused(&NetworkParams { panel: Some((0, 25)), ..network }, &joints(1)).starts_with("panel_bit"));
    }
}
