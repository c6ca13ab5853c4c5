//! A pattern changed as asked, or the word that cannot be had and the range of it that can.

use crate::error::{Error, Result};
use crate::types::Sides;

use super::pattern::GaitPattern;
use super::shape_curves::{Base, Goal};
use super::shape_solve::solve_for;
use super::shape_words::{
    ASYMMETRY, CADENCE, CLEARANCE, HIP, KNEE, OFFSET, Pace, RangeOfMotion, SHARE, SPEED, STEP_LENGTH, Word, Words,
    asked_asymmetry,
};

/// Bisections towards each end of what can be reached.
const BISECTIONS: usize = 20;

/// A measure that is asked of one side or of both.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measure {
    Share,
    Offset,
    Pace,
    Asymmetry,
    Knee,
    Hip,
    Clearance,
}

/// One word as it was asked: of one side, or of both (absent).
#[derive(Clone, Copy, Debug)]
struct Asked {
    measure: Measure,
    word: Word,
    side: Option<usize>,
    /// In the word's own unit.
    value: f64,
}

impl GaitPattern {
    /// The pattern changed in a therapist's `words`, for a person of `height` [m], 1.0 to 2.3, who may be moved within
    /// `range`. Measured by [`GaitPattern::describe`], each word is met, all at once; the foot goes back as fast as the
    /// belt from its contact to the other foot's.
    ///
    /// Of step length, cadence and speed two decide; the others follow from the pattern's own speed, and where speed
    /// alone is asked, from its own step length.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first word outside its range, words that contradict each other, or the word
    /// that cannot be reached within `range`, with what can.
    pub fn adjust(&self, words: &Words, height: f64, range: &RangeOfMotion) -> Result<Self> {
        words.check()?;
        let base = Base::new(self, height)?;
        let pace = Pace::asked(words, base.pace)?;
        let asymmetry = ASYMMETRY.check(asked_asymmetry(words, base.asymmetry.clamp(-1.0, 1.0))?)?;
        let asked = listed(words, pace, asymmetry, &base);
        let plain = Goal::plain(&base);
        let mut goal = plain;
        for word in &asked {
            word.put(&mut goal, word.value, pace);
        }
        match attempt(&base, &goal, range) {
            Ok(pattern) => Ok(pattern),
            Err(beyond) => Err(refusal(&base, &asked, pace, range, beyond)),
        }
    }
}

impl Goal {
    /// The pattern's own step lengths and offset, nothing else asked.
    fn plain(base: &Base<'_>) -> Self {
        let (asymmetry, none) = (base.asymmetry.clamp(-1.0, 1.0), [None; 2]);
        let offset = base.pattern.offset();
        Self { pace: base.pace, asymmetry, offset, share: none, knee: none, hip: none, clearance: none }
    }
}

impl Asked {
    /// Writes `value` [the word's unit] into `goal`.
    fn put(&self, goal: &mut Goal, value: f64, pace: Pace) {
        let into = |field: &mut Sides<Option<f64>>, value: f64| {
            for (side, field) in field.iter_mut().enumerate() {
                if self.side.is_none_or(|only| only == side) {
                    *field = Some(value);
                }
            }
        };
        match self.measure {
            Measure::Share => into(&mut goal.share, value),
            Measure::Knee => into(&mut goal.knee, value.to_radians()),
            Measure::Hip => into(&mut goal.hip, value.to_radians()),
            Measure::Clearance => into(&mut goal.clearance, 0.01 * value),
            Measure::Offset => goal.offset = value,
            Measure::Asymmetry => goal.asymmetry = value,
            Measure::Pace => goal.pace = self.pace(value, pace),
        }
    }

    /// The pace with this word at `value`; step length stays with a speed, speed with the others, as asked.
    fn pace(&self, value: f64, pace: Pace) -> Pace {
        match self.word.name {
            "cadence" => Pace { step: 60.0 * pace.speed / value, ..pace },
            "speed" => Pace { speed: value, ..pace },
            _ => Pace { step: value, ..pace },
        }
    }

    /// The error that says what can be reached; two step lengths were asked by their ratio, and are told as the left one.
    fn refused(&self, pace: Pace, min: f64, max: f64) -> Error {
        let Self { measure, word, side, value } = *self;
        if measure == Measure::Asymmetry && word.name == STEP_LENGTH.name {
            let left = |ratio: f64| 2.0 * pace.step * ratio.exp() / (1.0 + ratio.exp());
            let [value, min, max] = [value, min, max].map(left);
            return Error::OutOfRange { name: word.name, index: Some(0), value, min, max };
        }
        Error::OutOfRange { name: word.name, index: side, value, min, max }
    }

    /// The value this word has in `pattern` without being asked.
    fn unasked(&self, base: &Base<'_>, pattern: &GaitPattern) -> Option<f64> {
        let own = pattern.describe(base.body.height).ok()?;
        let side = self.side.unwrap_or(0);
        Some(match self.measure {
            Measure::Share => own.stance_share[side],
            Measure::Knee => own.knee_range[side].to_degrees(),
            Measure::Hip => own.hip_range[side].to_degrees(),
            Measure::Clearance => 100.0 * own.foot_clearance[side],
            Measure::Offset => own.phase_offset,
            Measure::Asymmetry => own.asymmetry?,
            Measure::Pace => match self.word.name {
                "cadence" => 60.0 * base.pace.speed / base.pace.step,
                "speed" => base.pace.speed,
                _ => base.pace.step,
            },
        })
    }
}

/// The words in the order in which they are tried.
fn listed(words: &Words, pace: Pace, asymmetry: f64, base: &Base<'_>) -> Vec<Asked> {
    let mut out = Vec::new();
    let pair = |out: &mut Vec<Asked>, measure, word, asked: Option<Sides<f64>>| match asked {
        Some([left, right]) if left.to_bits() == right.to_bits() => {
            out.push(Asked { measure, word, side: None, value: left });
        }
        Some(values) => {
            out.extend([0, 1].map(|side| Asked { measure, word, side: Some(side), value: values[side] }));
        }
        None => {}
    };
    let single = |measure, word, value| Asked { measure, word, side: None, value };
    pair(&mut out, Measure::Share, SHARE, words.stance_share);
    out.extend(words.phase_offset.map(|value| single(Measure::Offset, OFFSET, value)));
    out.extend(words.pace_word().map(|(word, _)| match word.name {
        "cadence" => single(Measure::Pace, CADENCE, 60.0 * pace.speed / pace.step),
        "speed" => single(Measure::Pace, SPEED, pace.speed),
        _ => single(Measure::Pace, STEP_LENGTH, pace.step),
    }));
    if words.asymmetry.is_some() || asymmetry.to_bits() != base.asymmetry.to_bits() {
        let word = if words.asymmetry.is_some() { ASYMMETRY } else { Word { name: STEP_LENGTH.name, ..ASYMMETRY } };
        out.push(single(Measure::Asymmetry, word, asymmetry));
    }
    pair(&mut out, Measure::Knee, KNEE, words.knee_range_deg);
    pair(&mut out, Measure::Hip, HIP, words.hip_range_deg);
    pair(&mut out, Measure::Clearance, CLEARANCE, words.foot_clearance_cm);
    out
}

/// The pattern for `goal`, or the error of the joint that leaves `range` (absent where no pattern was found).
fn attempt(base: &Base<'_>, goal: &Goal, range: &RangeOfMotion) -> core::result::Result<GaitPattern, Option<Error>> {
    let pattern = solve_for(base, goal).ok_or(None)?;
    match pattern.within(&range.lower, &range.upper) {
        Ok(()) => Ok(pattern),
        Err(beyond) => Err(Some(beyond)),
    }
}

/// Why the words together cannot be had: the first that fails when it joins those before it.
fn refusal(base: &Base<'_>, asked: &[Asked], pace: Pace, range: &RangeOfMotion, beyond: Option<Error>) -> Error {
    let mut goal = Goal::plain(base);
    let mut before = match attempt(base, &goal, range) {
        Ok(pattern) => pattern,
        Err(plain) => return beyond.or(plain).unwrap_or(unposed(base)),
    };
    for word in asked {
        let without = goal;
        word.put(&mut goal, word.value, pace);
        match attempt(base, &goal, range) {
            Ok(pattern) => before = pattern,
            Err(_) => {
                let own = word.unasked(base, &before).unwrap_or(word.value);
                let works = |value: f64| {
                    let mut goal = without;
                    word.put(&mut goal, value, pace);
                    attempt(base, &goal, range).is_ok()
                };
                // Towards the asked value nothing beyond it is looked at, so that it never lies in the range told.
                let (low, high) = (word.word.min, word.word.max);
                let ends = if word.value < own { [word.value, high] } else { [low, word.value] };
                let [min, max] = ends.map(|end| reached(own, end, works));
                return word.refused(pace, min, max);
            }
        }
    }
    beyond.unwrap_or(unposed(base))
}

/// A base that cannot even be posed with its own step length.
fn unposed(base: &Base<'_>) -> Error {
    let step = base.pace.step;
    Error::OutOfRange { name: STEP_LENGTH.name, index: None, value: step, min: 0.0, max: 0.0 }
}

/// The value farthest from `own` towards `limit` that works.
fn reached(own: f64, limit: f64, works: impl Fn(f64) -> bool) -> f64 {
    if works(limit) {
        return limit;
    }
    let (mut good, mut bad) = (own, limit);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (good + bad);
        if works(middle) { good = middle } else { bad = middle }
    }
    good
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::body::Body;

    const HEIGHT: f64 = 1.72;

    fn wide() -> RangeOfMotion {
        let (lower, upper) = ([-0.8, -0.3, -0.9], [1.4, 2.0, 0.9]);
        RangeOfMotion::new(core::array::from_fn(|j| lower[j % 3]), core::array::from_fn(|j| upper[j % 3])).unwrap()
    }

    fn base() -> GaitPattern {
        GaitPattern::koopman(0.8, HEIGHT, 8.0_f64.to_radians(), None).unwrap()
    }

    fn met(asked: Option<Sides<f64>>, got: Sides<f64>, tolerance: f64) -> bool {
        asked.is_none_or(|asked| (0..2).all(|s| (asked[s] - got[s]).abs() < tolerance))
    }

    fn check(words: &Words, changed: &GaitPattern) {
        let own = changed.describe(HEIGHT).unwrap();
        assert!(met(words.step_length, own.step_length, 1e-9), "{words:?} {own:?}");
        assert!(met(words.foot_clearance_cm, own.foot_clearance.map(|m| 100.0 * m), 1e-7), "{words:?} {own:?}");
        assert!(met(words.knee_range_deg, own.knee_range.map(f64::to_degrees), 1e-7), "{words:?} {own:?}");
        assert!(met(words.hip_range_deg, own.hip_range.map(f64::to_degrees), 1e-7), "{words:?} {own:?}");
        assert!(met(words.stance_share, own.stance_share, 1e-8), "{words:?} {own:?}");
        assert!(words.asymmetry.is_none_or(|a| (a - own.asymmetry.unwrap()).abs() < 1e-8), "{words:?} {own:?}");
        // Speed, cadence and step length belong together, and the stance foot goes with the belt.
        let speed = own.speed.unwrap();
        assert!((0.5 * (own.step_length[0] + own.step_length[1]) * own.cadence / 60.0 - speed).abs() < 1e-9);
        assert!(own.stance_speed.iter().all(|v| (v / speed - 1.0).abs() < 1e-3), "{own:?}");
        let body = Body::new(75.0, HEIGHT).unwrap();
        let ankle = |phase: f64| body.leg(changed.leg(0, phase)[0], 0.0).ankle[0];
        let until = 1.0 - changed.offset();
        for k in 0..20 {
            let (from, to) = (0.05 * f64::from(k) * until, 0.05 * f64::from(k + 1) * until);
            let mean = (ankle(from) - ankle(to)) / (to - from) * changed.stride_rate();
            assert!((mean / speed - 1.0).abs() < 0.02, "{k} {mean} {speed}");
        }
    }

    #[test]
    fn each_word_alone_is_met() {
        let none = Words::default();
        let alone = [
            none,
            Words { step_length: Some([0.5; 2]), ..none },
            Words { step_length: Some([0.45, 0.52]), ..none },
            Words { foot_clearance_cm: Some([3.0; 2]), ..none },
            Words { foot_clearance_cm: Some([2.0, 4.0]), ..none },
            Words { knee_range_deg: Some([50.0, 65.0]), ..none },
            Words { hip_range_deg: Some([42.0, 45.0]), ..none },
            Words { stance_share: Some([0.66; 2]), ..none },
            Words { stance_share: Some([0.61, 0.68]), ..none },
            Words { cadence: Some(90.0), ..none },
            Words { speed: Some(0.6), ..none },
            Words { asymmetry: Some(0.2), ..none },
            Words { phase_offset: Some(0.45), ..none },
        ];
        for words in alone {
            check(&words, &base().adjust(&words, HEIGHT, &wide()).unwrap());
        }
    }

    #[test]
    fn several_words_are_met_at_once() {
        let mut state = 7_u64;
        let mut draw = |low: f64, high: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            low + (high - low) * (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut solved = 0;
        for _ in 0..20 {
            let words = Words {
                step_length: Some([draw(0.42, 0.52); 2]),
                asymmetry: Some(draw(-0.15, 0.15)),
                cadence: Some(draw(80.0, 110.0)),
                phase_offset: Some(draw(0.47, 0.53)),
                foot_clearance_cm: Some([draw(2.0, 4.5), draw(2.0, 4.5)]),
                knee_range_deg: Some([draw(55.0, 68.0), draw(55.0, 68.0)]),
                hip_range_deg: Some([draw(40.0, 46.0), draw(40.0, 46.0)]),
                stance_share: Some([draw(0.62, 0.67), draw(0.62, 0.67)]),
                speed: None,
            };
            if let Ok(changed) = base().adjust(&words, HEIGHT, &wide()) {
                let unpaired = Words { step_length: None, ..words };
                check(&unpaired, &changed);
                solved += 1;
            }
        }
        assert!(solved >= 19, "{solved} of 20");
    }

    #[test]
    fn what_cannot_be_reached_is_refused_with_what_can() {
        let tight = RangeOfMotion::new([-0.6, -0.1, -0.6, -0.6, -0.1, -0.6], [0.8, 1.1, 0.6, 0.8, 1.1, 0.6]).unwrap();
        let words = Words { knee_range_deg: Some([80.0; 2]), ..Words::default() };
        let error = base().adjust(&words, HEIGHT, &tight).unwrap_err();
        let (name, min, max) = match error {
            Error::OutOfRange { name, min, max, .. } => (name, min, max),
            _ => ("", 0.0, 0.0),
        };
        assert_eq!(name, "knee_range_deg");
        assert!(min < 50.0 && max > 55.0 && max < 80.0, "{min} {max}");
        let own = |deg: f64| Words { knee_range_deg: Some([deg; 2]), ..Words::default() };
        assert!(base().adjust(&own(max - 1e-3), HEIGHT, &tight).is_ok());
        assert!(base().adjust(&own(max + 1e-3), HEIGHT, &tight).is_err());
        let narrow = RangeOfMotion::new([-0.1; 6], [0.1; 6]).unwrap();
        let error = base().adjust(&Words::default(), HEIGHT, &narrow).unwrap_err().to_string();
        assert!(error.starts_with("adjusted knee_l must lie in [-0.1, 0.1]"), "{error}");
    }

    #[test]
    fn contradictions_are_refused_and_agreement_taken() {
        let none = Words::default();
        let three = Words { step_length: Some([0.5; 2]), cadence: Some(100.0), ..none };
        let message = |words: &Words| base().adjust(words, HEIGHT, &wide()).unwrap_err().to_string();
        assert!(message(&Words { speed: Some(0.8), ..three }).starts_with("speed must lie in [0.83"));
        assert!(base().adjust(&Words { speed: Some(50.0 / 60.0), ..three }, HEIGHT, &wide()).is_ok());
        let pair = Words { step_length: Some([0.4, 0.5]), asymmetry: Some(0.1), ..none };
        assert!(message(&pair).starts_with("asymmetry must lie in [-0.22"));
        assert!(message(&Words { cadence: Some(20.0), ..none }).starts_with("step_length must lie in"));
        assert!(message(&Words { hip_range_deg: Some([f64::NAN; 2]), ..none }).starts_with("hip_range_deg must lie"));
        assert!(message(&Words { stance_share: Some([0.6, 0.9]), ..none }).ends_with("got 0.9 at index 1"));
    }
}
