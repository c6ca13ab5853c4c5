//! Regression coefficients of Koopman, van Asseldonk & van der Kooij (2014), J Biomech 47(6), 1447-1458, tables 1 to 4.
//!
//! Each row of four gives `b0 + b1 v + b2 v² + b3 height`, v in km/h and height in m.

/// Number of key events of a joint.
pub(super) const EVENTS: usize = 6;

/// Regressions of one key event.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyEvent {
    /// Sample of the cycle [-], 1 the first and 100 the last.
    pub index: [f64; 4],
    /// Angle [deg].
    pub angle: [f64; 4],
    /// Velocity [deg per percent of the cycle].
    pub velocity: [f64; 4],
    /// Acceleration [deg per percent² of the cycle].
    pub acceleration: [f64; 4],
}

/// Key events of hip, knee and ankle.
pub(super) const JOINTS: [&[KeyEvent; EVENTS]; 3] = [&HIP, &KNEE, &ANKLE];

/// Key events of hip flexion.
const HIP: [KeyEvent; EVENTS] = [
    // heel contact
    KeyEvent {
        index: [1.0, 0.0, 0.0, 0.0],
        angle: [20.354, 1.934, 0.0, 0.0],
        velocity: [-2.062, 0.0, 0.0, 1.112],
        acceleration: [-0.068, 0.031, 0.0, 0.0],
    },
    // max stance
    KeyEvent {
        index: [-10.809, 0.0, 0.0, 11.762],
        angle: [18.917, 2.583, 0.0, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.112, 0.0, 0.0, 0.0],
    },
    // x50 stance
    KeyEvent {
        index: [24.512, -2.021, 0.195, 5.109],
        angle: [4.845, 1.718, 0.0, 0.0],
        velocity: [-0.24, -0.224, 0.0, 0.0],
        acceleration: [0.026, -0.01, 0.0, 0.0],
    },
    // min
    KeyEvent {
        index: [48.879, -3.854, 0.355, 9.891],
        angle: [-2.026, -2.09, 0.0, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.117, 0.059, -0.007, 0.098],
    },
    // max dydx swing
    KeyEvent {
        index: [80.562, -6.432, 0.885, 0.0],
        angle: [20.03, 0.0, 0.0, -7.732],
        velocity: [0.472, 0.096, 0.0, 0.633],
        acceleration: [0.0, 0.0, 0.0, 0.0],
    },
    // max swing
    KeyEvent {
        index: [94.28, -0.601, 0.0, 0.0],
        angle: [21.447, 2.318, 0.0, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.083, 0.0, -0.002, 0.0],
    },
];

/// Key events of knee flexion.
const KNEE: [KeyEvent; EVENTS] = [
    // heel contact
    KeyEvent {
        index: [1.0, 0.0, 0.0, 0.0],
        angle: [31.594559, -4.311335, 0.494138, -13.049633],
        velocity: [-3.580869, 0.0, 0.0, 1.977233],
        acceleration: [0.301196, 0.073231, 0.0, 0.0],
    },
    // max stance
    KeyEvent {
        index: [17.103051, 0.0, 0.0, 0.0],
        angle: [5.994801, 3.02815, 0.0, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.094457, 0.0, -0.004963, 0.0],
    },
    // min stance
    KeyEvent {
        index: [48.542171, -0.998055, 0.0, 0.0],
        angle: [-10.037329, 0.0, 0.0, 7.594327],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [0.041835, 0.0, 0.004356, 0.0],
    },
    // max dydx swing
    KeyEvent {
        index: [68.947464, -6.096105, 0.61087, 5.967128],
        angle: [29.617823, 3.802791, -0.48627, 0.0],
        velocity: [3.276326, 0.0, 0.0, 0.0],
        acceleration: [0.0, 0.0, 0.0, 0.0],
    },
    // max swing
    KeyEvent {
        index: [85.815773, -4.480224, 0.518829, 0.0],
        angle: [38.110425, 9.743687, -1.104814, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.783686, 0.224573, -0.02632, 0.0],
    },
    // min dydx swing
    KeyEvent {
        index: [92.489149, 0.0, 0.0, 0.0],
        angle: [24.630636, -0.967375, 0.0, 0.0],
        velocity: [-0.445591, 0.0, -0.031889, -1.696076],
        acceleration: [0.0, 0.0, 0.0, 0.0],
    },
];

/// Key events of ankle dorsiflexion.
const ANKLE: [KeyEvent; EVENTS] = [
    // heel contact
    KeyEvent {
        index: [1.0, 0.0, 0.0, 0.0],
        angle: [18.645, 0.554, 0.0, -13.246],
        velocity: [-0.145, 0.0, -0.02, 0.0],
        acceleration: [0.145, -0.137, 0.015, 0.0],
    },
    // min stance
    KeyEvent {
        index: [8.145, 0.331, 0.0, 0.0],
        angle: [17.309, 0.0, 0.0, -14.173],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [-0.556, 0.0, 0.0, 0.492],
    },
    // min dydx stance
    KeyEvent {
        index: [12.005, 0.0, 0.0, 13.754],
        angle: [0.836, 0.812, 0.0, 0.0],
        velocity: [-0.991, 0.0, 0.0, 0.62],
        acceleration: [0.0, 0.0, 0.0, 0.0],
    },
    // max
    KeyEvent {
        index: [67.686, -5.469, 0.493, 0.0],
        angle: [-15.523, 0.0, 0.0, 14.494],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [0.055, -0.019, 0.0, -0.089],
    },
    // min swing
    KeyEvent {
        index: [73.46, -6.699, 0.744, 6.463],
        angle: [21.984, -3.425, 0.0, -12.522],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [0.433, 0.0, 0.0, 0.0],
    },
    // max swing
    KeyEvent {
        index: [87.621, 0.0, 0.132, 0.0],
        angle: [4.86, -0.655, 0.0, 0.0],
        velocity: [0.0, 0.0, 0.0, 0.0],
        acceleration: [0.412, 0.087, -0.012, -0.425],
    },
];
