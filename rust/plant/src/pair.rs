//! A number per leg, so that both legs are computed side by side.

use crate::system::DofVec;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// One number for the left and one for the right leg.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pair(pub [f64; 2]);

impl Pair {
    pub const ZERO: Self = Self([0.0; 2]);

    /// Thigh (0), shank (1) or foot (2) of both legs out of a vector of all degrees of freedom.
    #[inline]
    pub fn leg(v: &DofVec, k: usize) -> Self {
        Self([v[3 + k], v[6 + k]])
    }

    #[inline]
    pub fn both(x: f64) -> Self {
        Self([x; 2])
    }

    #[inline]
    pub fn recip(self) -> Self {
        Self([1.0 / self.0[0], 1.0 / self.0[1]])
    }

    #[inline]
    pub fn sqrt(self) -> Self {
        Self([self.0[0].sqrt(), self.0[1].sqrt()])
    }

    /// The value where it is above 0, else 0.
    #[inline]
    pub fn positive(self) -> Self {
        Self(self.0.map(|x| if x > 0.0 { x } else { 0.0 }))
    }

    #[inline]
    pub fn sum(self) -> f64 {
        self.0[0] + self.0[1]
    }
}

macro_rules! lanes {
    ($trait:ident, $function:ident, $op:tt) => {
        impl $trait for Pair {
            type Output = Self;

            #[inline]
            fn $function(self, other: Self) -> Self {
                Self([self.0[0] $op other.0[0], self.0[1] $op other.0[1]])
            }
        }

        impl $trait<f64> for Pair {
            type Output = Self;

            #[inline]
            fn $function(self, other: f64) -> Self {
                Self([self.0[0] $op other, self.0[1] $op other])
            }
        }
    };
}

lanes!(Add, add, +);
lanes!(Sub, sub, -);
lanes!(Mul, mul, *);
lanes!(Div, div, /);

impl Neg for Pair {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self([-self.0[0], -self.0[1]])
    }
}

impl AddAssign for Pair {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Pair {
    #[inline]
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
