//! Filters shared by rooms.

/// First-order low-pass that starts at its first input instead of at zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowPass {
    time_constant: f64,
    state: Option<f64>,
}

impl LowPass {
    /// A filter of time constant [s] `time_constant`; zero passes its input through.
    #[must_use]
    pub fn new(time_constant: f64) -> Self {
        Self { time_constant, state: None }
    }

    /// One step of `dt` [s]: `y += (x - y) min(1, dt / time_constant)`; an input that is not finite is not taken.
    pub fn step(&mut self, x: f64, dt: f64) -> f64 {
        if !x.is_finite() {
            return self.state.unwrap_or(0.0);
        }
        let y = match self.state {
            None => x,
            Some(y) if self.time_constant > 0.0 => y + (x - y) * (dt / self.time_constant).min(1.0),
            Some(_) => x,
        };
        self.state = Some(y);
        y
    }

    /// Last output, absent before the first input.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.state
    }

    /// Forgets everything; the next input is taken as it is.
    pub fn reset(&mut self) {
        self.state = None;
    }
}

/// What a band-pass is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Its middle, in half turns per second [1/s]: pi times the frequency.
    pub rate: f64,
    /// Its width as a share of its middle [-].
    pub width: f64,
    /// Time constant of the mean of what passes [s].
    pub mean: f64,
}

/// A band over one step of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandStep {
    gain: f64,
    width: f64,
    inverse: f64,
    share: f64,
}

impl Band {
    /// What a step of `dt` [s], 0 to 1, needs of it.
    #[must_use]
    pub fn step(&self, dt: f64) -> BandStep {
        let gain = self.rate * dt;
        let inverse = 1.0 / (1.0 + gain * (gain + self.width));
        BandStep { gain, width: self.width, inverse, share: (dt / self.mean).min(1.0) }
    }
}

/// Mean square of what passes a band: two equal sections of second order in series, each by the trapezoidal rule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BandPower {
    sections: [[f64; 2]; 2],
    power: f64,
}

impl BandPower {
    /// Takes `x`, of a magnitude up to 1e6; gives the mean square in the unit of `x`, squared.
    pub fn step(&mut self, x: f64, band: &BandStep) -> f64 {
        let mut y = x;
        for [s1, s2] in &mut self.sections {
            let v1 = band.inverse * (*s1 + band.gain * (y - *s2));
            let v2 = *s2 + band.gain * v1;
            *s1 = 2.0 * v1 - *s1;
            *s2 = 2.0 * v2 - *s2;
            y = band.width * v1;
        }
        self.power += (y * y - self.power) * band.share;
        self.power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root mean square of a sine of amplitude 1 after 3 s, sampled at `rate` [Hz].
    fn heard(band: Band, frequency: f64, rate: f64) -> f64 {
        let mut power = BandPower::default();
        let step = band.step(1.0 / rate);
        let ticks = (3.0 * rate) as u32;
        let sine = |k: u32| (core::f64::consts::TAU * frequency * f64::from(k) / rate).sin();
        (0..ticks).map(|k| power.step(sine(k), &step)).last().unwrap_or(f64::NAN).sqrt()
    }

    #[test]
    fn a_band_hears_its_middle_and_little_else() {
        let band = Band { rate: core::f64::consts::PI * 20.0, width: 1.5, mean: 0.5 };
        // Two sections of gain 1 / (1 + ((f/f0 - f0/f) / k)^2) each, of a root mean square of sqrt(1/2).
        for (frequency, want) in [(20.0, 0.707), (10.0, 0.354), (40.0, 0.354), (2.0, 0.016)] {
            assert!((heard(band, frequency, 10_000.0) - want).abs() < 0.01, "{frequency}");
        }
        assert!((heard(band, 20.0, 1000.0) - 0.707).abs() < 0.01);
    }

    #[test]
    fn a_band_stays_finite_and_stands_still_with_time() {
        let band = Band { rate: 62.8, width: 1.5, mean: 0.03 };
        let mut power = BandPower::default();
        for k in 0..10_000_u32 {
            let x = if k % 3 == 0 { 1e6 } else { -1e6 };
            assert!(power.step(x, &band.step(0.02)).is_finite());
        }
        let before = power;
        power.step(3.0, &band.step(0.0));
        assert_eq!(power, before);
    }

    #[test]
    fn starts_at_its_first_input_and_approaches_geometrically() {
        let mut filter = LowPass::new(1.0);
        assert_eq!(filter.step(2.0, 0.5), 2.0);
        assert_eq!(filter.step(4.0, 0.5), 3.0);
        assert_eq!(filter.step(f64::NAN, 0.5), 3.0);
        assert_eq!(filter.step(5.0, 10.0), 5.0);
    }
}
