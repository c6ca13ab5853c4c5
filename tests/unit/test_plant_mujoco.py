"""The same machine, built once more in MuJoCo: mass matrix, bias forces, accelerations and energy agree."""

import mujoco
import numpy as np
import pytest

from gaitloop.plant import Device, Patient, Plant

G = 9.80665
RTOL = 1e-9


def rod(name, mass, length):
    """A uniform rod along a segment, welded to it."""
    inertia = mass * length**2 / 12
    return (
        f'<body name="{name}"><inertial pos="0 0 {-length / 2}" mass="{mass}" '
        f'diaginertia="{inertia} {inertia} {inertia / 2}"/></body>'
    )


def leg(side, mass, height, rods, armature):
    """Hip, knee and ankle; hip flexion turns by -y, knee flexion by +y, dorsiflexion by -y."""

    def joint(name, sign, inertia):
        return f'<joint name="{name}_{side}" type="hinge" axis="0 {sign} 0" armature="{inertia}"/>'

    def inertial(x, z, share, radius):
        moment = share * mass * radius**2
        return f'<inertial pos="{x} 0 {z}" mass="{share * mass}" diaginertia="{moment} {moment} {moment / 2}"/>'

    thigh, shank, ankle, toe = 0.245 * height, 0.246 * height, 0.039 * height, 0.0743 * height
    foot = np.hypot(ankle, toe)
    return f"""
    <body name="thigh_{side}">{joint("hip", -1, armature[0])}
      {inertial(0, -0.433 * thigh, 0.100, 0.323 * thigh)}{rod(f"thigh_rod_{side}", rods[0], thigh)}
      <body name="shank_{side}" pos="0 0 {-thigh}">{joint("knee", 1, armature[1])}
        {inertial(0, -0.433 * shank, 0.0465, 0.302 * shank)}{rod(f"shank_rod_{side}", rods[1], shank)}
        <body name="foot_{side}" pos="0 0 {-shank}">{joint("ankle", -1, armature[2])}
          {inertial(toe / 2, -ankle / 2, 0.0145, 0.475 * foot)}
        </body>
      </body>
    </body>"""


def mjcf(mass, height, rods, armature):
    trunk = 0.288 * height
    moment = 0.678 * mass * (0.496 * trunk) ** 2
    return f"""
    <mujoco>
      <compiler angle="radian" inertiafromgeom="false"/>
      <option gravity="0 0 {-G}"><flag contact="disable" constraint="disable"/></option>
      <worldbody>
        <body name="pelvis">
          <joint name="x" type="slide" axis="1 0 0"/><joint name="z" type="slide" axis="0 0 1"/>
          <joint name="pitch" type="hinge" axis="0 -1 0"/>
          <inertial pos="0 0 {0.626 * trunk}" mass="{0.678 * mass}" diaginertia="{moment} {moment} {moment / 2}"/>
          {leg("l", mass, height, rods, armature)}{leg("r", mass, height, rods, armature)}
        </body>
      </worldbody>
    </mujoco>"""


@pytest.fixture(scope="module", params=["sensed", "driven"])
def twins(request):
    patient = Patient.stroke(side="right", severity=0.4, seed=11)
    device = Device.treadmill_exo(ankle=request.param)
    p, d = patient.parameters(), device.parameters()
    model = mujoco.MjModel.from_xml_string(
        mjcf(p["mass"], p["height"], (d["thigh_mass"], d["shank_mass"]), d["armature"])
    )
    return Plant(patient, device), model, mujoco.MjData(model)


def states(n):
    rng = np.random.default_rng(2)
    for _ in range(n):
        yield rng.uniform(-1.5, 1.5, 9), rng.uniform(-6, 6, 9), rng.uniform(-150, 150, 9)


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=0, atol=RTOL * np.abs(want).max())


def test_equations_agree_with_mujoco(twins):
    plant, model, data = twins
    full = np.empty((9, 9))
    for q, dq, tau in states(250):
        data.qpos[:], data.qvel[:], data.qfrc_applied[:] = q, dq, tau
        mujoco.mj_forward(model, data)
        mujoco.mj_fullM(model, data, full)
        close(plant.mass_matrix(q), full)
        close(plant.bias(q, dq), data.qfrc_bias)
        close(plant.forward_dynamics(q, dq, tau), data.qacc)


def test_energy_agrees_with_mujoco(twins):
    plant, model, data = twins
    model.opt.enableflags |= mujoco.mjtEnableBit.mjENBL_ENERGY
    first = None
    for q, dq, _ in states(50):
        data.qpos[:], data.qvel[:] = q, dq
        mujoco.mj_forward(model, data)
        kinetic, potential = plant.energy(q, dq)
        first = data.energy[0] - potential if first is None else first
        assert kinetic == pytest.approx(data.energy[1], rel=RTOL)
        assert potential == pytest.approx(data.energy[0] - first, rel=RTOL, abs=1e-7)


def test_energy_is_conserved_in_free_flight(twins):
    plant, _, _ = twins
    q = np.array([0.0, 1.2, 0.1, 0.4, 0.6, -0.1, -0.3, 0.2, 0.1])
    dq = np.array([0.3, 0.5, -0.5, 2.0, -1.0, 1.5, -1.0, 0.5, 0.2])
    start, zero, h = sum(plant.energy(q, dq)), np.zeros(9), 2e-4

    def slope(q, dq):
        return dq, plant.forward_dynamics(q, dq, zero)

    for _ in range(2500):
        v1, a1 = slope(q, dq)
        v2, a2 = slope(q + h / 2 * v1, dq + h / 2 * a1)
        v3, a3 = slope(q + h / 2 * v2, dq + h / 2 * a2)
        v4, a4 = slope(q + h * v3, dq + h * a3)
        q = q + h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
        dq = dq + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
    assert sum(plant.energy(q, dq)) == pytest.approx(start, rel=1e-9)
