"""Torque learned over the phase: from stride to stride, and from tick to tick by a model; forgotten when not needed."""

import numpy as np

import gaitloop as gl

STRIDES, RECOVERED, STRIDE_TIME, DT = 40, 20, 1.2, 0.004
INERTIA, DAMPING, STIFFNESS = 0.35, 6.0, 60.0  # a knee, and how firmly the person keeps to their own curve: assumed
TICKS = round(STRIDE_TIME / DT)
PHASE = np.arange(TICKS) / TICKS
PATTERN = gl.trajectory.GaitPattern.koopman(0.5, 1.75)
Q_REF, DQ_REF, _ = PATTERN.evaluate(PHASE, np.full(TICKS, 1.0 / STRIDE_TIME))
BOUND = [30.0] * 6


class Stride:
    """IterativeLearning as a step."""

    def __init__(self):
        self.law = gl.assist.IterativeLearning(
            bins=50, keep=0.9, gain=[30.0] * 6, lead=0.06, smoothing=0.1, bound=BOUND
        )

    def torque(self, tick, q, dq):
        if tick == 0:
            self.law.close(0, valid=True)
        self.law.observe(0, PHASE[tick], [None, Q_REF[tick, 1] - q, None])
        return self.law.torque(0, PHASE[tick])[1]


class Model:
    """ModelBased as a step; only the left knee is measured."""

    def __init__(self):
        self.law = gl.assist.ModelBased(
            phases=16, angles=1, q_min=[-1.0] * 6, q_max=[1.0] * 6, slope=5.0, gain=[60.0] * 6, forget_time=3.0,
            bound=BOUND,
        )  # fmt: skip
        self.q, self.dq = np.full(6, np.nan), np.full(6, np.nan)

    def torque(self, tick, q, dq):
        self.q[1], self.dq[1] = q, dq
        return self.law.step([PHASE[tick], np.nan], self.q, self.dq, Q_REF[tick], DQ_REF[tick], DT)[1]


def train(law):
    """Knee [rad] and torque [N·m], a row per stride; a person whose knee bends half as far until they recover."""
    weak = Q_REF[:, 1] * (1.0 - 0.5 * np.exp(-(((PHASE - 0.72) / 0.12) ** 2)))
    q, dq, rows = Q_REF[0, 1], DQ_REF[0, 1], np.empty((STRIDES, 2, TICKS))
    for stride in range(STRIDES):
        own = weak if stride < RECOVERED else Q_REF[:, 1]
        speed = (np.roll(own, -1) - np.roll(own, 1)) / (2.0 * DT)
        effort = INERTIA * (np.roll(speed, -1) - np.roll(speed, 1)) / (2.0 * DT)
        for tick in range(TICKS):
            tau = law.torque(tick, q, dq) if law else 0.0
            pull = STIFFNESS * (own[tick] - q) + DAMPING * (speed[tick] - dq)
            dq += DT * (effort[tick] + pull + tau) / INERTIA
            q += DT * dq
            rows[stride, :, tick] = q, tau
    return rows


def main():
    print("law                knee error [° RMS] stride 1, 20, 40   largest torque [N·m] stride 20, 40")
    for name, law in (("none", None), ("IterativeLearning", Stride()), ("ModelBased", Model())):
        rows = train(law)
        error = np.degrees(np.sqrt(((rows[:, 0] - Q_REF[:, 1]) ** 2).mean(axis=1)))[[0, 19, 39]]
        peak = np.abs(rows[:, 1]).max(axis=1)[[19, 39]]
        print(f"{name:18} {error[0]:19.1f} {error[1]:7.1f} {error[2]:7.1f} {peak[0]:23.1f} {peak[1]:9.1f}")
    print("from stride 21 on the person bends the knee without help: the torque is forgotten")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    knee, torque, course = figure.subplots(1, 3)
    rows = train(Stride())
    knee.plot(100 * PHASE, np.degrees(Q_REF[:, 1]), "k:", label="reference")
    for stride, color in ((0, "0.6"), (4, "C0"), (19, "C3")):
        knee.plot(100 * PHASE, np.degrees(rows[stride, 0]), color, label=f"stride {stride + 1}")
    for stride, color in ((1, "0.6"), (4, "C0"), (19, "C3"), (29, "C2")):
        torque.plot(100 * PHASE, rows[stride, 1], color, label=f"stride {stride + 1}")
    number = np.arange(STRIDES) + 1
    for name, table, color in (("IterativeLearning", rows, "C0"), ("ModelBased", train(Model()), "C1")):
        error = np.sqrt(((table[:, 0] - Q_REF[:, 1]) ** 2).mean(axis=1))
        course.plot(number, np.degrees(error), color, label=f"{name}: error [°]")
        course.plot(number, np.abs(table[:, 1]).max(axis=1), color, linestyle="--", label="largest torque [N·m]")
    course.axvspan(RECOVERED + 1, STRIDES, color="0.93")
    knee.set(xlabel="left cycle [%]", ylabel="knee [°]", title="IterativeLearning: knee")
    torque.set(xlabel="left cycle [%]", ylabel="torque [N·m]", title="IterativeLearning: torque")
    course.set(xlabel="stride [-]", ylabel="error [°], torque [N·m]", title="shaded: the person has recovered")
    course.set_ylim(-1, 50)
    knee.legend()
    torque.legend()
    course.legend(loc="upper right")


if __name__ == "__main__":
    main()
