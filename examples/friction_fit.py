"""Friction and weight of a limb from a sweep both ways at two speeds, and what such a sweep looks like.

The limb is simulated here by its equation of motion; `gaitloop calibrate` does the same on drives, through the guard.
"""

import numpy as np

from gaitloop.calibrate import Sweep, fit_leg, plan_way
from gaitloop.devices.calibration import FRICTION_SPEED, JointCalibration
from gaitloop.devices.profile import load_profile

COULOMB, VISCOUS, WEIGHT, INERTIA = 1.5, 1.0, 3.0, 0.02  # [N·m, N·m·s/rad, N·m, kg·m²] of the limb
NOISE = 0.05  # [N·m] of the torque
ANKLE = 2  # its place among the joints


def swept(seed=0):
    """What a sweep of the left ankle records."""
    profile = load_profile("simulated_ankle")
    found = {"ankle_l": JointCalibration(zero=0, sign=1, q_min=-0.65, q_max=0.45)}
    way = plan_way(profile, found, ("ankle_l",), {})
    t = np.arange(0.0, way.seconds, 0.02)
    ends = np.cumsum(way.durations)
    place = np.minimum(np.searchsorted(ends, t, side="right"), len(ends) - 1)
    s = (t - (ends - way.durations)[place]) / way.durations[place]
    start = np.concatenate([way.postures[:1, ANKLE], way.postures[:-1, ANKLE]])[place]
    step, time = way.postures[place, ANKLE] - start, way.durations[place]
    angle = start + step * s**3 * (10.0 - 15.0 * s + 6.0 * s**2)  # minimum jerk, as the drives are led
    speed = step / time * 30.0 * s**2 * (1.0 - s) ** 2
    friction = COULOMB * speed / np.sqrt(speed**2 + FRICTION_SPEED**2) + VISCOUS * speed
    torque = INERTIA * np.gradient(speed, t) + friction + WEIGHT * np.sin(angle)
    q, dq, tau = (np.full((len(t), 6), np.nan) for _ in range(3))
    q[:, ANKLE], dq[:, ANKLE] = angle, speed
    tau[:, ANKLE] = torque + np.random.default_rng(seed).normal(0.0, NOISE, len(t))
    return Sweep(t, q, dq, np.nan_to_num(dq), tau)


def main():
    """Print what was planted and what was found."""
    joints, leg, _ = fit_leg(swept(), ("ankle_l",))
    joint = joints["ankle_l"]
    for name, planted, (value, error) in (
        ("Coulomb friction [N·m]", COULOMB, joint.coulomb),
        ("viscous friction [N·m·s/rad]", VISCOUS, joint.viscous),
        ("weight [N·m]", WEIGHT, leg.gravity["foot_sin"]),
    ):
        print(f"{name}: planted {planted:.2f}, found {value:.3f} ± {error:.3f}")
    print(f"left over: {leg.residual:.3f} N·m")


def draw(figure):
    """Torque over angle, and over speed without the weight."""
    sweep = swept()
    joints, leg, _ = fit_leg(sweep, ("ankle_l",))
    joint, (sine, cosine) = joints["ankle_l"], (leg.gravity["foot_sin"][0], leg.gravity["foot_cos"][0])
    q, dq, tau = sweep.q[:, ANKLE], sweep.dq[:, ANKLE], sweep.tau[:, ANKLE]
    weight = sine * np.sin(q) + cosine * np.cos(q)
    left, right = figure.subplots(1, 2)
    left.plot(q, tau, ".", markersize=2, label="sweep, both ways")
    order = np.argsort(q)
    left.plot(q[order], weight[order], label="weight alone")
    left.set(xlabel="ankle [rad]", ylabel="torque [N·m]", title="Friction opens the loop, weight tilts it")
    right.plot(dq, tau - weight, ".", markersize=2, label="torque without the weight")
    v = np.linspace(dq.min(), dq.max(), 400)
    fit = joint.coulomb[0] * v / np.sqrt(v**2 + leg.friction_speed**2) + joint.viscous[0] * v
    right.plot(v, fit, label="fit")
    title = f"Coulomb {joint.coulomb[0]:.2f} N·m, viscous {joint.viscous[0]:.2f} N·m·s/rad"
    right.set(xlabel="speed [rad/s]", ylabel="torque [N·m]", title=title)
    for axes in (left, right):
        axes.legend()


if __name__ == "__main__":
    main()
