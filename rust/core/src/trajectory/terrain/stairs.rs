//! A pattern for walking up or down stairs, step over step.

use crate::body::Body;
use crate::error::{Error, Result, in_range};

use super::{ANY_MASS, Angles, GaitPattern, SAMPLES, ankle_over, bump, drop_to, inverse, pattern, phase, rise};

/// Phase at which a foot leaves its tread.
const STANCE: f64 = 0.65;
/// Least flexion of a knee [deg].
const KNEE_MIN: f64 = 10.0;
/// Largest lift of the foot over its straight path [m].
const LIFT_MAX: f64 = 0.3;
/// Instants of swing at which the clearance is judged, 1 to 399 of 400.
const INSTANTS: usize = 400;
/// Largest tread [m].
const TREAD_MAX: f64 = 0.45;
/// Pitch of the foot [deg] at phases, upwards and downwards.
const PITCH: [[(f64, f64); 6]; 2] = [
    [(0.0, -5.0), (0.1, 0.0), (0.4, 0.0), (0.65, -25.0), (0.8, -25.0), (1.0, -5.0)],
    [(0.0, -20.0), (0.15, 0.0), (0.2, 0.0), (0.65, -40.0), (0.8, -40.0), (1.0, -20.0)],
];

/// Which way stairs are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Upstairs.
    Up,
    /// Downstairs.
    Down,
}

impl GaitPattern {
    /// The pattern for stairs of `rise` [m], 0.05 to 0.25, and `tread` [m], 0.2 to 0.45, of a person of `height` [m],
    /// 1.0 to 2.3, at `cadence` [steps/s], 0.2 to 3; the foot clears the noses by `foot_clearance` [m], 0 to 0.1.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first argument outside its range, a tread too short for the foot, or what the
    /// leg cannot do: reach, lift, or a joint with its sample.
    pub fn stairs(
        rise: f64,
        tread: f64,
        height: f64,
        direction: Direction,
        cadence: f64,
        foot_clearance: f64,
    ) -> Result<Self> {
        in_range("rise", rise, 0.05, 0.25)?;
        in_range("tread", tread, 0.2, TREAD_MAX)?;
        let body = Body::new(ANY_MASS, height)?;
        in_range("cadence", cadence, 0.2, 3.0)?;
        in_range("foot_clearance", foot_clearance, 0.0, 0.1)?;
        let flight = Flight::new(rise, tread, &body, direction, foot_clearance)?;
        let speed = cadence * (rise * rise + tread * tread).sqrt();
        pattern(&flight.samples()?, cadence / 2.0, speed)
    }
}

/// A flight of stairs and how a foot moves over it.
#[derive(Clone, Copy, Debug)]
struct Flight<'a> {
    body: &'a Body,
    direction: Direction,
    tread: f64,
    /// Rise of a step, negative downwards [m].
    step: f64,
    /// Lift of the foot over its straight path [m].
    lift: f64,
}

/// Part of swing that has passed at a phase [-].
fn swing(p: f64) -> f64 {
    ((p - STANCE) / (1.0 - STANCE)).clamp(0.0, 1.0)
}

/// A nose a foot passes: where it lies from the ball before swing, and which part of the foot has to clear it.
#[derive(Clone, Copy, Debug)]
enum Nose {
    /// The nose between, under the whole sole.
    Middle([f64; 2]),
    /// The nose of the tread the foot lands on, under the ball.
    Landing([f64; 2]),
    /// The nose of the tread the foot leaves, under the heel.
    Leaving([f64; 2]),
}

impl<'a> Flight<'a> {
    fn new(rise: f64, tread: f64, body: &'a Body, direction: Direction, clearance: f64) -> Result<Self> {
        let step = if direction == Direction::Up { rise } else { -rise };
        let flat = Self { body, direction, tread, step, lift: 0.0 };
        let noses = flat.noses(clearance)?;
        let mut lift: f64 = 0.0;
        for nose in noses {
            lift = lift.max(flat.lift_over(nose, clearance));
        }
        Ok(Self { lift: in_range("lift", lift, 0.0, LIFT_MAX)?, ..flat })
    }

    /// The noses that count, from where the foot is placed on its tread.
    fn noses(&self, clearance: f64) -> Result<[Nose; 2]> {
        let (tread, step, height) = (self.tread, self.step, self.body.height);
        let needed = if self.direction == Direction::Up { 0.049 * height } else { 0.1029 * height };
        let room = tread - clearance - needed;
        if room < 0.0 {
            let min = clearance + needed;
            return Err(Error::OutOfRange { name: "tread", index: None, value: tread, min, max: TREAD_MAX });
        }
        Ok(match self.direction {
            Direction::Up => {
                let middle = [tread - room, step];
                [Nose::Middle(middle), Nose::Landing([middle[0] + tread, middle[1] + step])]
            }
            Direction::Down => {
                let behind = room.min(0.023 * height);
                [Nose::Leaving([behind, 0.0]), Nose::Middle([behind + tread, step])]
            }
        })
    }

    /// Pitch of the foot [rad].
    fn pitch(&self, p: f64) -> f64 {
        let knots = &PITCH[usize::from(self.direction == Direction::Down)];
        let i = knots[1..knots.len() - 1].iter().take_while(|knot| knot.0 <= p).count();
        let ((p0, y0), (p1, y1)) = (knots[i], knots[i + 1]);
        (y0 + (y1 - y0) * rise((p - p0) / (p1 - p0))).to_radians()
    }

    /// Ball (x, z) [m] in swing, from where it stood.
    fn ball(&self, s: f64) -> [f64; 2] {
        let (x, z) = match self.direction {
            Direction::Up => (rise((s - 0.15) / 0.85), rise(s / 0.85)),
            Direction::Down => (rise(s / 0.9), rise((s - 0.1) / 0.9)),
        };
        [2.0 * self.tread * x, 2.0 * self.step * z + self.lift * bump(s)]
    }

    /// The least lift [m] with which the foot clears a nose.
    fn lift_over(&self, nose: Nose, clearance: f64) -> f64 {
        let foot = self.body.toe + self.body.heel;
        let mut most: f64 = 0.0;
        for k in 1..INSTANTS {
            let s = k as f64 / INSTANTS as f64;
            let (ball, pitch) = (self.ball(s), self.pitch(STANCE + (1.0 - STANCE) * s));
            let heel = [ball[0] - foot * pitch.cos(), ball[1] - foot * pitch.sin()];
            let (gap, last) = match nose {
                Nose::Middle([x, z]) if heel[0] <= x && x <= ball[0] => {
                    (ball[1] + pitch.tan() * (x - ball[0]) - z, false)
                }
                Nose::Landing([x, z]) if ball[0] >= x => (ball[1] - z, true),
                Nose::Leaving([x, z]) if heel[0] >= x => (heel[1] - z, true),
                // Until the ball has passed the nose it stays above its tread.
                Nose::Leaving([x, z]) if ball[0] < x => (ball[1] - z + clearance, false),
                _ => continue,
            };
            most = most.max((clearance - gap) / bump(s));
            if last {
                break;
            }
        }
        most
    }

    /// Ankle (x, z) [m] from a point that moves evenly along the line of the noses.
    fn ankle(&self, p: f64) -> [f64; 2] {
        let before = if self.direction == Direction::Up { 0.0 } else { -0.1 * self.body.height };
        let [x, z] = self.ball(swing(p));
        let start = self.body.toe + STANCE * self.tread + before;
        let ball = [start - 2.0 * self.tread * p + x, z - 2.0 * self.step * p];
        ankle_over(self.body, ball, self.body.toe, self.pitch(p))
    }

    fn samples(&self) -> Result<Vec<Angles>> {
        let mut hip = f64::INFINITY;
        for j in 0..SAMPLES {
            let [x, z] = self.ankle(phase(j));
            hip = hip.min(z + drop_to(self.body, x, KNEE_MIN.to_radians())?);
        }
        (0..SAMPLES)
            .map(|j| {
                let [x, z] = self.ankle(phase(j));
                inverse(self.body, [x, z - hip], self.pitch(phase(j)))
            })
            .collect()
    }
}
