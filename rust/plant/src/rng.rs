//! A small random generator of the crate's own, so that a seed gives the same bytes on every machine.
//!
//! xoshiro256++ (Blackman & Vigna 2018), its state filled from the seed by SplitMix64.

/// Random numbers from a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// A generator; two different streams of one seed are independent.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut z = seed ^ stream.wrapping_mul(0xA076_1D64_78BD_642F);
        let mut next = || {
            z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut x = z;
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            x ^ (x >> 31)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let out = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        out
    }

    /// Uniform in `[low, high)`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64))
    }

    /// Bell-shaped with mean 0 and standard deviation 1: the sum of four uniform 16-bit numbers, at most 3.47 in size.
    ///
    /// Cheap, bounded, and made of additions only, so its bits do not depend on a mathematics library.
    pub fn normal(&mut self) -> f64 {
        let b = self.bits();
        let sum = (b & 0xFFFF) + (b >> 16 & 0xFFFF) + (b >> 32 & 0xFFFF) + (b >> 48);
        // Each number has mean 32767.5 and variance (2^32 - 1)/12; 37837.2.. is the standard deviation of four.
        (sum as f64 - 131_070.0) * (1.0 / 37_837.227_225_995_9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_mean_zero_and_unit_variance() {
        let mut rng = Rng::new(7, 0);
        let n = 200_000;
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..n {
            let x = rng.normal();
            sum += x;
            square += x * x;
        }
        assert!((sum / f64::from(n)).abs() < 0.01);
        assert!((square / f64::from(n) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_seed_repeats_and_streams_differ() {
        assert_eq!(Rng::new(3, 1).bits(), Rng::new(3, 1).bits());
        assert_ne!(Rng::new(3, 1).bits(), Rng::new(3, 2).bits());
        assert_ne!(Rng::new(3, 1).bits(), Rng::new(4, 1).bits());
    }
}
