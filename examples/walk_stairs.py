"""Stairs up and down: the foot's path over the noses, turned into joint angles."""

import numpy as np

import gaitloop as gl
from gaitloop.reference.body import Body

RISE, TREAD, HEIGHT, CLEARANCE = 0.17, 0.29, 1.75, 0.02
SIGN = {"up": 1, "down": -1}
PHASE = np.linspace(0.0, 1.0, 201)
BODY = Body(75.0, HEIGHT)


def stairs(direction):
    return gl.trajectory.GaitPattern.stairs(RISE, TREAD, HEIGHT, direction, cadence=1.0, foot_clearance=CLEARANCE)


def left_leg(pattern, phases, direction):
    """Hip, knee, ankle, heel, ball of the left leg (T, 5, 2) [m]; the ball begins on the tread at the origin."""
    q = pattern.evaluate(np.append(phases, 0.3))[0]
    points = np.array([[(0.0, 0.0), *BODY.leg(*row[:3])] for row in q])
    travel = 2.0 * np.array([TREAD, SIGN[direction] * RISE])  # of the hip in one cycle, evenly
    hip = travel * (np.asarray(phases)[:, None] - 0.3) - points[-1, 4]
    return points[:-1] + hip[:, None]


def noses(direction):
    """Nose of each tread (K, 2) [m], the one under the origin first; placement as in the specification, 3.4."""
    k = np.arange(3.0)
    if direction == "up":
        first = -(TREAD - CLEARANCE - 0.049 * HEIGHT)
    else:
        first = min(0.023 * HEIGHT, TREAD - CLEARANCE - 0.1029 * HEIGHT)
    return np.stack([first + k * TREAD, SIGN[direction] * k * RISE], axis=1)


def lift(direction):
    """Smallest height of the sole straight over the nose that it passes [m]."""
    points = left_leg(stairs(direction), np.linspace(0.66, 0.99, 400), direction)
    nose, heel, ball = noses(direction)[1], points[:, 3], points[:, 4]
    over = (heel[:, 0] <= nose[0]) & (nose[0] <= ball[:, 0])
    share = (nose[0] - heel[over, 0]) / (ball[over, 0] - heel[over, 0])
    return (heel[over, 1] + share * (ball[over, 1] - heel[over, 1]) - nose[1]).min()


def main():
    print("direction  hip [°]     knee [°]    ankle [°]   speed [m/s]  over the nose [cm]")
    for direction in SIGN:
        pattern = stairs(direction)
        q = np.degrees(pattern.evaluate(PHASE)[0][:, :3])
        ranges = "  ".join(f"{low:4.0f} {high:5.0f}" for low, high in zip(q.min(0), q.max(0), strict=True))
        print(f"{direction:9}  {ranges}  {pattern.speed:11.3f}  {100 * lift(direction):18.1f}")
    print(f"step over step over {100 * RISE:.0f} by {100 * TREAD:.0f} cm at 60 steps a minute")


def draw(figure):
    figure.set_size_inches(9.0, 4.6)
    panels = figure.subplot_mosaic([["up", "down", "hip"], ["up", "down", "knee"], ["up", "down", "ankle"]])
    for direction, sign in SIGN.items():
        axis, pattern = panels[direction], stairs(direction)
        x0, first = noses(direction)[0]
        k = np.arange(-2, 7)
        if sign > 0:  # a tread reaches from its nose to the next riser
            x, z = np.repeat(x0 + k * TREAD, 2), np.repeat(first + k * RISE, 2)
            x, z = x[1:], z[:-1]
            axis.fill_between(x, z, -1.0, color="0.88")
        else:
            x, z = np.repeat(x0 + (k - 1) * TREAD, 2), np.repeat(first - k * RISE, 2)
            x, z = x[:-1], z[1:] + RISE
            axis.fill_between(x[:-1], z[:-1], -1.6, color="0.88")
        for phase in np.linspace(0.0, 1.0, 21):
            hip, knee, ankle, heel, ball = left_leg(pattern, [phase], direction)[0]
            color = "C3" if phase > 0.65 else f"{0.15 + 0.6 * phase}"
            axis.plot(*np.array([hip, knee, ankle, heel, ball, ankle]).T, color=color, linewidth=0.9)
        trace = left_leg(pattern, PHASE, direction)
        axis.plot(*trace[:, 0].T, "C0", label="hip")
        axis.plot(*trace[:, 4].T, "C2", label="ball of the foot")
        low = -0.25 if sign > 0 else -0.6
        axis.set(aspect="equal", xlim=(-0.45, 0.95), ylim=(low, low + 1.8), title=f"{direction}wards"[:9])
        axis.set(xlabel="forward [m]", ylabel="up [m]")
        axis.legend(loc="upper left")
        q = np.degrees(pattern.evaluate(PHASE)[0])
        for joint, name in enumerate(("hip", "knee", "ankle")):
            panels[name].plot(100 * PHASE, q[:, joint], "C1" if sign > 0 else "C4", label=direction)
            panels[name].set(ylabel=f"{name} [°]")
    panels["hip"].legend()
    panels["ankle"].set_xlabel("cycle [%]")


if __name__ == "__main__":
    main()
