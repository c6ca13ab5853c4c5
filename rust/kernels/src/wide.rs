//! Both legs of a tick in one vector of eight numbers.

use core::arch::x86_64::{
    __m512d, _mm256_loadu_pd, _mm256_set1_pd, _mm512_add_pd, _mm512_castpd256_pd512, _mm512_insertf64x4, _mm512_mul_pd,
    _mm512_permutex2var_pd, _mm512_set1_pd, _mm512_setr_epi64, _mm512_setzero_pd, _mm512_storeu_pd, _mm512_stream_pd,
};

use gaitloop_core::trajectory::leg::Leg;
use gaitloop_core::types::{N_JOINTS, Sides};

use crate::Ticks;
use crate::reference::{Places, ROWS};

/// Ticks whose results fill whole vectors.
const GROUP: usize = 4;

/// Rows of a block from the places of both legs, into `out`: what [`Leg::motion`] computes, in the same order.
///
/// # Safety
/// The processor must have AVX-512F. When `streamed`, past the caches: all of `out` must begin a cache line, and
/// [`crate::store::finish`] must follow before anybody reads.
#[target_feature(enable = "avx512f")]
#[inline]
pub(crate) unsafe fn rows(
    legs: &Sides<Leg<'_>>,
    Places { j, u }: &Places,
    ticks: impl Ticks,
    mut out: [&mut [f64]; 3],
    streamed: bool,
) {
    let scale = legs[0].scale();
    for start in (0..ROWS).step_by(GROUP) {
        let mut results = [[_mm512_setzero_pd(); GROUP]; 3];
        for k in 0..GROUP {
            let i = start + k;
            let pieces = [legs[0].piece(j[0][i]), legs[1].piece(j[1][i])];
            let coefficients = core::array::from_fn(|power| both(&pieces[0][power], &pieces[1][power]));
            let [rates, accels] = ticks.motion(i);
            let motion = motion(coefficients, pair([u[0][i], u[1][i]]), scale, pair(rates), pair(accels));
            for (result, values) in results.iter_mut().zip(motion) {
                result[k] = values;
            }
        }
        for (rows, result) in out.iter_mut().zip(results) {
            let Some(to) = rows.get_mut(N_JOINTS * start..N_JOINTS * (start + GROUP)) else { return };
            for (i, values) in packed(result).into_iter().enumerate() {
                // SAFETY: `to` holds three times eight numbers, and begins a line when streamed.
                unsafe {
                    let to = to.as_mut_ptr().add(8 * i);
                    if streamed { _mm512_stream_pd(to, values) } else { _mm512_storeu_pd(to, values) }
                }
            }
        }
    }
}

/// Angles, velocities and accelerations of eight lanes.
#[target_feature(enable = "avx512f")]
#[inline]
fn motion([a, b, c, d]: [__m512d; 4], u: __m512d, scale: f64, rate: __m512d, accel: __m512d) -> [__m512d; 3] {
    let (add, mul) = (|x, y| _mm512_add_pd(x, y), |x, y| _mm512_mul_pd(x, y));
    let all = |x| _mm512_set1_pd(x);
    let twice = mul(all(2.0), c);
    let y = add(a, mul(u, add(b, mul(u, add(c, mul(u, d))))));
    let dy = mul(all(scale), add(b, mul(u, add(twice, mul(mul(u, all(3.0)), d)))));
    let ddy = mul(all(scale * scale), add(twice, mul(mul(u, all(6.0)), d)));
    [y, mul(dy, rate), add(mul(ddy, mul(rate, rate)), mul(dy, accel))]
}

/// The lanes of both legs beside each other.
#[target_feature(enable = "avx512f")]
#[inline]
fn both(left: &[f64; 4], right: &[f64; 4]) -> __m512d {
    // SAFETY: both hold four numbers.
    let (left, right) = unsafe { (_mm256_loadu_pd(left.as_ptr()), _mm256_loadu_pd(right.as_ptr())) };
    _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(left), right)
}

/// A number for all lanes of each leg.
#[target_feature(enable = "avx512f")]
#[inline]
fn pair([left, right]: Sides<f64>) -> __m512d {
    _mm512_insertf64x4::<1>(_mm512_set1_pd(left), _mm256_set1_pd(right))
}

/// Four times three joints, padding, three joints, padding, without the padding.
#[target_feature(enable = "avx512f")]
#[inline]
fn packed([a, b, c, d]: [__m512d; GROUP]) -> [__m512d; 3] {
    [
        _mm512_permutex2var_pd(a, _mm512_setr_epi64(0, 1, 2, 4, 5, 6, 8, 9), b),
        _mm512_permutex2var_pd(b, _mm512_setr_epi64(2, 4, 5, 6, 8, 9, 10, 12), c),
        _mm512_permutex2var_pd(c, _mm512_setr_epi64(5, 6, 8, 9, 10, 12, 13, 14), d),
    ]
}
