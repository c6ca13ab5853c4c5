//! Peaks of the vertical acceleration that may be steps.

use super::grid::{STEP, triple};

/// Widths of the smoothing among which the step time chooses [s].
const WIDTHS: [f64; 5] = [0.1, 0.14, 0.18, 0.26, 0.34];
/// Width of the smoothing as a share of the step time [-].
const SHARE: f64 = 0.23;

/// A peak that may be a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Time of the peak [s].
    pub(super) time: f64,
    /// Usual step time there [s].
    pub(super) step_time: f64,
    /// How clearly it stands out, 0 to 1.
    pub(super) clear: f64,
}

/// All peaks, in order of time.
pub(super) fn candidates(vertical: &[f64], rising: &[f64], step_time: &[f64], floor: f64) -> Vec<Candidate> {
    let x = scaled(vertical, rising, step_time);
    let amplitude = amplitudes(&x, floor);
    let peaks: Vec<usize> = (1..x.len().saturating_sub(1)).filter(|&i| x[i] > x[i - 1] && x[i] >= x[i + 1]).collect();
    let low = |from: usize, to: usize| {
        x[from..=to].iter().copied().fold(f64::INFINITY, |low, x| if x < low { x } else { low })
    };
    let mut found = Vec::with_capacity(peaks.len());
    let mut before = peaks.first().map_or(0.0, |&first| low(0, first));
    for (k, &i) in peaks.iter().enumerate() {
        let after = low(i, peaks.get(k + 1).copied().unwrap_or(x.len() - 1));
        let bend = (x[i - 1] - 2.0 * x[i] + x[i + 1]).min(-1e-12);
        let aside = (0.5 * (x[i - 1] - x[i + 1]) / bend).clamp(-0.5, 0.5);
        found.push(Candidate {
            time: STEP * (i as f64 + aside),
            step_time: step_time[i],
            clear: (0.5 * (x[i] - 0.5 * (before + after)) / amplitude[i]).clamp(0.0, 1.0),
        });
        before = after;
    }
    found
}

/// The vertical acceleration, smoothed as the step time at each point asks; `rising` is its least smoothing.
fn scaled(vertical: &[f64], rising: &[f64], step_time: &[f64]) -> Vec<f64> {
    let want = |time: f64| (SHARE * time).clamp(WIDTHS[0], WIDTHS[4]);
    let level = |want: f64| WIDTHS[1..4].iter().take_while(|&&width| width <= want).count();
    let (least, most) = step_time.iter().fold((f64::INFINITY, 0.0), |(least, most), &time| {
        (if time < least { time } else { least }, if time > most { time } else { most })
    });
    let needed = level(want(least))..=level(want(most)) + 1;
    let lone: Vec<[f64; 1]> = vertical.iter().map(|&z| [z]).collect();
    let levels: [Vec<[f64; 1]>; 5] = core::array::from_fn(|k| match k {
        k if !needed.contains(&k) => Vec::new(),
        0 => rising.iter().map(|&z| [z]).collect(),
        k => triple(lone.clone(), WIDTHS[k]),
    });
    let pick = |(i, &time): (usize, &f64)| {
        let want = want(time);
        let k = level(want);
        let part = (want - WIDTHS[k]) / (WIDTHS[k + 1] - WIDTHS[k]);
        levels[k][i][0] * (1.0 - part) + levels[k + 1][i][0] * part
    };
    step_time.iter().enumerate().map(pick).collect()
}

/// Usual amplitude around each point [m/s²].
fn amplitudes(x: &[f64], floor: f64) -> Vec<f64> {
    let squares: Vec<[f64; 1]> = x.iter().map(|x| [x * x]).collect();
    let mut amplitude: Vec<f64> = triple(squares, 1.5).iter().map(|[square]| (2.0 * square.max(0.0)).sqrt()).collect();
    let mut ranked = amplitude.clone();
    let at = (0.9 * ranked.len().saturating_sub(1) as f64) as usize;
    let usual = if ranked.is_empty() { 0.0 } else { *ranked.select_nth_unstable_by(at, f64::total_cmp).1 };
    for value in &mut amplitude {
        *value = value.max(0.3 * usual).max(0.4 * floor);
    }
    amplitude
}
