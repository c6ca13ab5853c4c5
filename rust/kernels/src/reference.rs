//! The periodic reference at many ticks.

use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::trajectory::leg::{LANES, Leg};
use gaitloop_core::types::{N_JOINTS, N_LEG, N_SIDES, Sides};

use crate::store::{BLOCK, finish, stream};
use crate::{Level, Ticks};

/// Ticks that are computed together.
pub(crate) const ROWS: usize = BLOCK / N_JOINTS;
/// Bytes of a cache line.
const LINE: usize = 64;
/// Bytes of results from which on they are stored past the caches: more than a core has to itself.
const STREAMED: usize = 8 << 20;

/// One result of a block; each leg writes its padding into the next one's first place, hence the tail.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Rows([f64; BLOCK + 8]);

/// Where the ticks of a block fall, for each leg.
pub(crate) struct Places {
    /// Intervals.
    pub(crate) j: Sides<[u32; ROWS]>,
    /// Fractions of them [-].
    pub(crate) u: Sides<[f64; ROWS]>,
}

/// Angles [rad], velocities [rad/s] and accelerations [rad/s²] of six joints, tick by tick, with the bits that
/// [`GaitPattern::evaluate_sides`] gives one by one.
pub type Out<'a> = [&'a mut [f64]; 3];

/// Fills `out` with the reference at every tick, as many as `out` holds.
pub fn evaluate(pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>) {
    evaluate_at(Level::best(), pattern, ticks, out);
}

/// [`evaluate`] with the instructions of `level`, or those that every processor has where `level` is not here.
pub fn evaluate_at(level: Level, pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn avx2(pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>) {
            run(Level::Avx2, pattern, ticks, out);
        }
        #[target_feature(enable = "avx512f,avx512dq,avx512vl")]
        fn avx512(pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>) {
            run(Level::Avx512, pattern, ticks, out);
        }
        if level.is_here() {
            match level {
                // SAFETY: the processor was asked, two lines above.
                Level::Avx512 => return unsafe { avx512(pattern, ticks, out) },
                // SAFETY: likewise.
                Level::Avx2 => return unsafe { avx2(pattern, ticks, out) },
                Level::Baseline => {}
            }
        }
    }
    let _ = level;
    run(Level::Baseline, pattern, ticks, out);
}

/// The work, once for each level.
#[inline(always)]
fn run(level: Level, pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>) {
    let len = out.iter().fold(ticks.len(), |len, rows| len.min(rows.len() / N_JOINTS));
    let bytes = 3 * N_JOINTS * len * size_of::<f64>();
    let lead = if bytes < STREAMED { None } else { lead_to_line(&out) };
    let head = lead.unwrap_or(0).min(len);
    let blocks = (len - head) / ROWS;
    let legs = [pattern.leg_curves(0), pattern.leg_curves(1)];
    let [mut q, mut dq, mut ddq] = out;
    singly(pattern, ticks, [q, dq, ddq], 0..head);
    let mut rows = [Rows([0.0; BLOCK + 8]); 3];
    for start in (0..blocks).map(|block| head + ROWS * block) {
        let ticks = ticks.part(start, ROWS);
        let places = places(&legs, ticks);
        let to = [&mut q, &mut dq, &mut ddq].map(|rows| &mut rows[N_JOINTS * start..][..BLOCK]);
        #[cfg(target_arch = "x86_64")]
        if level == Level::Avx512 {
            // SAFETY: as below.
            unsafe { crate::wide::rows(&legs, &places, ticks, to, lead.is_some()) }
            continue;
        }
        lanes(&legs, &places, ticks, &mut rows);
        for (from, to) in rows.iter().zip(to) {
            let from = &from.0[..BLOCK];
            if lead.is_some() {
                // SAFETY: `run` is only called at levels that are here, `lead` is where a line begins and a block is
                // a whole number of lines, and `finish` follows below.
                unsafe { stream(level, from, to) }
            } else {
                to.copy_from_slice(from);
            }
        }
    }
    if lead.is_some() {
        finish();
    }
    singly(pattern, ticks, [q, dq, ddq], head + ROWS * blocks..len);
}

/// Rows before all three results begin a cache line, if they do together.
fn lead_to_line(out: &Out<'_>) -> Option<usize> {
    let row = N_JOINTS * size_of::<f64>();
    (0..LINE / 8).find(|k| out.iter().all(|rows| (rows.as_ptr() as usize + k * row).is_multiple_of(LINE)))
}

/// Rows one by one, where they do not fill a block.
fn singly(pattern: &GaitPattern, ticks: impl Ticks, out: Out<'_>, range: core::ops::Range<usize>) {
    let [q, dq, ddq] = out.map(|rows| rows.as_chunks_mut::<N_JOINTS>().0);
    for i in range {
        let [rates, accels] = ticks.motion(i);
        let reference = pattern.evaluate_sides(ticks.phases(i), rates, accels);
        (q[i], dq[i], ddq[i]) = (reference.q, reference.dq, reference.ddq);
    }
}

/// Where `ROWS` ticks fall, for each leg: intervals, and fractions of them.
#[inline(always)]
fn places(legs: &Sides<Leg<'_>>, ticks: impl Ticks) -> Places {
    let mut places = Places { j: [[0; ROWS]; N_SIDES], u: [[0.0; ROWS]; N_SIDES] };
    for i in 0..ROWS {
        let phases = ticks.phases(i);
        for side in 0..N_SIDES {
            (places.j[side][i], places.u[side][i]) = legs[side].place(phases[side]);
        }
    }
    places
}

/// `ROWS` rows, leg by leg.
#[inline(always)]
fn lanes(legs: &Sides<Leg<'_>>, places: &Places, ticks: impl Ticks, out: &mut [Rows; 3]) {
    for i in 0..ROWS {
        let [rates, accels] = ticks.motion(i);
        for side in 0..N_SIDES {
            let motion = legs[side].motion((places.j[side][i], places.u[side][i]), rates[side], accels[side]);
            let at = N_JOINTS * i + N_LEG * side;
            for (rows, values) in out.iter_mut().zip(&motion) {
                rows.0[at..at + LANES].copy_from_slice(values);
            }
        }
    }
}
