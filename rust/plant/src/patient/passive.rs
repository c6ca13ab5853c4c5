//! Torque of a relaxed person's joints: muscles, tendons and ligaments that are merely stretched.
//!
//! Double exponentials of Riener & Edrich (1999), J Biomech 32:539, angles in degrees. The paper counts plantarflexion
//! positive; here dorsiflexion is, so the ankle's angle and torque change sign. Scaled with body mass from the
//! 70 kg of an average subject (assumption).

/// Passive torque [N·m] of hip, knee and ankle at their angles [rad] for a person of mass [kg] `mass`.
#[must_use]
pub fn passive_torque([hip, knee, ankle]: [f64; 3], mass: f64) -> [f64; 3] {
    let (h, k, a) = (hip.to_degrees(), knee.to_degrees(), ankle.to_degrees());
    // Bounded, so that a posture far outside the measured range stays finite.
    let exp = |x: f64| x.clamp(-20.0, 6.0).exp();
    let scale = mass / 70.0;
    [
        scale * (exp(1.4655 - 0.0034 * k - 0.0750 * h) - exp(1.3403 - 0.0226 * k + 0.0305 * h) + 8.072),
        scale
            * (exp(1.800 + 0.0460 * a - 0.0352 * k + 0.0217 * h)
                - exp(-3.971 + 0.0004 * a + 0.0495 * k - 0.0128 * h)
                - 4.820
                + exp(2.220 - 0.150 * k)),
        scale * (exp(-7.9763 - 0.1949 * a + 0.0008 * k) - exp(2.1016 + 0.0843 * a - 0.0176 * k) + 1.792),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joints_resist_the_ends_of_their_range() {
        let at = |hip: f64, knee: f64, ankle: f64| {
            passive_torque([hip.to_radians(), knee.to_radians(), ankle.to_radians()], 70.0)
        };
        assert!(at(-20.0, 10.0, 0.0)[0] > 15.0 && at(90.0, 10.0, 0.0)[0] < -30.0);
        assert!(at(0.0, -8.0, 0.0)[1] > 30.0 && at(0.0, 120.0, 0.0)[1] < -8.0);
        assert!(at(0.0, 5.0, 25.0)[2] < -40.0 && at(0.0, 5.0, -50.0)[2] > 2.0);
        // Relaxed foot: a few degrees of plantarflexion.
        assert!(at(10.0, 10.0, -10.0)[2] < 0.0 && at(10.0, 10.0, -30.0)[2] > 0.0);
        assert!(at(1e6, -1e6, 1e6).iter().all(|t| t.is_finite()));
    }
}
