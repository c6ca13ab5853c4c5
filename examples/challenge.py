"""Load against the movement, and errors made larger: a knee that is moved by hand."""

import numpy as np

import gaitloop as gl

DT = 0.001
T = np.arange(0.0, 4.0, DT)
KNEE = 1  # the left one


def movement():
    """A knee that bends by 60° and back, then bends and waits; angle [rad] and velocity [rad/s]."""
    bend = gl.trajectory.MinimumJerk(0.0, np.radians(60.0), 0.6)
    there, back, again = (np.array([bend.evaluate(t)[:2] for t in T - start]) for start in (0.2, 1.0, 2.2))
    return (there - back + again).T


def resisted(viscous=0.0, elastic=0.0, speed=0.0):
    """Torque and energy of a load at the knee."""
    law = gl.control.Resistance([viscous] * 6, [elastic] * 6, [speed] * 6, follow=0.5, max_torque=[15.0] * 6)
    q, dq = (np.tile(x[:, None], 6) for x in movement())
    out = law.run(q, dq, np.ones_like(q), DT)
    return out.tau[:, KNEE], out.energy[:, KNEE]


LOADS = {
    "viscous, 2 N·m·s/rad": {"viscous": 2.0},
    "elastic, 20 N·m/rad": {"elastic": 20.0},
    "speed squared, 0.6 N·m·s²/rad²": {"speed": 0.6},
}


def amplifier(budget=1.0):
    return gl.control.ErrorAmplification(
        [60.0] * 6, [0.15] * 6, [200.0] * 6, [5.0] * 6, [40.0] * 6, budget=budget, power=0.1
    )


def over_error(errors):
    """Torque of amplification at rest for each error of the knee (joint minus reference)."""
    zero, ones, law = np.zeros(6), np.ones(6), amplifier()
    return np.array([law.step(np.full(6, e), zero, zero, ones, DT).tau[KNEE] for e in errors])


def swaying(amplitude=0.1, rate=12.0):
    """Energy given to a knee that sways about its reference, and what is left in the tank [J]."""
    law, given, rows = amplifier(), 0.0, []
    for t in T:
        q, dq = amplitude * np.sin(rate * t), amplitude * rate * np.cos(rate * t)
        tau = law.step(np.full(6, q), np.full(6, dq), np.zeros(6), np.ones(6), DT).tau[KNEE]
        given += max(0.0, tau * dq * DT)
        rows.append((given, law.stored[KNEE]))
    return np.array(rows).T


def main():
    velocity = movement()[1]
    print("load                            largest torque [N·m]  work on the knee [J]  left in the spring [J]")
    for name, parameters in LOADS.items():
        tau, energy = resisted(**parameters)
        print(f"{name:31} {np.abs(tau).max():20.1f}  {(tau * velocity).sum() * DT:20.2f}  {energy[-1]:22.2f}")
    given, left = swaying()
    print(f"amplification gave a swaying knee {given[-1]:.2f} J in 4 s; its tank (1 J + 0.1 W) has {left[-1]:.2f} J")


def draw(figure):
    figure.set_size_inches(9.0, 3.0)
    load, curve, tank = figure.subplots(1, 3)
    for name, parameters in LOADS.items():
        load.plot(T, resisted(**parameters)[0], label=name)
    load.plot(T, 3.0 * movement()[0] - 22.0, "k:", linewidth=1.0, label="knee, not to scale")
    load.axhspan(-15.0, 15.0, color="0.95")
    load.set(xlabel="time [s]", ylabel="left knee [N·m]", title="Resistance: within 15 N·m", ylim=(-24, 44))
    load.legend(loc="upper right")
    errors = np.linspace(-0.3, 0.3, 301)
    curve.plot(np.degrees(errors), over_error(errors), "C3")
    curve.axvspan(*np.degrees([-0.15, 0.15]), color="0.93")
    curve.text(0.0, 17.0, "tube:\naway", ha="center")
    curve.text(13.0, 17.0, "outside:\nback", ha="center")
    curve.set(xlabel="knee minus reference [°]", ylabel="left knee [N·m]", title="ErrorAmplification", ylim=(-25, 25))
    given, left = swaying()
    tank.plot(T, given, "C3", label="given to the knee")
    tank.plot(T, 1.0 + 0.1 * T, "k--", linewidth=1.0, label="bound: budget + power t")
    tank.plot(T, left, "C0", label="left in the tank")
    tank.set(xlabel="time [s]", ylabel="energy [J]", title="its tank, while a knee sways", ylim=(0, 1.9))
    tank.legend(loc="upper left")


if __name__ == "__main__":
    main()
