"""Gait events one sample at a time, as a controller gets them, and the phase that follows from them."""

import numpy as np

import gaitloop as gl

DT = 0.001  # [s]
STRIDE = 1.2  # [s]

detector = gl.events.ForceContacts()
estimator = gl.phase.PhaseEstimator()
estimator.reset([0.0, 0.5])

for i in range(round(20.0 / DT)):
    t = i * DT
    force = 700.0 * np.clip(0.6 + 2.0 * np.sin(2.0 * np.pi * (t / STRIDE - np.array([0.0, 0.5]))), 0.0, 1.0)
    age = np.full(2, np.nan)  # time since the contact that was reported in this tick; NaN: none was
    for event in detector.step(force, t):
        if event.kind == "ic":
            age[("left", "right").index(event.side)] = event.emit - event.time
        if t > 18.5:
            print(f"{t:6.3f} s  {event.side:5}  {event.kind:2}  happened {1e3 * (event.emit - event.time):3.0f} ms ago")
    state = estimator.step(age, nominal_rate=1.0 / 1.3, dt=DT)

print(f"cadence assumed {1.0 / 1.3:.3f}, found {state.rate[0]:.3f} strides per second")
print(f"phase {state.phase.round(3)}, confidence {state.confidence.round(2)}")
