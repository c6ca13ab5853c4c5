//! A pattern changed as asked, or the word that cannot be had and the range of it that can.

use crate::error::{Error, Result};
use crate::types::Sides;

use super::pattern::GaitPattern;
use super::shape_curves::{Base, Goal};
use super::shape_solve::solve_for;
use super::shape_words::{Kind, Pace, RangeOfMotion, STEP_LENGTH, Words, asked_asymmetry};

/// Parts of a word's limits in which a value that works is looked for, and in which a range is followed.
const PARTS: usize = 16;
/// Bisections of the part in which a range ends.
const BISECTIONS: usize = 7;

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
        let goal = Goal::of(words, &base)?;
        attempt(&base, &goal, range).map_err(|beyond| Refusal { base: &base, words, range }.error(beyond))
    }
}

impl Goal {
    /// What `words` ask for, the rest as the pattern has it.
    fn of(words: &Words, base: &Base<'_>) -> Result<Self> {
        let scaled = |asked: Option<Sides<f64>>, scale: fn(f64) -> f64| {
            asked.map_or([None; 2], |values| values.map(|value| Some(scale(value))))
        };
        Ok(Self {
            pace: Pace::asked(words, base.pace)?,
            asymmetry: asked_asymmetry(words, base.asymmetry.clamp(-1.0, 1.0))?,
            offset: words.phase_offset.unwrap_or(base.pattern.offset()),
            share: scaled(words.stance_share, |value| value),
            knee: scaled(words.knee_range_deg, f64::to_radians),
            hip: scaled(words.hip_range_deg, f64::to_radians),
            clearance: scaled(words.foot_clearance_cm, |value| 0.01 * value),
        })
    }
}

/// The pattern for `goal`, or the error of the joint that leaves `range` (absent where no pattern was found).
fn attempt(base: &Base<'_>, goal: &Goal, range: &RangeOfMotion) -> core::result::Result<GaitPattern, Option<Error>> {
    let pattern = solve_for(base, goal).ok_or(None)?;
    match pattern.within(&range.lower, &range.upper) {
        Ok(()) => Ok(pattern),
        Err(beyond) => Err(Some(beyond)),
    }
}

/// How a refused word is moved: as one number, or one side of it with the other as asked.
#[derive(Clone, Copy, Debug)]
enum Way {
    Together,
    Side(usize),
}

impl Way {
    /// The ways in which a word `asked` may be moved, the best to tell first.
    fn of(kind: Kind, asked: Sides<f64>) -> &'static [Self] {
        const EVEN: [Way; 3] = [Way::Together, Way::Side(0), Way::Side(1)];
        const UNEVEN: [Way; 3] = [Way::Side(0), Way::Side(1), Way::Together];
        match (kind.has_sides(), asked[0].to_bits() == asked[1].to_bits()) {
            (false, _) => &EVEN[..1],
            (true, true) => &EVEN,
            (true, false) => &UNEVEN,
        }
    }

    fn values(self, value: f64, asked: Sides<f64>) -> Sides<f64> {
        match self {
            Self::Together => [value; 2],
            Self::Side(0) => [value, asked[1]],
            Self::Side(_) => [asked[0], value],
        }
    }
}

/// Words that cannot be had together.
struct Refusal<'a> {
    base: &'a Base<'a>,
    words: &'a Words,
    range: &'a RangeOfMotion,
}

impl Refusal<'_> {
    /// The first word that fails when it joins those before it; where it has no value that works, the last one before
    /// it that has.
    fn error(&self, beyond: Option<Error>) -> Error {
        let mut joined = Words::default();
        let mut before = match self.attempt(&joined) {
            Ok(pattern) => pattern,
            Err(plain) => return beyond.or(plain).unwrap_or(self.unposed()),
        };
        let kinds = Kind::asked(self.words);
        for (k, &kind) in kinds.iter().enumerate() {
            kind.join(&mut joined, self.words);
            match self.attempt(&joined) {
                Ok(pattern) => before = pattern,
                Err(failed) => {
                    let told = self.reach(kind, &[joined], &before).or_else(|| self.earlier(&kinds[..k], kind));
                    return told.or(failed).or(beyond).unwrap_or(self.unposed());
                }
            }
        }
        beyond.unwrap_or(self.unposed())
    }

    /// The last of `kinds` that can be had together with `last` and those before it, with its range.
    fn earlier(&self, kinds: &[Kind], last: Kind) -> Option<Error> {
        (0..kinds.len()).rev().find_map(|j| {
            let mut joined = Words::default();
            kinds[..j].iter().chain([&last]).for_each(|kind| kind.join(&mut joined, self.words));
            let before = self.attempt(&joined).ok()?;
            let mut alone = Words::default();
            kinds[..=j].iter().for_each(|kind| kind.join(&mut alone, self.words));
            kinds[j].join(&mut joined, self.words);
            self.reach(kinds[j], &[joined, alone], &before)
        })
    }

    fn attempt(&self, words: &Words) -> core::result::Result<GaitPattern, Option<Error>> {
        let goal = Goal::of(words, self.base).map_err(Some)?;
        attempt(self.base, &goal, self.range)
    }

    /// The error that says which values of `kind` can be had with the other words of each of `joined`; `before` is the
    /// pattern without it.
    fn reach(&self, kind: Kind, joined: &[Words], before: &GaitPattern) -> Option<Error> {
        let asked = kind.get(joined.first()?)?;
        let word = kind.word();
        let own =
            before.describe(self.base.body.height).ok().and_then(|own| kind.measured(&own)).unwrap_or([f64::NAN; 2]);
        let works = |way: Way, value: f64| {
            joined.iter().all(|words| {
                let mut words = *words;
                kind.set(&mut words, way.values(value, asked));
                self.attempt(&words).is_ok()
            })
        };
        let ways = Way::of(kind, asked);
        let present = |&way: &Way| {
            let own = if let Way::Side(1) = way { own[1] } else { own[0] };
            ((word.min..=word.max).contains(&own) && works(way, own)).then_some((way, own))
        };
        let anywhere = |&way: &Way| {
            let near = if let Way::Side(1) = way { asked[1] } else { asked[0] };
            let mut values: Vec<f64> = (0..=PARTS).map(|k| word.part(k as f64 / PARTS as f64)).collect();
            values.sort_by(|a, b| (a - near).abs().total_cmp(&(b - near).abs()));
            values.into_iter().find(|&value| works(way, value)).map(|value| (way, value))
        };
        let (way, start) = ways.iter().find_map(present).or_else(|| ways.iter().find_map(anywhere))?;
        let even = asked[0].to_bits() == asked[1].to_bits();
        let part = (word.max - word.min) / PARTS as f64;
        // Towards the asked value nothing beyond it is looked at, so that it never lies in the range told.
        let ends = match way {
            Way::Together if !even => [word.min, word.max],
            Way::Side(1) if asked[1] < start => [asked[1], word.max],
            Way::Side(1) => [word.min, asked[1]],
            _ if asked[0] < start => [asked[0], word.max],
            _ => [word.min, asked[0]],
        };
        let [min, max] = ends.map(|end| followed(start, end, part, |value| works(way, value)));
        let outside = |side: &usize| !(min..=max).contains(&asked[*side]);
        let side = match way {
            Way::Side(side) => side,
            Way::Together => (0..2).find(outside)?,
        };
        let index = (!even || matches!(way, Way::Side(_))).then_some(side);
        Some(Error::OutOfRange { name: word.name, index, value: asked[side], min, max })
    }

    /// A base that cannot even be posed with its own step length.
    fn unposed(&self) -> Error {
        let step = self.base.pace.step;
        Error::OutOfRange { name: STEP_LENGTH.name, index: None, value: step, min: 0.0, max: 0.0 }
    }
}

/// The value farthest from `start`, which works, towards `end`, followed in steps no longer than `part`.
fn followed(start: f64, end: f64, part: f64, works: impl Fn(f64) -> bool) -> f64 {
    let steps = ((end - start).abs() / part).ceil();
    let (mut good, mut bad) = (start, None);
    for k in 1..=steps as usize {
        let next = if k as f64 == steps { end } else { start + (end - start) * (k as f64 / steps) };
        if !works(next) {
            bad = Some(next);
            break;
        }
        good = next;
    }
    let Some(mut bad) = bad else { return good };
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
        assert!(base().adjust(&own(max), HEIGHT, &tight).is_ok() && base().adjust(&own(min), HEIGHT, &tight).is_ok());
        assert!(base().adjust(&own(max + 0.1), HEIGHT, &tight).is_err());
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
