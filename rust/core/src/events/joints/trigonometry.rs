//! Sine and cosine of angles within a few turns, without a call and without a branch.
//!
//! Reduction to a quarter turn in two parts (Cody & Waite), then the minimax polynomials of Sun's fdlibm; within 1 unit
//! in the last place of the true value up to [`REACH`].

/// Largest angle that is asked for [rad]: three angles of at most half a turn each.
#[cfg(test)]
const REACH: f64 = 3.0 * core::f64::consts::PI;
/// A quarter turn: its leading 33 bits, and the rest.
const QUARTER_HIGH: f64 = 1.570_796_326_734_125_6;
const QUARTER_LOW: f64 = 6.077_100_506_506_192_e-11;
/// Adding and taking away this rounds to a whole number, whose last bits the sum holds.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Sine and cosine of `x` [rad].
#[inline(always)]
pub(super) fn sin_cos(x: f64) -> (f64, f64) {
    let shifted = x * core::f64::consts::FRAC_2_PI + ROUND;
    let quarters = shifted - ROUND;
    let r = (x - quarters * QUARTER_HIGH) - quarters * QUARTER_LOW;
    let z = r * r;
    let s = -1.666_666_666_666_663_2e-1
        + z * (8.333_333_333_322_49e-3
            + z * (-1.984_126_982_985_795e-4
                + z * (2.755_731_370_707_006_8e-6 + z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10))));
    let c = 4.166_666_666_666_66e-2
        + z * (-1.388_888_888_887_411e-3
            + z * (2.480_158_728_947_673e-5
                + z * (-2.755_731_435_139_066_3e-7 + z * (2.087_572_321_298_175e-9 + z * -1.135_964_755_778_82e-11))));
    let sin = r + (z * r) * s;
    let cos = (1.0 - 0.5 * z) + (z * z) * c;
    // Which quarter: odd ones exchange the two, the second bit turns signs.
    let n = shifted.to_bits();
    let (sin, cos) = if n & 1 == 0 { (sin, cos) } else { (cos, -sin) };
    let turn = (n & 2) << 62;
    (f64::from_bits(sin.to_bits() ^ turn), f64::from_bits(cos.to_bits() ^ turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_library() {
        for i in -20_000..=20_000 {
            let x = f64::from(i) * (REACH / 20_000.0);
            let (sin, cos) = sin_cos(x);
            assert!((sin - x.sin()).abs() <= 2.3e-16, "sin {x}: {sin}");
            assert!((cos - x.cos()).abs() <= 2.3e-16, "cos {x}: {cos}");
        }
    }
}
