//! Samples of a stride, and values between samples.

use super::recording::RecordedSamples;
use super::tally::measured;

/// Longest gap across which a value is taken from both its neighbours [s].
const GAP_MAX: f64 = 0.1;

/// The samples of a stride, from its start up to its end.
pub(super) fn inside<'a, V>(
    samples: &RecordedSamples<'a, V>,
    start: f64,
    end: f64,
) -> impl Iterator<Item = (f64, &'a V)> + use<'a, V> {
    let first = samples.time.partition_point(|&t| t < start);
    let last = samples.time.partition_point(|&t| t < end).max(first);
    samples.time[first..last].iter().copied().zip(&samples.value[first..last])
}

/// The samples from one time to another, both included.
pub(super) fn between<'a, V>(
    samples: &RecordedSamples<'a, V>,
    from: f64,
    to: f64,
) -> impl Iterator<Item = (f64, &'a V)> + use<'a, V> {
    let first = samples.time.partition_point(|&t| t < from);
    let last = samples.time.partition_point(|&t| t <= to).max(first);
    samples.time[first..last].iter().copied().zip(&samples.value[first..last])
}

/// Where a time lies among samples.
pub(super) struct Place<'a, V> {
    at: &'a V,
    /// The sample after it and how far on the way to it the time lies; absent when the time is that of the sample.
    on: Option<(&'a V, f64)>,
}

impl<'a, V> Place<'a, V> {
    pub(super) fn new(samples: &RecordedSamples<'a, V>, t: f64) -> Option<Self> {
        let after = samples.time.partition_point(|&time| time <= t);
        let at = after.checked_sub(1)?;
        let time = samples.time[at];
        if time == t {
            return Some(Self { at: &samples.value[at], on: None });
        }
        let gap = samples.time.get(after)? - time;
        let on = Some((samples.value.get(after)?, (t - time) / gap));
        (gap <= GAP_MAX).then_some(Self { at: &samples.value[at], on })
    }

    /// The number that `get` takes out of a sample, at this time.
    pub(super) fn value(&self, get: impl Fn(&V) -> f64) -> Option<f64> {
        let x = measured(Some(get(self.at)))?;
        let Some((next, part)) = self.on else { return Some(x) };
        Some(x + part * (measured(Some(get(next)))? - x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_between_samples_needs_both_and_no_gap() {
        let samples = RecordedSamples { time: &[0.0, 0.1, 0.2, 0.5], value: &[0.0, 1.0, f64::NAN, 4.0] };
        let at = |t: f64| Place::new(&samples, t).and_then(|place| place.value(|x| *x));
        assert_eq!([at(-0.1), at(0.0), at(0.05), at(0.1)], [None, Some(0.0), Some(0.5), Some(1.0)]);
        assert_eq!([at(0.15), at(0.2), at(0.3), at(0.5), at(0.6)], [None, None, None, Some(4.0), None]);
    }
}
