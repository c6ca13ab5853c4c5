//! Pace of running time: 1, on its way to 0 when frozen, or on its way back, with bounded change of its change.

/// Pace [-] and its derivative [1/s], now and planned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Magnitude of the second derivative [1/s²].
    bend: f64,
    /// Pace and derivative where the profile begins.
    start: [f64; 2],
    /// Aim, 0 or 1.
    aim: f64,
    /// Sign of the first part.
    sign: f64,
    /// Duration of the first part [s].
    first: f64,
    /// Duration of the second part [s].
    second: f64,
    /// Time since the profile began [s].
    elapsed: f64,
}

impl Pace {
    /// Full pace; freezing from rest takes `freeze_time` [s].
    pub fn new(freeze_time: f64) -> Self {
        let bend = 4.0 / (freeze_time * freeze_time);
        Self { bend, start: [1.0, 0.0], aim: 1.0, sign: 1.0, first: 0.0, second: 0.0, elapsed: 0.0 }
    }

    /// What the pace goes to, or has: 0 frozen, 1 not.
    pub fn aim(&self) -> f64 {
        self.aim
    }

    /// Pace [-] and its derivative [1/s] now.
    #[inline]
    pub fn now(&self) -> [f64; 2] {
        let left = self.first + self.second - self.elapsed;
        let bend = self.sign * self.bend;
        if left <= 0.0 {
            [self.aim, 0.0]
        } else if self.elapsed < self.first {
            let ([m, dm], e) = (self.start, self.elapsed);
            [m + e * (dm + 0.5 * bend * e), dm + bend * e]
        } else {
            [self.aim - 0.5 * bend * left * left, bend * left]
        }
    }

    /// Begins the quickest way to `aim`, 0 or 1.
    pub fn head_for(&mut self, aim: f64) {
        if aim == self.aim {
            return;
        }
        let [m, dm] = self.now();
        let bend = self.bend;
        let stop = m + dm * dm.abs() / (2.0 * bend);
        let sign = if aim - stop < 0.0 { -1.0 } else { 1.0 };
        let peak = sign * (bend * sign * (aim - m) + 0.5 * dm * dm).max(0.0).sqrt();
        let first = (sign * (peak - dm) / bend).max(0.0);
        *self = Self { bend, start: [m, dm], aim, sign, first, second: peak.abs() / bend, elapsed: 0.0 };
    }

    /// Advances by `dt` [s] and gives the running time that passes [s].
    #[inline]
    pub fn advance(&mut self, dt: f64) -> f64 {
        if self.elapsed >= self.first + self.second {
            return self.aim * dt;
        }
        let before = self.integral();
        self.elapsed += dt;
        self.integral() - before
    }

    /// Running time since the profile began [s].
    fn integral(&self) -> f64 {
        let ([m, dm], bend, e) = (self.start, self.sign * self.bend, self.elapsed);
        let first = |e: f64| e * (m + e * (0.5 * dm + e * bend / 6.0));
        if e < self.first {
            return first(e);
        }
        let left = (self.first + self.second - e).max(0.0);
        let bent = bend * (self.second * self.second * self.second - left * left * left) / 6.0;
        first(self.first) + self.aim * (e - self.first) - bent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freezes_in_its_time_and_keeps_half_of_it() {
        let mut pace = Pace::new(2.0);
        pace.head_for(0.0);
        let passed: f64 = (0..4000).map(|_| pace.advance(1e-3)).sum();
        assert!((passed - 1.0).abs() < 1e-12, "{passed}");
        assert_eq!(pace.now(), [0.0, 0.0]);
        pace.head_for(1.0);
        for _ in 0..1000 {
            pace.advance(1e-3);
        }
        assert!((pace.now()[0] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn any_sequence_of_calls_stays_inside_and_smooth() {
        let mut pace = Pace::new(0.8);
        let bend = 4.0 / 0.64;
        let mut seed = 9_u64;
        let (mut before, mut passed, mut summed) = (pace.now(), 0.0, 0.0);
        for _ in 0..200_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if (seed >> 33).is_multiple_of(97) {
                pace.head_for(1.0 - pace.aim());
            }
            passed += pace.advance(1e-3);
            let now = pace.now();
            summed += 0.5e-3 * (before[0] + now[0]);
            assert!((-1e-12..=1.0 + 1e-12).contains(&now[0]));
            assert!(now[1] * now[1] <= 2.0 * bend * now[0].min(1.0 - now[0]) + 1e-9, "{now:?}");
            assert!((now[1] - before[1]).abs() <= bend * 1e-3 + 1e-12);
            assert!((now[0] - before[0] - 0.5e-3 * (before[1] + now[1])).abs() < 2e-6 * bend);
            before = now;
        }
        assert!((passed - summed).abs() < 1e-3, "{passed} {summed}");
    }
}
