//! Polynomials that fade one curve into another and let a moving one coast to rest.

/// Weight of the target and its first three derivatives, at the part `u` of a fade.
#[inline]
pub(super) fn fade(u: f64) -> [f64; 4] {
    let v = 1.0 - u;
    [
        u * u * u * (10.0 + u * (6.0 * u - 15.0)),
        30.0 * u * u * v * v,
        60.0 * u * v * (1.0 - 2.0 * u),
        60.0 * (1.0 + 6.0 * u * (u - 1.0)),
    ]
}

/// What is left of the way of a coast and its first three derivatives (velocity with its sign turned), at the part `z`.
///
/// `[G, g, g', g'']` of a start with velocity, the same `[K, k, k', k'']` of a start with acceleration.
#[inline]
pub(super) fn coast(z: f64) -> [[f64; 4]; 2] {
    let v = 1.0 - z;
    let (z2, z3) = (z * z, z * z * z);
    [
        [0.5 - z + z3 - 0.5 * z2 * z2, 1.0 - 3.0 * z2 + 2.0 * z3, -6.0 * z * v, 12.0 * z - 6.0],
        [1.0 / 12.0 - 0.5 * z2 + 2.0 / 3.0 * z3 - 0.25 * z2 * z2, z * v * v, v * (1.0 - 3.0 * z), 6.0 * z - 4.0],
    ]
}

/// Change of a phase rate: what is left of it and its first two derivatives, at the part `s`; and its integral.
#[inline]
pub(super) fn change(s: f64) -> [f64; 4] {
    let (s2, s3) = (s * s, s * s * s);
    [1.0 - 3.0 * s2 + 2.0 * s3, -6.0 * s * (1.0 - s), 12.0 * s - 6.0, s - s3 + 0.5 * s2 * s2]
}

/// A number that coasts to rest while it fades to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glide {
    /// Value and its first two derivatives in time where it begins.
    pub start: [f64; 3],
    /// Where it ends.
    pub end: f64,
    /// Duration of the fade [s].
    pub duration: f64,
    /// Duration of the coast [s].
    pub coast: f64,
}

impl Glide {
    /// What stays at `value`.
    pub fn rest(value: f64) -> Self {
        Self { start: [value, 0.0, 0.0], end: value, duration: 1.0, coast: 1.0 }
    }

    /// Where the coast comes to rest.
    pub fn landing(start: [f64; 3], coast: f64) -> f64 {
        start[0] + 0.5 * coast * start[1] + coast * coast / 12.0 * start[2]
    }

    /// Distance that is faded over.
    pub fn distance(&self) -> f64 {
        self.end - Self::landing(self.start, self.coast)
    }

    /// Value and its first two derivatives at `t` [s].
    #[inline]
    pub fn at(&self, t: f64) -> [f64; 3] {
        if t >= self.duration {
            return [self.end, 0.0, 0.0];
        }
        let ([b, b1, b2, _], d) = (fade(t / self.duration), self.distance());
        let [[g_way, g, g1, _], [k_way, k, k1, _]] = coast((t / self.coast).min(1.0));
        let ([_, v, w], r) = (self.start, self.coast);
        [
            self.end - (1.0 - b) * d - r * g_way * v - r * r * k_way * w,
            b1 / self.duration * d + g * v + r * k * w,
            b2 / (self.duration * self.duration) * d + g1 / r * v + k1 * w,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derives(f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) {
        for k in 1..20 {
            let x = 0.05 * f64::from(k);
            let got = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
            assert!((got - slope(x)).abs() < 1e-7, "{x}: {got} {}", slope(x));
        }
    }

    #[test]
    fn each_row_is_the_derivative_of_the_one_before() {
        for k in 0..3 {
            derives(|u| fade(u)[k], |u| fade(u)[k + 1]);
        }
        for term in 0..2 {
            derives(|z| coast(z)[term][0], |z| -coast(z)[term][1]);
            derives(|z| coast(z)[term][1], |z| coast(z)[term][2]);
            derives(|z| coast(z)[term][2], |z| coast(z)[term][3]);
        }
        derives(|s| change(s)[0], |s| change(s)[1]);
        derives(|s| change(s)[1], |s| change(s)[2]);
        derives(|s| change(s)[3], |s| change(s)[0]);
    }

    #[test]
    fn ends_are_flat_and_begin_as_given() {
        assert_eq!((fade(0.0)[..3].to_vec(), fade(1.0)[..3].to_vec()), (vec![0.0; 3], vec![1.0, 0.0, 0.0]));
        assert_eq!((coast(0.0)[0][..3].to_vec(), coast(0.0)[1][1..3].to_vec()), (vec![0.5, 1.0, 0.0], vec![0.0, 1.0]));
        for term in coast(1.0) {
            assert!(term[..3].iter().all(|x| x.abs() < 1e-15));
        }
    }

    #[test]
    fn a_glide_begins_as_given_and_lands() {
        let glide = Glide { start: [0.3, -1.0, 4.0], end: 0.9, duration: 1.5, coast: 0.63 };
        for (got, want) in glide.at(0.0).iter().zip(glide.start) {
            assert!((got - want).abs() < 1e-14);
        }
        for (got, want) in glide.at(1.5 - 1e-12).iter().zip([0.9, 0.0, 0.0]) {
            assert!((got - want).abs() < 1e-10);
        }
        derives(|t| glide.at(t)[0], |t| glide.at(t)[1]);
        derives(|t| glide.at(t)[1], |t| glide.at(t)[2]);
    }
}
