"""A treadmill on a serial line: walk, hang, and find the belt standing; on a simulated one in a process of its own."""

import time

from gaitloop.devices.base import BeltLimits
from gaitloop.devices.treadmill import SerialTreadmill, SimulatedBelt
from gaitloop.errors import DeviceError
from gaitloop.realtime import Pacer

limits = BeltLimits(max_speed=1.2, acceleration=0.8, deceleration=0.8, overspeed=1.4)

with SimulatedBelt(watchdog_ms=500) as belt, SerialTreadmill(belt.port, limits, watchdog_within=0.5) as treadmill:
    print(f"safe profile: {treadmill.safe_profile}")
    treadmill.start()
    for tick, _ in zip(range(75), Pacer(rate=50.0), strict=False):
        setpoint = treadmill.set_speed(0.6)
        state = treadmill.poll() or treadmill.read(0.1)
        if tick % 15 == 0:
            print(f"set-point {setpoint:.2f} m/s, belt {state.speed:.2f} m/s")
    time.sleep(1.6)  # a program that hangs: the belt's own watchdog stops it
    print(f"after a pause the belt runs at {belt.speed():.2f} m/s")
    try:
        treadmill.read(0.1)
        treadmill.set_speed(0.6)
    except DeviceError as error:
        print(f"and then: {str(error).replace(belt.port, 'PORT')}")
