//! Rows from a block to where they belong.

use crate::Level;

/// Numbers of a block, a whole number of cache lines.
pub(crate) const BLOCK: usize = 192;

/// Copies a block past the caches: results that do not fit in there would first be read from memory, line by line,
/// only to be overwritten.
///
/// # Safety
/// The processor must be of `level`, both must hold `BLOCK` numbers, `to` must lie on the boundary of a cache line, and [`finish`] must follow before
/// anybody reads.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) unsafe fn stream(level: Level, from: &[f64], to: &mut [f64]) {
    use core::arch::x86_64 as x86;
    // SAFETY: the caller's promises, those of `stream`.
    #[target_feature(enable = "avx")]
    unsafe fn four(from: *const f64, to: *mut f64) {
        for i in (0..BLOCK).step_by(4) {
            // SAFETY: the caller's.
            unsafe { x86::_mm256_stream_pd(to.add(i), x86::_mm256_loadu_pd(from.add(i))) }
        }
    }
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    // SAFETY: the caller's promises.
    unsafe {
        match level {
            Level::Avx512 | Level::Avx2 => four(from, to),
            Level::Baseline => {
                for i in (0..BLOCK).step_by(2) {
                    x86::_mm_stream_pd(to.add(i), x86::_mm_loadu_pd(from.add(i)));
                }
            }
        }
    }
}

/// Makes what was streamed visible in order.
#[cfg(target_arch = "x86_64")]
pub(crate) fn finish() {
    // SAFETY: every x86-64 processor has this instruction.
    unsafe { core::arch::x86_64::_mm_sfence() }
}

/// Other processors copy.
///
/// # Safety
/// Always sound.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) unsafe fn stream(_level: Level, from: &[f64], to: &mut [f64]) {
    to.copy_from_slice(from);
}

/// Nothing was streamed.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn finish() {}
