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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_at_its_first_input_and_approaches_geometrically() {
        let mut filter = LowPass::new(1.0);
        assert_eq!(filter.step(2.0, 0.5), 2.0);
        assert_eq!(filter.step(4.0, 0.5), 3.0);
        assert_eq!(filter.step(f64::NAN, 0.5), 3.0);
        assert_eq!(filter.step(5.0, 10.0), 5.0);
    }
}
