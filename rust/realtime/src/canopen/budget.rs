//! How much of a bus a configuration takes, before anything is sent.

use std::fmt;

/// Largest share of a bus that may be planned for; the rest is for emergencies, repetitions and jitter.
pub const SHARE_MAX: f64 = 0.7;

/// Longest that a frame of `len` bytes can be on the bus [bit]: with every stuff bit, and the gap after it.
#[must_use]
pub fn frame_bits(len: usize) -> f64 {
    let data = 8 * len.min(8);
    // 34 bits before the data and its checksum can be stuffed, after every fourth of them in the worst case.
    (47 + data + (34 + data - 1) / 4) as f64
}

/// What is sent on a bus.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Cycles a second [1/s].
    pub rate: f64,
    /// Bits that the bus carries a second [bit/s].
    pub bitrate: f64,
    /// Number of drives.
    pub axes: usize,
    /// Lengths of all frames of a cycle [bytes].
    pub per_cycle: Vec<usize>,
    /// Heartbeats of master and drives together [1/s].
    pub heartbeats: f64,
    /// Questions to the dictionaries, each with its answer [1/s].
    pub questions: f64,
}

/// How much of the bus a plan takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Bits a second [bit/s].
    pub bits: f64,
    /// As a share of the bus [-].
    pub share: f64,
    /// Highest rate [1/s] that would fit.
    pub rate_max: f64,
}

/// A plan that does not fit its bus.
#[derive(Clone, Debug, PartialEq)]
pub struct Overload {
    plan: Plan,
    load: Load,
}

impl fmt::Display for Overload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, load } = self;
        write!(
            out,
            "rate, drives and bitrate do not fit one bus: {} drives at {} 1/s take up to {:.0} of {:.0} bit/s, which is {:.0} %, \
             and at most {:.0} % may be planned for; ",
            plan.axes,
            plan.rate,
            load.bits,
            plan.bitrate,
            100.0 * load.share,
            100.0 * SHARE_MAX
        )?;
        if load.rate_max >= 10.0 {
            write!(
                out,
                "use a rate up to {:.0} 1/s, fewer drives, or a bus each for some of them",
                load.rate_max.floor()
            )
        } else {
            write!(out, "use fewer drives, fewer questions, or a faster bus")
        }
    }
}

impl Plan {
    /// How much of the bus it takes.
    #[must_use]
    pub fn load(&self) -> Load {
        let cycle: f64 = self.per_cycle.iter().map(|len| frame_bits(*len)).sum();
        let beside = self.heartbeats * frame_bits(1) + self.questions * 2.0 * frame_bits(8);
        let bits = self.rate * cycle + beside;
        let rate_max = (SHARE_MAX * self.bitrate - beside) / cycle;
        Load { bits, share: bits / self.bitrate, rate_max }
    }

    /// The load, where it fits.
    ///
    /// # Errors
    /// [`Overload`] with the figures where it takes more than [`SHARE_MAX`].
    pub fn check(&self) -> Result<Load, Box<Overload>> {
        let load = self.load();
        if (0.0..=SHARE_MAX).contains(&load.share) {
            Ok(load)
        } else {
            Err(Box::new(Overload { plan: self.clone(), load }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(axes: usize, rate: f64) -> Plan {
        let per_cycle = [[5, 8, 7].repeat(axes), vec![0]].concat();
        Plan { rate, bitrate: 1e6, axes, per_cycle, heartbeats: 200.0, questions: 50.0 }
    }

    #[test]
    fn a_frame_takes_as_long_as_its_stuff_bits_make_it() {
        // Known lengths of standard frames with every stuff bit, the gap of three bits included.
        assert_eq!([0, 1, 8].map(frame_bits), [55.0, 65.0, 135.0]);
    }

    #[test]
    fn six_drives_at_a_thousand_do_not_fit_a_megabit_and_are_told_why() {
        let words = plan(6, 1000.0).check().err().map(|e| e.to_string()).unwrap_or_default();
        assert!(words.contains("6 drives at 1000 1/s") && words.contains("227 %") && words.contains("70 %"), "{words}");
        let rate = plan(6, 1000.0).load().rate_max.floor();
        assert!(plan(6, rate).check().is_ok() && plan(6, rate + 1.0).check().is_err(), "{rate}");
        assert!(plan(6, 250.0).check().is_ok() && plan(1, 1000.0).check().is_ok());
    }

    #[test]
    fn what_is_no_number_does_not_fit() {
        assert!(plan(1, f64::NAN).check().is_err());
        assert!(Plan { bitrate: 0.0, ..plan(1, 100.0) }.check().is_err());
        let full = Plan { questions: 1e4, ..plan(1, 100.0) };
        assert!(full.check().err().is_some_and(|e| e.to_string().ends_with("a faster bus")));
    }
}
