"""Torque without a reference of angles: a profile over the phase, and in proportion to the moment of the ankle."""

import numpy as np

import gaitloop as gl

PHASE = np.linspace(0.0, 1.0, 501)
BOTH = np.stack([PHASE, PHASE + 0.5], axis=1) % 1.0
MASS, HEIGHT, STRIDE = 75.0, 1.75, 1.2  # [kg], [m], [s]


def spline(law, guidance=1.0):
    return law.run(BOTH, np.full((len(PHASE), 6), guidance))


def stance(weight=1.0):
    """Load of the left foot [N] and its centre of pressure before the ankle [m]: assumed shapes, 60 % stance."""
    s = np.clip(PHASE / 0.6, 0.0, 1.0)
    load = weight * MASS * 9.81 * 1.15 * np.minimum(1.0, 6.0 * s * (1.0 - s)) * (1.0 - 0.25 * np.sin(np.pi * s) ** 4)
    return np.where(PHASE < 0.6, load, 0.0), -0.04 + 0.2 * s**1.2


def proportional(gain, weight=1.0):
    """Plantarflexion [N·m] of the device, and the moment of the ground about the ankle."""
    law = gl.control.ProportionalMoment(MASS, HEIGHT, gain=gain, max_torque=30.0)
    load, cop = stance(weight)
    none = np.full(len(PHASE), np.nan)
    signals = np.stack([load, none], axis=1), np.stack([cop, none], axis=1)
    out = law.run(*signals, np.zeros((len(PHASE), 6)), np.ones((len(PHASE), 6)), STRIDE / (len(PHASE) - 1))
    return -out.tau[:, 2], out.moment[:, 0]


def main():
    print("law                             largest torque [N·m]  at [% of the stride]")
    ankle, hip = spline(gl.control.SplineProfile.ankle(20.0)), spline(gl.control.SplineProfile.hip(8.0, 10.0))
    curves = {"spline, ankle": ankle[:, 2], "spline, hip": hip[:, 0]}
    curves |= {f"proportional, gain {gain:.1f}": -proportional(gain)[0] for gain in (0.1, 0.3)}
    for name, tau in curves.items():
        at = np.argmax(np.abs(tau))
        print(f"{name:30}  {tau[at]:20.1f}  {100.0 * PHASE[at]:20.0f}")
    half = proportional(0.1, 0.6)[0].max() / proportional(0.1)[0].max()
    print(f"with 60 % of the load on the foot, the proportional torque is {100.0 * half:.0f} % of the whole")


def draw(figure):
    figure.set_size_inches(9.0, 3.0)
    ankle, hip, moment = figure.subplots(1, 3)
    for guidance, style in ((1.0, "C3"), (0.5, "C3--")):
        tau = spline(gl.control.SplineProfile.ankle(20.0), guidance)[:, 2]
        ankle.plot(100 * PHASE, tau, style, label=f"guidance {guidance:.1f}")
    for x, text in ((27.0, "peak - rise"), (52.0, "peak"), (62.0, "peak + fall")):
        ankle.axvline(x, color="0.7", linewidth=0.8, linestyle=":")
        ankle.text(x, 1.0, text, rotation=90, ha="right", va="bottom", fontsize=7)
    ankle.set(xlabel="stride [%]", ylabel="left ankle [N·m]", title="SplineProfile.ankle(20)", ylim=(-22, 11))
    ankle.legend(loc="lower left")
    hip.plot(100 * PHASE, spline(gl.control.SplineProfile.hip(8.0, 10.0))[:, 0], "C0")
    hip.set(xlabel="stride [%]", ylabel="left hip [N·m]", title="SplineProfile.hip(8, 10)")
    for weight, style in ((1.0, "-"), (0.6, "--")):
        for gain, color in ((0.3, "C3"), (0.1, "C1")):
            device, whole = proportional(gain, weight)
            label = f"device, gain {gain:.1f}" if weight == 1.0 else None
            moment.plot(100 * PHASE, device, color, linestyle=style, label=label)
        label = "ground about the ankle" if weight == 1.0 else "60 % of the load"
        moment.plot(100 * PHASE, whole, "0.6", linestyle=style, linewidth=1.0, label=label)
    moment.set(xlabel="stride [%]", ylabel="plantarflexion [N·m]", title="ProportionalMoment")
    moment.set_ylim(-4, 160)
    moment.legend(loc="upper right")


if __name__ == "__main__":
    main()
