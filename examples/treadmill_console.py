"""A Bluetooth treadmill: our ramp on its belt, a speed set at its console, its safety key pulled; all simulated."""

from gaitloop.devices.base import BeltLimits
from gaitloop.devices.treadmill import FtmsServer, FtmsTreadmill, SimulatedFtms
from gaitloop.errors import DeviceError

DT = 0.1  # [s]
LIMITS = BeltLimits(max_speed=1.2, acceleration=0.2, deceleration=0.3, overspeed=1.4)


def run():
    """Rows of time, set-point and true speed of the belt, and what was told."""
    server = FtmsServer()
    link = SimulatedFtms(server)  # BleakTransport("AA:BB:CC:DD:EE:FF") for a real one, and no clock
    rows, told = [], []
    with FtmsTreadmill(link, LIMITS, worn="nothing", stops_on_link_loss=True, clock=link.now) as treadmill:
        treadmill.start()
        begun = link.now()
        while (t := link.now() - begun) < 20.0:
            try:
                setpoint = treadmill.set_speed(1.0)
            except DeviceError:  # stopped: by whom is told below
                setpoint = 0.0
            state = treadmill.poll()  # about once a second there is one
            told += [(event.t - begun, event.kind, event.value) for event in state.events] if state else []
            rows.append((t, setpoint, server.speed))
            link.pass_time(DT)
            if abs(t - 9.0) < 0.7 * DT and server.target > 0.7:
                server.turn_speed(0.5)
            if t > 15.0 and server.safety_key:
                server.pull_safety_key()
    return rows, told


def draw(figure):
    """Draw set-point and belt."""
    rows, told = run()
    t, setpoint, speed = zip(*rows, strict=True)
    axis = figure.subplots()
    axis.plot(t, setpoint, label="set-point")
    axis.plot(t, speed, label="belt")
    for when, kind, _ in told:
        axis.axvline(when, color="0.4", linestyle=":")
        axis.text(when, 1.05, f" {kind}", fontsize=7)
    axis.set(xlabel="time [s]", ylabel="speed [m/s]", ylim=(-0.02, 1.15))
    axis.legend(loc="lower center")


if __name__ == "__main__":
    rows, told = run()
    for t, setpoint, speed in rows[:: round(2.0 / DT)]:
        print(f"{t:5.1f} s  set-point {setpoint:.2f} m/s  belt {speed:.2f} m/s")
    for t, kind, value in told:
        print(f"{t:5.1f} s  told: {kind}{'' if value is None else f' {value:.2f} m/s'}")
    print(f"the belt ends at {rows[-1][2]:.2f} m/s")
