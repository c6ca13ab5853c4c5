//! Cross-fade from a law as it was to the law as asked.

use crate::error::{Result, all_in_range, in_range};
use crate::types::{JointVec, N_JOINTS};

/// Longest tick that a step takes [s].
const TICK_MAX: f64 = 0.02;
/// Largest magnitude that a number may have to count.
const LARGEST: f64 = 1e6;

/// Bounds of a [`Fader`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaderParams {
    /// Shortest duration of a fade [s], `0.01..=10`.
    pub time: f64,
    /// Largest slope of torque that a fade adds [N·m/s], `1..=20_000`.
    pub rate: JointVec,
    /// Potential energy that fades may store at once [J], `0..=50`.
    pub energy: f64,
    /// Potential energy that fades may store in the long run [W], `0.1..=50`.
    pub power: f64,
}

/// One tick of a [`Fader`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fade {
    /// Blended torque [N·m].
    pub tau: JointVec,
    /// Share of the law as asked [-], `0..=1`.
    pub w: f64,
    /// The fade has ended in this tick.
    pub done: bool,
}

/// A law's torque as the fader follows it: what is lost fades, what comes back is caught up with.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Follower {
    seen: JointVec,
    sure: [bool; N_JOINTS],
    fresh: bool,
}

impl Follower {
    const NEW: Self = Self { seen: [0.0; N_JOINTS], sure: [true; N_JOINTS], fresh: true };

    fn follow(&mut self, tau: &JointVec, rate: &JointVec, h: f64) {
        for j in 0..N_JOINTS {
            let known = counted(tau[j]);
            if self.fresh {
                (self.seen[j], self.sure[j]) = (known.unwrap_or(0.0), known.is_some());
                continue;
            }
            self.seen[j] = match known {
                Some(x) if self.sure[j] => x,
                _ => {
                    let slope = rate[j] * h;
                    known.unwrap_or(0.0).clamp(self.seen[j] - slope, self.seen[j] + slope)
                }
            };
            self.sure[j] = known == Some(self.seen[j]);
        }
        self.fresh = false;
    }
}

/// Moves from a law as it was to the law as asked, as fast as a time, a slope of torque and a bucket of energy allow.
///
/// The owner steps both laws every tick and hands over their torques and the potential energies they store at the
/// present state. The bucket is the tank of Ferraguti et al. (2013).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fader {
    params: FaderParams,
    old: Follower,
    new: Follower,
    busy: bool,
    w: f64,
    bucket: f64,
}

impl Fader {
    /// A fader at rest with a full bucket.
    ///
    /// # Errors
    /// [`crate::Error::OutOfRange`] naming the first value outside its range.
    pub fn new(params: FaderParams) -> Result<Self> {
        in_range("time", params.time, 0.01, 10.0)?;
        all_in_range("rate", params.rate, 1.0, 20_000.0)?;
        in_range("energy", params.energy, 0.0, 50.0)?;
        in_range("power", params.power, 0.1, 50.0)?;
        Ok(Self { params, old: Follower::NEW, new: Follower::NEW, busy: false, w: 0.0, bucket: params.energy })
    }

    /// Begins a fade; refused with `false` while one is going on.
    pub fn request(&mut self) -> bool {
        if self.busy {
            return false;
        }
        (self.busy, self.w, self.new.fresh) = (true, 0.0, true);
        true
    }

    /// Blends the torques [N·m] of a tick of `dt` [s] from the law as it was and the law as asked.
    ///
    /// Energies are the potentials [J] of both laws at the present state. What is not finite, or above 1e6 in
    /// magnitude, counts as absent: an absent torque fades to 0, absent energies hold the fade.
    pub fn step(&mut self, tau_old: &JointVec, tau_new: &JointVec, energy_old: f64, energy_new: f64, dt: f64) -> Fade {
        let h = if dt.is_finite() && dt > 0.0 { dt.min(TICK_MAX) } else { 0.0 };
        self.old.follow(tau_old, &self.params.rate, h);
        let available = self.bucket + self.params.power * h;
        if !self.busy {
            self.bucket = available.min(self.params.energy);
            return Fade { tau: self.old.seen, w: 0.0, done: false };
        }
        self.new.follow(tau_new, &self.params.rate, h);
        self.advance(counted(energy_old).zip(counted(energy_new)), available, h);
        let w = self.w;
        let tau = core::array::from_fn(|j| (1.0 - w) * self.old.seen[j] + w * self.new.seen[j]);
        let done = w >= 1.0;
        if done {
            (self.old, self.busy, self.w, self.new.fresh) = (self.new, false, 0.0, true);
        }
        Fade { tau, w, done }
    }

    /// Moves the weight and takes what that stores from the bucket.
    fn advance(&mut self, energies: Option<(f64, f64)>, available: f64, h: f64) {
        let mut dw = h / self.params.time;
        for j in 0..N_JOINTS {
            let d = (self.new.seen[j] - self.old.seen[j]).abs();
            if d > 0.0 {
                dw = dw.min(self.params.rate[j] * h / d);
            }
        }
        let rise = match energies {
            None => {
                dw = 0.0;
                0.0
            }
            Some((old, new)) => (new - old).max(0.0),
        };
        if rise > 0.0 {
            dw = dw.min(available / rise);
        }
        let next = (self.w + dw).min(1.0);
        let spent = (next - self.w) * rise;
        self.bucket = (available - spent).max(0.0).min(self.params.energy);
        self.w = next;
    }

    /// As new, bucket full; only for a person at rest.
    pub fn reset(&mut self) {
        (self.old, self.new, self.busy, self.w) = (Follower::NEW, Follower::NEW, false, 0.0);
        self.bucket = self.params.energy;
    }

    /// A fade is going on.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.busy
    }

    /// Share of the law as asked [-]; 0 at rest.
    #[must_use]
    pub fn w(&self) -> f64 {
        self.w
    }

    /// Potential energy that fades may store now [J].
    #[must_use]
    pub fn stored(&self) -> f64 {
        self.bucket
    }
}

fn counted(x: f64) -> Option<f64> {
    (x.is_finite() && x.abs() <= LARGEST).then_some(x)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PARAMS: FaderParams = FaderParams { time: 0.1, rate: [100.0; 6], energy: 1.0, power: 2.0 };

    #[test]
    fn equal_torques_fade_in_the_time_given() {
        let mut fader = Fader::new(PARAMS).unwrap();
        assert!(fader.request() && !fader.request());
        for k in 1..100 {
            let fade = fader.step(&[3.0; 6], &[3.0; 6], 0.0, 0.0, 0.001);
            assert!((fade.w - 0.01 * f64::from(k)).abs() < 1e-12 && (fade.tau[0] - 3.0).abs() < 1e-12, "{fade:?}");
        }
        let mut ends = 0;
        while fader.busy() {
            ends += i32::from(fader.step(&[3.0; 6], &[3.0; 6], 0.0, 0.0, 0.001).done);
        }
        assert_eq!(ends, 1);
        assert!(!fader.busy() && fader.w() == 0.0 && fader.request());
    }

    #[test]
    fn energy_comes_out_of_the_bucket() {
        let mut fader = Fader::new(FaderParams { time: 0.01, ..PARAMS }).unwrap();
        fader.request();
        let fade = fader.step(&[0.0; 6], &[0.0; 6], 0.0, 20.0, 0.01);
        assert!((fade.w - (1.0 + 0.02) / 20.0).abs() < 1e-15 && fader.stored().abs() < 1e-12);
        assert_eq!(fader.step(&[0.0; 6], &[0.0; 6], 0.0, f64::NAN, 0.01).w, fade.w);
        assert!((fader.stored() - 0.02).abs() < 1e-12);
    }

    #[test]
    fn a_lost_torque_fades_and_is_caught_up_with() {
        let mut fader = Fader::new(PARAMS).unwrap();
        let torque = |fader: &mut Fader, x: f64| fader.step(&[x; 6], &[f64::NAN; 6], 0.0, 0.0, 0.01).tau[0];
        assert_eq!(torque(&mut fader, 5.0), 5.0);
        assert_eq!(torque(&mut fader, f64::NAN), 4.0);
        assert_eq!(torque(&mut fader, 7.0), 5.0);
        assert_eq!((torque(&mut fader, 7.0), torque(&mut fader, 7.0)), (6.0, 7.0));
        assert_eq!(torque(&mut fader, -7.0), -7.0);
    }

    #[test]
    fn bad_parameters_are_refused_by_name() {
        let refused = |p: FaderParams| Fader::new(p).unwrap_err().to_string();
        assert!(refused(FaderParams { time: 0.0, ..PARAMS }).starts_with("time must lie in [0.01, 10]"));
        assert!(refused(FaderParams { rate: [0.5; 6], ..PARAMS }).starts_with("rate must lie in [1, 20000]"));
        assert!(refused(FaderParams { energy: f64::NAN, ..PARAMS }).starts_with("energy must lie in [0, 50]"));
        assert!(refused(FaderParams { power: 0.0, ..PARAMS }).starts_with("power must lie in [0.1, 50]"));
    }

    fn value() -> impl Strategy<Value = f64> + Clone {
        prop_oneof![-100.0..100.0f64, -1.0..30.0f64, Just(f64::NAN), Just(f64::INFINITY), Just(1e308), Just(-5e-324)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn changes_store_no_more_than_the_bucket_and_its_refill(
            rows in prop::collection::vec((value(), value(), value(), value(), any::<bool>()), 1..200)
        ) {
            let (mut fader, mut stored, mut w) = (Fader::new(PARAMS).unwrap(), 0.0, 0.0);
            for (k, (a, b, old, new, ask)) in rows.into_iter().enumerate() {
                w = if ask && fader.request() { 0.0 } else { w };
                let fade = fader.step(&[a; 6], &[b; 6], old, new, 0.005);
                prop_assert!(fade.tau.iter().all(|t| t.is_finite()) && (0.0..=1.0).contains(&fade.w));
                if let Some((old, new)) = counted(old).zip(counted(new)) {
                    stored += (fade.w - w) * (new - old).max(0.0);
                }
                prop_assert!(fade.w >= w && stored <= 1.0 + 2.0 * 0.005 * (k + 1) as f64 + 1e-9);
                w = fader.w();
            }
        }
    }
}
