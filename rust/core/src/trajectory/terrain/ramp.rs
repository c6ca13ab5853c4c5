//! A pattern for walking up or down a ramp: the published pattern on level ground with its feet set on the slope.

use crate::body::Body;
use crate::error::{Error, Result, in_range};
use crate::types::N_LEG;

use super::super::foot::stance_line;
use super::{ANY_MASS, Angles, GaitPattern, SAMPLES, ankle_over, bump, drop_to, knee_cosine, pattern};
use super::{phase, rise};

/// Largest incline [deg].
const INCLINE: f64 = 10.0;
/// Phase at which a foot leaves the ground.
const STANCE: f64 = 0.6;
/// Phases of double support after contact at which the leg behind must not reach below the ground.
const CHECKS: [f64; 9] = [0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1];
/// Largest displacement of the standing foot that lets both feet of the level pattern meet the ground at contact [m].
const SHIFT: f64 = 0.03;
/// Largest extra rise of the heel behind [deg].
const HEEL_RISE: f64 = 15.0;
/// Width of the rounded floor under the knee angle [deg].
const KNEE_FLOOR: f64 = 2.0;
/// Steps of bisection for the foot's displacement and the heel's rise, and for the foot's lift.
const STEPS: (usize, usize) = (50, 60);
/// Flexion of hip, knee and ankle [deg] that one unit of foot lift adds at its peak.
const LIFT: Angles = [3.0, 6.0, 5.0];
/// Largest foot lift [-].
const LIFT_MAX: f64 = 5.0;
/// One lift of the swinging foot.
struct Lift {
    /// Part of the cycle in which the height is judged, its ends not included.
    part: [f64; 2],
    /// Weight of the lift at a phase.
    weight: fn(f64) -> f64,
    /// Whether it reaches the asked clearance; else the foot only stays above the ground.
    clears: bool,
}
/// Lifts in the order in which they are found.
const LIFTS: [Lift; 3] = [
    Lift { part: [0.6, 0.7], weight: |p| bump((p - 0.6) / 0.16), clears: false },
    Lift { part: [0.9, 1.0], weight: |p| bump((p - 0.9) / 0.1), clears: false },
    Lift { part: [0.69, 0.91], weight: |p| rise((p - 0.6) / 0.15) * (1.0 - rise((p - 0.87) / 0.12)), clears: true },
];
/// Height [m] from which a foot that unloads, or right after toe-off or right before contact, is not below the ground.
const TOUCH: f64 = -0.0015;
/// Distance of differences [-].
const STEP: f64 = 1.0 / 1024.0;

impl GaitPattern {
    /// The pattern at `speed` [m/s], 0.14 to 1.4, along a ramp of `incline` [rad], -10° to 10°, positive uphill, of a
    /// person of `height` [m], 1.5 to 2.0.
    ///
    /// On the level it is [`GaitPattern::koopman`] but for where the standing foot is; feet stand on the slope; in mid-swing they clear it by at least `foot_clearance` [m], 0 to 0.1. `pelvic_tilt`
    /// as for [`GaitPattern::koopman`]. Uphill the heel behind rises by at most `heel_rise` [rad], 0 to 15°, more; what that
    /// leaves to be done, the leading knee does.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first argument outside its range, the clearance that cannot be reached with
    /// the one that can, or what the leg cannot do: reach, or a joint with its sample.
    pub fn ramp(
        speed: f64,
        height: f64,
        incline: f64,
        foot_clearance: f64,
        pelvic_tilt: f64,
        heel_rise: f64,
    ) -> Result<Self> {
        let limit = INCLINE.to_radians();
        let level = Self::koopman(speed, height, pelvic_tilt, None)?;
        in_range("incline", incline, -limit, limit)?;
        in_range("foot_clearance", foot_clearance, 0.0, 0.1)?;
        in_range("heel_rise", heel_rise, 0.0, HEEL_RISE.to_radians())?;
        let body = Body::new(ANY_MASS, height)?;
        let slope = Slope::new(&level, &body, speed / level.stride_rate(), incline, heel_rise)?;
        let mut samples = slope.samples()?;
        slope.lift(&mut samples, foot_clearance)?;
        pattern(&samples, level.stride_rate(), speed)
    }
}

/// How the legs of a level pattern stand on a slope.
#[derive(Clone, Copy, Debug)]
struct Slope<'a> {
    level: &'a GaitPattern,
    body: &'a Body,
    /// Length of a stride [m].
    stride: f64,
    /// Position of the flat foot's ankle before the hip at phase 0.25 [m].
    middle: f64,
    incline: f64,
    /// Extra rise of the heel behind [rad].
    heel_rise: f64,
    /// Extra flexion of the leading knee, of the trailing knee, and of the trailing knee after contact [rad].
    extra: [f64; 3],
}

/// Weight of the leading knee's extra flexion.
fn leading(p: f64) -> f64 {
    (1.0 - rise((p + 0.15) / 0.55)) / (1.0 - rise(0.15 / 0.55))
}

/// Weight of the trailing knee's extra flexion.
fn trailing(p: f64) -> f64 {
    rise((p - 0.15) / 0.35) * (1.0 - rise((p - 0.5) / 0.3))
}

/// Weight of the trailing knee's extra flexion after contact of the other foot.
fn unloading(p: f64) -> f64 {
    rise((p - 0.5) / 0.06) * (1.0 - rise((p - 0.56) / 0.24))
}

/// The upper end of the interval in which `f` changes from above 0 to not above 0, after bisection.
fn crossing([mut low, mut high]: [f64; 2], f: impl Fn(f64) -> Result<f64>) -> Result<f64> {
    if f(low)? <= 0.0 {
        return Ok(low);
    }
    if f(high)? > 0.0 {
        return Ok(high);
    }
    for _ in 0..STEPS.0 {
        let middle = 0.5 * (low + high);
        if f(middle)? > 0.0 { low = middle } else { high = middle }
    }
    Ok(high)
}

impl<'a> Slope<'a> {
    fn new(level: &'a GaitPattern, body: &'a Body, stride: f64, incline: f64, heel_rise: f64) -> Result<Self> {
        let middle = stance_line(body, |p| level.leg(0, p)[0]).middle;
        let mut slope = Self { level, body, stride, middle, incline: 0.0, heel_rise: 0.0, extra: [0.0; 3] };
        let shift = crossing([-SHIFT, SHIFT], |shift| Self { middle: middle + shift, ..slope }.step())?;
        slope = Self { middle: middle + shift, incline, ..slope };
        slope.heel_rise = crossing([0.0, heel_rise], |rise| slope.leading_flexion(rise))?;
        slope.extra[0] = slope.leading_flexion(slope.heel_rise)?.max(0.0);
        let height = slope.height(0.0, slope.stance_knee(0.0))?;
        slope.extra[1] = (slope.knee(0.5, height) - slope.level_angles(0.5)[1]).max(0.0);
        slope.extra[2] = slope.unloading_flexion()?;
        Ok(slope)
    }

    /// Angles on the level, the knee kept above zero.
    fn level_angles(&self, p: f64) -> Angles {
        let [hip, knee, ankle] = self.level.leg(0, p)[0];
        let floor = KNEE_FLOOR.to_radians();
        [hip, 0.5 * (knee + (knee * knee + floor * floor).sqrt()), ankle]
    }

    /// Pitch of the standing foot against the slope [rad].
    fn pitch(&self, p: f64) -> f64 {
        let [hip, knee, ankle] = self.level.leg(0, p)[0];
        let raised = rise((p - 0.3) / 0.2) * (1.0 - rise((p - 0.5) / 0.2));
        hip - knee + ankle - self.heel_rise * raised
    }

    /// Ankle (x, z) [m] of the standing foot from the point of the slope under the hip, and the pitch of the foot.
    fn foot(&self, p: f64) -> ([f64; 2], f64) {
        let (pitch, flat) = (self.pitch(p), self.middle - self.stride * (p - 0.25));
        let x_f = if pitch >= 0.0 { -self.body.heel } else { self.body.toe };
        let [x, z] = ankle_over(self.body, [flat + x_f, 0.0], x_f, pitch);
        let (sin, cos) = self.incline.sin_cos();
        ([x * cos - z * sin, x * sin + z * cos], pitch)
    }

    /// Height of the hip [m] over the slope with the knee at an angle [rad].
    fn height(&self, p: f64, knee: f64) -> Result<f64> {
        let ([x, z], _) = self.foot(p);
        Ok(z + drop_to(self.body, x, knee)?)
    }

    /// Knee angle [rad] with the hip at a height [m] over the slope.
    fn knee(&self, p: f64, height: f64) -> f64 {
        let ([x, z], _) = self.foot(p);
        knee_cosine(self.body, [x, z - height]).clamp(-1.0, 1.0).acos()
    }

    /// By how much [m] the leg in front would carry the hip higher at contact than the leg behind.
    fn step(&self) -> Result<f64> {
        Ok(self.height(0.0, self.level_angles(0.0)[1])? - self.height(0.5, self.level_angles(0.5)[1])?)
    }

    /// Extra flexion of the leading knee with which both feet reach the ground at contact, the heel behind raised by
    /// `heel_rise`.
    fn leading_flexion(&self, heel_rise: f64) -> Result<f64> {
        let slope = Self { heel_rise, ..*self };
        let height = slope.height(0.5, slope.level_angles(0.5)[1])?;
        Ok(slope.knee(0.0, height) - slope.level_angles(0.0)[1])
    }

    /// Extra flexion of the trailing knee that keeps its foot from reaching below the ground after contact.
    fn unloading_flexion(&self) -> Result<f64> {
        let mut most: f64 = 0.0;
        for p in CHECKS {
            let height = self.height(p, self.stance_knee(p))? - TOUCH;
            let needed = self.knee(p + 0.5, height) - self.stance_knee(p + 0.5);
            most = most.max(needed / unloading(p + 0.5));
        }
        Ok(most)
    }

    /// Extra flexion of the knee while its leg trails.
    fn trailing_knee(&self, p: f64) -> f64 {
        self.extra[1] * trailing(p) + self.extra[2] * unloading(p)
    }

    fn stance_knee(&self, p: f64) -> f64 {
        self.level_angles(p)[1] + self.extra[0] * leading(p) + self.trailing_knee(p)
    }

    /// Height of the hip [m] over the slope: carried by the leg that met the ground last.
    fn hip_height(&self, p: f64) -> Result<f64> {
        let t = p % 0.5;
        self.height(t, self.stance_knee(t))
    }

    /// Angles of the standing leg.
    fn stance(&self, p: f64) -> Result<Angles> {
        let (([x, _], pitch), knee) = (self.foot(p), self.stance_knee(p));
        let (t, s) = (self.body.thigh.length, self.body.shank.length);
        let hip = x.atan2(drop_to(self.body, x, knee)?) + (s * knee.sin()).atan2(t + s * knee.cos());
        Ok([hip, knee, pitch + self.incline - hip + knee])
    }

    /// Angles in swing but for what is left of one stance and comes of the next.
    fn swing_base(&self, p: f64) -> Angles {
        let [hip, knee, ankle] = self.level_angles(p);
        [hip, knee + self.trailing_knee(p), ankle]
    }

    /// What stance adds at `at`, and its slope over phase between `before` and `after`.
    fn added(&self, at: f64, before: f64, after: f64) -> Result<[Angles; 2]> {
        let added = |p: f64| -> Result<Angles> {
            let (angles, base) = (self.stance(p)?, self.swing_base(p));
            Ok(core::array::from_fn(|i| angles[i] - base[i]))
        };
        let (first, last) = (added(before)?, added(after)?);
        Ok([added(at)?, core::array::from_fn(|i| (last[i] - first[i]) / (after - before))])
    }

    fn samples(&self) -> Result<Vec<Angles>> {
        let off = self.added(STANCE, STANCE - STEP, STANCE + STEP)?;
        let on = self.added(0.0, 0.0, 2.0 * STEP)?;
        (0..SAMPLES)
            .map(|j| {
                let p = phase(j);
                if p <= STANCE { self.stance(p) } else { Ok(self.swing(p, off, on)) }
            })
            .collect()
    }

    /// Angles in swing, from what was added at toe-off to what is added at contact.
    fn swing(&self, p: f64, off: [Angles; 2], on: [Angles; 2]) -> Angles {
        let (since, until) = (p - STANCE, p - 1.0);
        let (gone, come) = (rise(since / 0.25), rise((p - 0.7) / 0.3));
        let (leaving, landing) = (since * (1.0 - rise(since / 0.15)), until * rise((p - 0.96) / 0.04));
        let base = self.swing_base(p);
        core::array::from_fn(|i| {
            base[i] + off[0][i] * (1.0 - gone) + on[0][i] * come + off[1][i] * leaving + on[1][i] * landing
        })
    }

    /// Raises the swinging foot until it keeps off the slope after toe-off and before contact, and clears it by `asked`
    /// [m] in between.
    fn lift(&self, samples: &mut [Angles], asked: f64) -> Result<()> {
        let mut heights = Vec::with_capacity(SAMPLES);
        for j in 0..SAMPLES {
            heights.push(self.hip_height(phase(j))?);
        }
        for Lift { part, weight, clears } in LIFTS {
            let unit = |j: usize| LIFT.map(|deg| deg.to_radians() * weight(phase(j)));
            let clearance = |amount: f64| {
                let inside = (0..SAMPLES).filter(|j| part[0] < phase(*j) && phase(*j) < part[1]);
                let posed = |j: usize| core::array::from_fn(|i| samples[j][i] + amount * unit(j)[i]);
                inside.map(|j| self.over_slope(posed(j), heights[j])).fold(f64::INFINITY, f64::min)
            };
            let amount = lift_for(if clears { asked } else { TOUCH }, clearance)?;
            for (j, row) in samples.iter_mut().enumerate() {
                let unit = unit(j);
                for i in 0..N_LEG {
                    row[i] += amount * unit[i];
                }
            }
        }
        Ok(())
    }

    /// Height [m] of the lower of heel and ball over the slope, normal to it.
    fn over_slope(&self, angles: Angles, hip_height: f64) -> f64 {
        let (leg, (sin, cos)) = (self.body.leg(angles, 0.0), self.incline.sin_cos());
        let over = |[x, z]: [f64; 2]| (z + hip_height) * cos - x * sin;
        over(leg.heel).min(over(leg.toe))
    }
}

/// The least lift [-] whose `clearance` [m] is `asked`.
fn lift_for(asked: f64, clearance: impl Fn(f64) -> f64) -> Result<f64> {
    if clearance(0.0) >= asked {
        return Ok(0.0);
    }
    let (mut low, mut high) = (0.0, LIFT_MAX);
    let max = clearance(high);
    if max < asked {
        return Err(Error::OutOfRange { name: "foot_clearance", index: None, value: asked, min: 0.0, max });
    }
    for _ in 0..STEPS.1 {
        let middle = 0.5 * (low + high);
        if clearance(middle) < asked { low = middle } else { high = middle }
    }
    Ok(high)
}
