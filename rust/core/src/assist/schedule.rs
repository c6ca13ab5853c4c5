//! What a session asks for, as a pure function.

use crate::error::{Error, Result, in_range};

/// Most points of a table.
const POINTS: usize = 64;
const WARM_UP: [f64; 2] = [10.0, 1800.0];

/// Tables and rates of a [`Schedule`].
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleParams {
    /// Sessions of the tables' points, `1..=10000`, increasing, 1 to 64 of them.
    pub sessions: Vec<f64>,
    /// Body-weight support [-], `0..=1`.
    pub support: Vec<f64>,
    /// Guidance [-], `0..=1`.
    pub guidance: Vec<f64>,
    /// Speed [m/s], `0..=3`.
    pub speed: Vec<f64>,
    /// Duration of a session [s], `600..=7200`.
    pub duration: f64,
    /// Time in which speed comes up [s], `10..=1800`.
    pub warm_up: f64,
    /// Time in which it goes down [s], `10..=1800`.
    pub cool_down: f64,
    /// Share of the speed at both ends [-], `0..=1`.
    pub start_share: f64,
    /// Guidance that a good gait does not go below [-], `0..=1`.
    pub guidance_floor: f64,
    /// Fall of guidance while the gait is within limits [1/s], `0..=0.01`.
    pub guidance_ease: f64,
    /// Steps from which the challenge grows, `0..=100000`.
    pub challenge_steps: f64,
    /// Steps over which it grows to 1, `1..=100000`.
    pub challenge_ramp: f64,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// Body-weight support [-].
    pub support: f64,
    /// Guidance [-].
    pub guidance: f64,
    /// Speed [m/s].
    pub speed: f64,
    /// Challenge [-], 0 to 1.
    pub challenge: f64,
}

/// Support, guidance and speed over sessions, and their course within one.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    params: ScheduleParams,
}

fn each_in_range(name: &'static str, values: &[f64], min: f64, max: f64) -> Result<()> {
    match values.iter().position(|v| !(min..=max).contains(v)) {
        None => Ok(()),
        Some(i) => Err(Error::OutOfRange { name, index: Some(i), value: values[i], min, max }),
    }
}

fn check_sessions(sessions: &[f64]) -> Result<()> {
    if !(1..=POINTS).contains(&sessions.len()) {
        return Err(Error::Length { name: "sessions", got: sessions.len(), min: 1, max: POINTS });
    }
    each_in_range("sessions", sessions, 1.0, 10_000.0)?;
    match (1..sessions.len()).find(|&i| sessions[i] <= sessions[i - 1]) {
        None => Ok(()),
        Some(index) => {
            let (value, previous) = (sessions[index], sessions[index - 1]);
            Err(Error::NotIncreasing { name: "sessions", index, value, previous })
        }
    }
}

impl Schedule {
    /// A schedule from its tables.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::OutOfRange`] or [`Error::NotIncreasing`] naming the first parameter that is refused.
    pub fn new(params: ScheduleParams) -> Result<Self> {
        let p = &params;
        check_sessions(&p.sessions)?;
        let n = p.sessions.len();
        for (name, values, max) in
            [("support", &p.support, 1.0), ("guidance", &p.guidance, 1.0), ("speed", &p.speed, 3.0)]
        {
            if values.len() != n {
                return Err(Error::Length { name, got: values.len(), min: n, max: n });
            }
            each_in_range(name, values, 0.0, max)?;
        }
        in_range("duration", p.duration, 600.0, 7200.0)?;
        in_range("warm_up", p.warm_up, WARM_UP[0], WARM_UP[1])?;
        in_range("cool_down", p.cool_down, 10.0, 1800.0)?;
        in_range("start_share", p.start_share, 0.0, 1.0)?;
        in_range("guidance_floor", p.guidance_floor, 0.0, 1.0)?;
        in_range("guidance_ease", p.guidance_ease, 0.0, 0.01)?;
        in_range("challenge_steps", p.challenge_steps, 0.0, 100_000.0)?;
        in_range("challenge_ramp", p.challenge_ramp, 1.0, 100_000.0)?;
        if p.warm_up + p.cool_down > p.duration {
            let (min, max) = (WARM_UP[0], WARM_UP[1].min(p.duration - p.cool_down));
            return Err(Error::OutOfRange { name: "warm_up", index: None, value: p.warm_up, min, max });
        }
        Ok(Self { params })
    }

    fn table(&self, values: &[f64], session: f64) -> f64 {
        let s = &self.params.sessions;
        let upper = s.partition_point(|&point| point <= session);
        if upper == 0 {
            return values[0];
        }
        if upper == s.len() {
            return values[upper - 1];
        }
        let r = (session - s[upper - 1]) / (s[upper] - s[upper - 1]);
        (1.0 - r) * values[upper - 1] + r * values[upper]
    }

    /// What is asked for in a session after a time [s] and a number of steps, `within_limits` [s] of good gait behind.
    #[must_use]
    pub fn at(&self, session: f64, time: f64, steps: f64, within_limits: f64) -> Goal {
        let p = &self.params;
        let or = |x: f64, instead: f64| if x.is_finite() { x } else { instead };
        let (session, time) = (or(session, 1.0), or(time, 0.0).clamp(0.0, p.duration));
        let guidance = self.table(&p.guidance, session);
        let eased = guidance - p.guidance_ease * or(within_limits, 0.0).max(0.0);
        let up = (time / p.warm_up).min(1.0);
        let down = ((p.duration - time) / p.cool_down).min(1.0);
        let share = p.start_share + (1.0 - p.start_share) * up.min(down);
        Goal {
            support: self.table(&p.support, session),
            guidance: eased.max(guidance.min(p.guidance_floor)),
            speed: share * self.table(&p.speed, session),
            challenge: ((or(steps, 0.0) - p.challenge_steps) / p.challenge_ramp).clamp(0.0, 1.0),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn tables_warm_up_and_challenge() {
        let params = ScheduleParams {
            sessions: vec![1.0, 5.0],
            support: vec![0.4, 0.2],
            guidance: vec![1.0, 0.6],
            speed: vec![0.5, 0.9],
            duration: 1800.0,
            warm_up: 300.0,
            cool_down: 120.0,
            start_share: 0.5,
            guidance_floor: 0.3,
            guidance_ease: 0.001,
            challenge_steps: 750.0,
            challenge_ramp: 250.0,
        };
        let plan = Schedule::new(params.clone()).unwrap();
        let goal = plan.at(3.0, 150.0, 875.0, 100.0);
        for (got, want) in [(goal.support, 0.3), (goal.guidance, 0.7), (goal.speed, 0.525), (goal.challenge, 0.5)] {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
        assert_eq!(plan.at(f64::NAN, 1e9, f64::INFINITY, f64::NAN).speed, 0.25);
        let refused = |p: ScheduleParams| Schedule::new(p).unwrap_err().to_string();
        assert_eq!(
            refused(ScheduleParams { sessions: vec![], ..params.clone() }),
            "sessions must have length 1 to 64, got 0"
        );
        assert_eq!(
            refused(ScheduleParams { duration: 600.0, warm_up: 500.0, ..params }),
            "warm_up must lie in [10, 480], got 500"
        );
    }
}
