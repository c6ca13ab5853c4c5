//! The movement since the last contact, in constant memory.

use super::waveform::{BINS, FEATURES, Stride};

/// Most rows of a record.
const ROWS: usize = 400;
/// Fewest rows from which a stride is learned.
const FEWEST: usize = 20;
/// Least time between rows at first [s].
const SPACING: f64 = 0.01;

/// Rows of time since the last contact [s] and features.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    rows: [[f64; FEATURES + 1]; ROWS],
    len: usize,
    spacing: f64,
    /// Whether the movement was missing since the last contact.
    pub(super) broken: bool,
}

impl Record {
    pub(super) fn new() -> Self {
        Self { rows: [[0.0; FEATURES + 1]; ROWS], len: 0, spacing: SPACING, broken: false }
    }

    /// Adds a row unless the last is too near; a full record first loses every second row.
    #[inline]
    pub(super) fn add(&mut self, time: f64, features: [f64; FEATURES]) {
        if self.len > 0 && time - self.rows[self.len - 1][0] < self.spacing - 1e-6 {
            return;
        }
        if self.len == ROWS {
            self.thin();
        }
        self.rows[self.len] = [time, features[0], features[1]];
        self.len += 1;
    }

    fn thin(&mut self) {
        for i in 1..ROWS / 2 {
            self.rows[i] = self.rows[2 * i];
        }
        self.len = ROWS / 2;
        self.spacing *= 2.0;
    }

    /// The stride of `duration` [s] that begins with the record, at the middle of each bin, if all of it is there.
    pub(super) fn resampled(&self, duration: f64) -> Option<Stride> {
        if self.broken || self.len < FEWEST {
            return None;
        }
        let mut stride = [[0.0; BINS]; FEATURES];
        let mut j = 0;
        for bin in 0..BINS {
            let time = (bin as f64 + 0.5) / BINS as f64 * duration;
            while j < self.len - 2 && self.rows[j + 1][0] < time {
                j += 1;
            }
            let (before, after) = (&self.rows[j], &self.rows[j + 1]);
            let share = ((time - before[0]) / (after[0] - before[0])).clamp(0.0, 1.0);
            for (feature, values) in stride.iter_mut().enumerate() {
                values[bin] = before[feature + 1] + share * (after[feature + 1] - before[feature + 1]);
            }
        }
        Some(stride)
    }

    /// Keeps what came after the contact that ended a stride of `duration` [s].
    pub(super) fn restart(&mut self, duration: f64, broken: bool) {
        let first = self.rows[..self.len].iter().take_while(|row| row[0] <= duration).count();
        self.rows.copy_within(first..self.len, 0);
        self.len -= first;
        for row in &mut self.rows[..self.len] {
            row[0] -= duration;
        }
        (self.spacing, self.broken) = (SPACING, broken);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_stride_comes_back_at_the_middle_of_its_bins() {
        let mut record = Record::new();
        for i in 0..110 {
            let t = 0.01 * f64::from(i);
            record.add(t, [3.0 * t, -t]);
        }
        let stride = record.resampled(1.0).unwrap();
        for (bin, (signal, slow)) in stride[0].iter().zip(stride[1]).enumerate() {
            let t = (bin as f64 + 0.5) / BINS as f64;
            assert!((signal - 3.0 * t).abs() < 1e-12 && (slow + t).abs() < 1e-12);
        }
        record.restart(1.0, false);
        assert!(record.resampled(1.0).is_none(), "nine rows are left");
        assert!((record.rows[0][0] - 0.01).abs() < 1e-12);
    }

    #[test]
    fn an_endless_stride_stays_within_the_memory() {
        let mut record = Record::new();
        for i in 0..2_000_000 {
            record.add(0.01 * f64::from(i), [0.0; 2]);
        }
        assert!((ROWS / 2..=ROWS).contains(&record.len));
        assert!(record.rows[..record.len].is_sorted_by(|a, b| a[0] < b[0]));
    }
}
