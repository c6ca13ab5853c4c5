//! What the movement of a side looks like over its stride.

/// Features that are compared: the signal and its leaky integral.
pub(super) const FEATURES: usize = 2;
/// Bins over a stride.
pub(super) const BINS: usize = 40;
/// A variance up to this says that a feature does not move.
const STILL: f64 = 1e-12;
/// Share of the size of a waveform by which every stride is taken to differ.
const VARIED: f64 = 0.4;
/// Share of the size of a waveform within which the signal rests.
pub(super) const REST: f64 = 0.25;
/// Most squared deviations that count.
const FAR: f64 = 16.0;

/// One stride, per feature at the middle of each bin.
pub(super) type Stride = [[f64; BINS]; FEATURES];

/// Value, slope [per cycle] and variance of a waveform at a phase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) variance: f64,
}

impl Point {
    /// Whether the feature moves enough to tell something.
    #[inline]
    pub(super) fn tells(&self) -> bool {
        self.variance > STILL
    }
}

/// Squared deviation in units of the variance, bounded.
#[inline]
pub(super) fn deviation(off: f64, variance: f64) -> f64 {
    (off * off / variance).min(FAR)
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Feature {
    mean: [f64; BINS],
    variance: [f64; BINS],
    size: f64,
}

impl Feature {
    fn floor(&self) -> f64 {
        (VARIED * self.size) * (VARIED * self.size)
    }

    fn learn(&mut self, stride: &[f64; BINS], strides: u32) {
        let gain = (1.0 / (f64::from(strides) + 1.0)).max(0.25);
        let spread = (1.0 / (f64::from(strides) + 2.0)).max(0.25);
        for ((mean, variance), value) in self.mean.iter_mut().zip(&mut self.variance).zip(stride) {
            let off = value - *mean;
            *variance += spread * ((1.0 - gain) * (off * off) - *variance);
            *mean += gain * off;
        }
        let middle = self.mean.iter().sum::<f64>() / BINS as f64;
        let square = self.mean.iter().map(|m| (m - middle) * (m - middle)).sum::<f64>() / BINS as f64;
        self.size = square.sqrt();
        if strides == 0 {
            self.variance = [(0.3 * self.size) * (0.3 * self.size); BINS];
        }
    }
}

/// Mean and variance of each feature over the stride.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Waveform {
    features: [Feature; FEATURES],
    /// Strides learned.
    pub(super) strides: u32,
}

impl Waveform {
    pub(super) fn new() -> Self {
        let empty = Feature { mean: [0.0; BINS], variance: [0.0; BINS], size: 0.0 };
        Self { features: [empty; FEATURES], strides: 0 }
    }

    /// Size of the signal: its standard deviation over the stride.
    #[inline]
    pub(super) fn size(&self) -> f64 {
        self.features[0].size
    }

    /// Longest rest of the signal in two rounds, in strides.
    pub(super) fn quiet_share(&self) -> f64 {
        let Feature { mean, size, .. } = &self.features[0];
        let (mut anchor, mut quiet, mut longest) = (mean[0], 0_u32, 0_u32);
        for value in mean.iter().chain(mean) {
            if (value - anchor).abs() > REST * size {
                (anchor, quiet) = (*value, 0);
            } else {
                quiet += 1;
            }
            longest = longest.max(quiet);
        }
        f64::from(longest) / BINS as f64
    }

    /// How far a stride is from the waveform, in mean squared deviations.
    pub(super) fn misfit(&self, stride: &Stride) -> f64 {
        let mut sum = 0.0;
        for (feature, values) in self.features.iter().zip(stride) {
            for ((mean, variance), value) in feature.mean.iter().zip(&feature.variance).zip(values) {
                let variance = variance + feature.floor();
                sum += if variance > STILL { deviation(value - mean, variance) } else { 0.0 };
            }
        }
        sum / (FEATURES * BINS) as f64
    }

    pub(super) fn learn(&mut self, stride: &Stride) {
        for (feature, values) in self.features.iter_mut().zip(stride) {
            feature.learn(values, self.strides);
        }
        self.strides = self.strides.saturating_add(1);
    }

    /// A feature at a phase in `[0, 1)`, between the middles of two bins.
    #[inline]
    pub(super) fn at(&self, feature: usize, phase: f64) -> Point {
        let place = BINS as f64 * phase - 0.5;
        // From the middle of the first bin on, cutting off rounds down.
        let whole = place as u32;
        let (bin, floor) = if place < 0.0 { (BINS - 1, -1.0) } else { (whole as usize % BINS, f64::from(whole)) };
        let a = place - floor;
        let b = 1.0 - a;
        let Feature { mean, variance, .. } = &self.features[feature];
        let [before, next, after] = [bin + BINS - 1, bin + 1, bin + 2].map(|i| i % BINS);
        let slope = 0.5 * (mean[next] - mean[before]) * b + 0.5 * (mean[after] - mean[bin]) * a;
        Point {
            value: mean[bin] * b + mean[next] * a,
            slope: BINS as f64 * slope,
            variance: variance[bin] * b + variance[next] * a + self.features[feature].floor(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::TAU;

    fn wave(offset: f64) -> Stride {
        let phase = |i: usize| TAU * (i as f64 + 0.5) / BINS as f64;
        [core::array::from_fn(|i| offset + phase(i).sin()), core::array::from_fn(|i| phase(i).cos())]
    }

    #[test]
    fn gives_back_what_it_learned() {
        let mut waveform = Waveform::new();
        waveform.learn(&wave(2.0));
        for k in 0..1000 {
            let phase = f64::from(k) / 1000.0;
            let point = waveform.at(0, phase);
            assert!((point.value - 2.0 - (TAU * phase).sin()).abs() < 4e-3);
            assert!((point.slope - TAU * (TAU * phase).cos()).abs() < 0.06);
            assert!(point.tells());
        }
        assert!((waveform.size() - 0.5_f64.sqrt()).abs() < 1e-12);
        assert!(waveform.misfit(&wave(2.0)) < 1e-12);
        assert!(waveform.misfit(&wave(4.0)) > 5.0);
    }

    #[test]
    fn a_still_signal_tells_nothing() {
        let mut waveform = Waveform::new();
        waveform.learn(&[[0.3; BINS]; FEATURES]);
        assert!(!waveform.at(0, 0.5).tells());
        assert_eq!(waveform.misfit(&wave(0.0)), 0.0);
    }
}
