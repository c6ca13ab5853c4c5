//! Force of the rope that carries part of the body weight.

use crate::error::{Error, Result, in_range};

/// Longest tick that a step takes [s].
const TICK_MAX: f64 = 0.02;
/// Largest height and force that count [m, N].
const LARGEST: [f64; 2] = [10.0, 1e4];
/// Time constant of vertical speed and acceleration [s].
const SPEED_FILTER: f64 = 0.02;
/// Time constant of the level that a fall is measured from [s].
const LEVEL_FILTER: f64 = 1.0;
/// Drop that a downward speed foretells [s].
const FORESIGHT: f64 = 0.1;
/// Speed of a person who stands still, and above which nobody is let down [m/s].
const STILL: [f64; 2] = [0.02, 0.05];
/// Time of standing still before the rope is locked [s].
const STILL_TIME: f64 = 0.5;
/// Largest error of the force before the rope is locked, share of the body weight.
const STATIC_ERROR: f64 = 0.01;

/// How the rope carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum SupportLaw {
    /// Winds to the share; once the person stands still, the length of the rope is locked.
    #[default]
    Static = 0,
    /// Constant force without feedback.
    Counterweight = 1,
    /// Constant force by the measured one.
    Dynamic = 2,
    /// The same, following the movement of the pelvis; the share changes slowly.
    Adaptive = 3,
}

/// Limits and gains of a [`BodyWeightSupport`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyWeightParams {
    /// Weight of the person [N], `200..=2000`.
    pub body_weight: f64,
    /// Largest force [N], `0..=2000`.
    pub force_max: f64,
    /// Largest change of the force that is asked for [N/s], `1..=2000`, not above `slope`.
    pub rate: f64,
    /// Largest change of the force [N/s], `1..=20_000`.
    pub slope: f64,
    /// Largest change of the share when adaptive [1/s], `0.0005..=0.1`.
    pub share_rate: f64,
    /// Proportional gain [-], `0..=2`.
    pub kp: f64,
    /// Integral gain [1/s], `0..=10`.
    pub ki: f64,
    /// Largest correction, share of the body weight, `0..=0.3`.
    pub reserve: f64,
    /// Vertical drag of the rope drive [N·s/m], `0..=2000`.
    pub drag: f64,
    /// Lag of its force [s], `0..=0.2`.
    pub lag: f64,
    /// Drop of the pelvis that is a fall [m], `0.04..=0.3`.
    pub fall_drop: f64,
    /// Downward speed that is a fall [m/s], `0.35..=1.5`.
    pub fall_speed: f64,
    /// Time for which it must last [s], `0..=0.1`.
    pub fall_time: f64,
}

impl BodyWeightParams {
    /// Usual gains for a person of `body_weight` [N] and a largest force [N].
    #[must_use]
    pub fn new(body_weight: f64, force_max: f64) -> Self {
        Self {
            body_weight,
            force_max,
            rate: 200.0,
            slope: 2000.0,
            share_rate: 0.005,
            kp: 0.5,
            ki: 2.0,
            reserve: 0.15,
            drag: 0.0,
            lag: 0.0,
            fall_drop: 0.095,
            fall_speed: 0.42,
            fall_time: 0.02,
        }
    }

    fn check(&self) -> Result<()> {
        in_range("body_weight", self.body_weight, 200.0, 2000.0)?;
        in_range("force_max", self.force_max, 0.0, 2000.0)?;
        in_range("rate", self.rate, 1.0, 2000.0)?;
        in_range("slope", self.slope, 1.0, 20_000.0)?;
        in_range("share_rate", self.share_rate, 0.0005, 0.1)?;
        in_range("kp", self.kp, 0.0, 2.0)?;
        in_range("ki", self.ki, 0.0, 10.0)?;
        in_range("reserve", self.reserve, 0.0, 0.3)?;
        in_range("drag", self.drag, 0.0, 2000.0)?;
        in_range("lag", self.lag, 0.0, 0.2)?;
        in_range("fall_drop", self.fall_drop, 0.04, 0.3)?;
        in_range("fall_speed", self.fall_speed, 0.35, 1.5)?;
        in_range("fall_time", self.fall_time, 0.0, 0.1)?;
        if self.rate > self.slope {
            let (low_value, high_value) = (self.rate, self.slope);
            return Err(Error::Swapped { low: "rate", high: "slope", index: None, low_value, high_value });
        }
        Ok(())
    }
}

/// One tick of a [`BodyWeightSupport`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Support {
    /// Force of the rope [N]; without effect while its length is held.
    pub force: f64,
    /// The length of the rope is held.
    pub hold: bool,
    /// A fall was caught and nobody has let the person down yet.
    pub caught: bool,
    /// The height of the pelvis is known, so that a fall would be seen.
    pub watching: bool,
}

/// What the height of the pelvis tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Watch {
    height: Option<f64>,
    level: Option<f64>,
    speed: f64,
    accel: f64,
    suspect: f64,
}

impl Watch {
    /// Follows a height [m]; true when the person falls.
    fn follow(&mut self, z: f64, p: &BodyWeightParams, h: f64) -> bool {
        let level = *self.level.get_or_insert(z);
        if let Some(height) = self.height {
            if h > 0.0 {
                let (s, before) = ((h / SPEED_FILTER).min(1.0), self.speed);
                self.speed += (((z - height) / h).clamp(-20.0, 20.0) - self.speed) * s;
                self.accel += (((self.speed - before) / h).clamp(-200.0, 200.0) - self.accel) * s;
                self.height = Some(z);
            }
        } else {
            self.height = Some(z);
        }
        let sinking = (-self.speed).max(0.0);
        if (level - z) + FORESIGHT * sinking > p.fall_drop || sinking > p.fall_speed {
            self.suspect += h;
            return self.suspect >= p.fall_time;
        }
        self.suspect = 0.0;
        self.level = Some(level + (z - level) * (h / LEVEL_FILTER).min(1.0));
        false
    }
}

/// Carries a share of the body weight by a rope: wound and locked, at constant force, or following the pelvis; a fall
/// is caught by holding the length of the rope.
///
/// An actively controlled rope is that of Frey et al. (2006); all constants are ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyWeightSupport {
    params: BodyWeightParams,
    asked: f64,
    target: f64,
    command: f64,
    integral: f64,
    watch: Watch,
    still: f64,
    caught: bool,
    rebase: bool,
    locked: Option<f64>,
}

impl BodyWeightSupport {
    /// Support that carries nothing yet.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] or [`Error::Swapped`] naming the first parameter that is refused.
    pub fn new(params: BodyWeightParams) -> Result<Self> {
        params.check()?;
        Ok(Self {
            params,
            asked: 0.0,
            target: 0.0,
            command: 0.0,
            integral: 0.0,
            watch: Watch::default(),
            still: 0.0,
            caught: false,
            rebase: true,
            locked: None,
        })
    }

    /// Force of a tick of `dt` [s] for a `share` [-] of the body weight, from the force of the rope [N] and the height
    /// of the pelvis [m].
    ///
    /// A share that is not finite stays as it was; without a height no fall is seen; without a force there is no
    /// feedback.
    pub fn step(&mut self, share: f64, law: SupportLaw, force: Option<f64>, height: Option<f64>, dt: f64) -> Support {
        let h = if dt.is_finite() && dt > 0.0 { dt.min(TICK_MAX) } else { 0.0 };
        let known = |x: Option<f64>, most: f64| x.filter(|x| x.is_finite() && x.abs() <= most);
        let height = known(height, LARGEST[0]);
        match height {
            Some(z) => self.caught |= self.watch.follow(z, &self.params, h),
            None => self.watch = Watch { level: self.watch.level, ..Watch::default() },
        }
        if share.is_finite() {
            self.asked = share.clamp(0.0, 1.0);
        }
        let want = (self.asked * self.params.body_weight).min(self.params.force_max);
        self.locked = self.locked.filter(|&locked| law == SupportLaw::Static && locked == want);
        if !self.caught && self.locked.is_none() {
            let pull = known(force, LARGEST[1]);
            self.track(law, want, pull, h);
            if law == SupportLaw::Static {
                self.settle(want, pull, height.is_some(), h);
            }
        }
        let hold = self.caught || self.locked.is_some();
        if hold {
            (self.rebase, self.integral, self.still) = (true, 0.0, 0.0);
        }
        Support { force: self.command, hold, caught: self.caught, watching: height.is_some() }
    }

    /// Moves the force towards what is wanted, within rate and slope.
    fn track(&mut self, law: SupportLaw, want: f64, pull: Option<f64>, h: f64) {
        let (p, w) = (self.params, self.watch);
        if self.rebase {
            self.command = pull.map_or(self.command, |pull| pull.clamp(0.0, p.force_max));
            (self.target, self.rebase) = (self.command, false);
        }
        let adaptive = law == SupportLaw::Adaptive;
        let r = if adaptive { p.rate.min(p.share_rate * p.body_weight) } else { p.rate } * h;
        self.target = want.clamp(self.target - r, self.target + r);
        let (drag, lift) = if adaptive { (p.drag * w.speed, p.drag * (w.speed + p.lag * w.accel)) } else { (0.0, 0.0) };
        let error = match pull {
            Some(pull) if law != SupportLaw::Counterweight => self.target - (pull - drag),
            _ => 0.0,
        };
        if law == SupportLaw::Counterweight {
            self.integral = 0.0;
        }
        let bound = p.reserve * p.body_weight;
        let raw = lift + p.kp * error + self.integral;
        let free = self.target + raw;
        let wish = (self.target + raw.clamp(-bound, bound)).clamp(0.0, p.force_max);
        let command = wish.clamp(self.command - p.slope * h, self.command + p.slope * h);
        if command == free || (free > command && error < 0.0) || (free < command && error > 0.0) {
            self.integral = (self.integral + p.ki * error * h).clamp(-bound, bound);
        }
        self.command = command;
    }

    /// Locks the rope once the force is right and the person stands still.
    fn settle(&mut self, want: f64, pull: Option<f64>, watching: bool, h: f64) {
        let near = pull.is_some_and(|pull| (pull - want).abs() <= STATIC_ERROR * self.params.body_weight);
        if self.target == want && near && watching && self.watch.speed.abs() < STILL[0] {
            self.still += h;
        } else {
            self.still = 0.0;
        }
        if self.still >= STILL_TIME {
            self.locked = Some(want);
        }
    }

    /// Lets a caught person down; refused with `false` while they move, or when nobody was caught.
    pub fn release(&mut self) -> bool {
        if !self.caught || self.watch.speed.abs() > STILL[1] {
            return false;
        }
        (self.caught, self.rebase, self.locked, self.still) = (false, true, None, 0.0);
        let height = self.watch.height;
        self.watch = Watch { height, level: height, ..Watch::default() };
        true
    }

    /// As new.
    pub fn reset(&mut self) {
        let (params, watch) = (self.params, Watch::default());
        let (asked, target, command, integral, still) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let (caught, rebase, locked) = (false, true, None);
        *self = Self { params, asked, target, command, integral, watch, still, caught, rebase, locked };
    }

    /// A fall was caught and nobody has let the person down yet.
    #[must_use]
    pub fn caught(&self) -> bool {
        self.caught
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn support() -> BodyWeightSupport {
        BodyWeightSupport::new(BodyWeightParams::new(800.0, 600.0)).unwrap()
    }

    #[test]
    fn the_force_rises_at_its_rate_and_a_still_person_is_locked() {
        let mut x = support();
        let mut got = Support::default();
        for k in 1..=1200 {
            got = x.step(0.3, SupportLaw::Static, Some(got.force), Some(1.0), 1e-3);
            if k == 500 {
                assert!((got.force - 100.0).abs() < 1.0 && !got.hold, "{got:?}");
            }
        }
        assert!(!got.hold && got.watching);
        for _ in 0..600 {
            got = x.step(0.3, SupportLaw::Static, Some(240.0), Some(1.0), 1e-3);
        }
        assert!(got.hold && !got.caught && (got.force - 240.0).abs() < 2.0, "{got:?}");
        assert!(!x.step(0.4, SupportLaw::Static, Some(240.0), Some(1.0), 1e-3).hold);
    }

    #[test]
    fn a_fall_is_caught_and_stays_so_until_the_person_is_let_down() {
        let mut x = support();
        let mut ticks = 0;
        for k in 0..1000 {
            let z = 1.0 - 0.5 * 9.81 * (f64::from(k) * 1e-3).powi(2);
            if x.step(0.3, SupportLaw::Dynamic, Some(240.0), Some(z), 1e-3).caught {
                break;
            }
            ticks = k;
        }
        assert!((40..120).contains(&ticks), "{ticks}");
        assert!(!x.release());
        for _ in 0..200 {
            assert!(x.step(0.3, SupportLaw::Dynamic, Some(700.0), Some(0.9), 1e-3).hold);
        }
        assert!(x.release() && !x.caught() && !x.release());
        let got = x.step(0.3, SupportLaw::Dynamic, Some(500.0), Some(0.9), 1e-3);
        assert!(!got.hold && (got.force - 500.0).abs() <= 2.0 + 1e-9, "{got:?}");
    }

    #[test]
    fn bad_parameters_are_refused_by_name() {
        let p = BodyWeightParams::new(800.0, 600.0);
        let refused = |p: BodyWeightParams| BodyWeightSupport::new(p).unwrap_err().to_string();
        assert!(refused(BodyWeightParams { body_weight: 100.0, ..p }).starts_with("body_weight must lie in"));
        assert!(refused(BodyWeightParams { fall_speed: f64::NAN, ..p }).starts_with("fall_speed must lie in"));
        assert_eq!(refused(BodyWeightParams { slope: 100.0, ..p }), "rate must lie below slope, got 200 and 100");
    }

    fn value() -> impl Strategy<Value = f64> + Clone {
        prop_oneof![-2.0..800.0f64, 0.8..1.1f64, Just(f64::NAN), Just(f64::INFINITY), Just(-1e308)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_force_stays_in_its_limits(rows in prop::collection::vec((value(), 0..4u8, value(), value()), 1..200)) {
            let p = BodyWeightParams { drag: 500.0, lag: 0.1, ..BodyWeightParams::new(800.0, 600.0) };
            let mut x = BodyWeightSupport::new(p).unwrap();
            let (mut last, mut held) = (0.0, true);
            for (share, law, force, height) in rows {
                let law = [SupportLaw::Static, SupportLaw::Counterweight, SupportLaw::Dynamic, SupportLaw::Adaptive][law as usize];
                let got = x.step(share, law, Some(force), Some(height), 1e-3);
                prop_assert!((0.0..=600.0).contains(&got.force));
                prop_assert!(held || (got.force - last).abs() <= 2.0 + 1e-9);
                (last, held) = (got.force, got.hold);
            }
        }
    }
}
