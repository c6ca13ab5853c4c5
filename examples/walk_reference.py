"""Reference curves at several speeds: cadence, step height and largest joint velocities."""

import numpy as np

import gaitloop as gl

print("speed [m/s]  strides [1/s]  clearance [m]  knee peak [rad]  knee velocity [rad/s]")
phase = np.linspace(0.0, 1.0, 201)
for speed in (0.3, 0.5, 0.8, 1.1):
    pattern = gl.trajectory.GaitPattern.koopman(speed=speed, height=1.72)
    q, dq, _ = pattern.evaluate(phase)
    knee, velocity = q[:, 1].max(), np.abs(dq[:, 1]).max()
    clearance = pattern.foot_clearance(1.72)
    print(f"{speed:11.1f}  {pattern.stride_rate:13.2f}  {clearance:13.3f}  {knee:15.2f}  {velocity:21.2f}")
