"""The same machine in MuJoCo, built by hand and written by `to_mjcf`: equations, motion, energy and contact agree."""

import mujoco
import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant, to_mjcf

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


PERSON = Patient.stroke(side="right", severity=0.4, seed=11)


@pytest.fixture(scope="module", params=["sensed by hand", "driven by hand", "driven written"])
def twins(request):
    ankle, _, source = request.param.partition(" ")
    device = Device.treadmill_exo(ankle=ankle)
    p, d = PERSON.parameters(), device.parameters()
    if source == "written":
        text = to_mjcf(PERSON, device, contacts=False, frame=False)
    else:
        text = mjcf(p["mass"], p["height"], (d["thigh_mass"], d["shank_mass"]), d["armature"])
    model = mujoco.MjModel.from_xml_string(text)
    return Plant(PERSON, device), model, mujoco.MjData(model)


def states(n):
    rng = np.random.default_rng(2)
    for _ in range(n):
        yield rng.uniform(-1.5, 1.5, 9), rng.uniform(-6, 6, 9), rng.uniform(-150, 150, 9)


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=0, atol=RTOL * np.abs(want).max())


def test_equations_agree_with_mujoco(twins):
    plant, model, data = twins
    full = np.empty((9, 9))
    for q, dq, tau in states(1000):
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


def runge_kutta(plant, q, dq, h, steps):
    zero = np.zeros(9)
    for _ in range(steps):
        v1, a1 = dq, plant.forward_dynamics(q, dq, zero)
        v2 = dq + h / 2 * a1
        a2 = plant.forward_dynamics(q + h / 2 * v1, v2, zero)
        v3 = dq + h / 2 * a2
        a3 = plant.forward_dynamics(q + h / 2 * v2, v3, zero)
        v4 = dq + h * a3
        a4 = plant.forward_dynamics(q + h * v3, v4, zero)
        q = q + h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)
        dq = dq + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
    return q, dq


START = np.array([0.0, 1.2, 0.1, 0.4, 0.6, -0.1, -0.3, 0.2, 0.1]), np.array([0.3, 5.0, -0.5, 2, -1, 1.5, -1, 0.5, 0.2])


def test_a_second_of_free_motion_agrees_with_mujoco(twins):
    plant, model, data = twins
    h, steps = 0.001, 1000
    model.opt.integrator, model.opt.timestep = mujoco.mjtIntegrator.mjINT_RK4, h
    mujoco.mj_resetData(model, data)
    data.qpos[:], data.qvel[:] = START
    mujoco.mj_step(model, data, nstep=steps)
    q, dq = runge_kutta(plant, *START, h, steps)
    assert np.abs(q - START[0]).max() > 1.0
    close(q, data.qpos)
    close(dq, data.qvel)


def test_energy_is_conserved_over_ten_seconds_of_flight(twins):
    plant, _, _ = twins
    q, dq = START[0], START[1] + np.array([0, 44.0] + [0] * 7)
    total = sum(plant.energy(q, dq))
    end = sum(plant.energy(*runge_kutta(plant, q, dq, 1e-3, 10_000)))
    # Of the energy of the segments' motion, far less than that of the flight.
    assert end == pytest.approx(total, rel=0, abs=1e-6 * plant.energy(*START)[0])


def standing(ankle):
    """The written model, joints held, a foot's length above the floor; and what it is made of."""
    device = Device.treadmill_exo(ankle=ankle)
    p = Plant(PERSON, device).parameters()
    model = mujoco.MjModel.from_xml_string(to_mjcf(PERSON, device))
    data = mujoco.MjData(model)
    height = p["thigh"]["length"] + p["shank"]["length"] + p["ankle_height"]
    return model, data, p, height


@pytest.mark.parametrize("ankle", ["sensed", "driven"])
def test_written_heels_and_toes_are_springs_of_the_plants_stiffness(ankle):
    model, data, p, height = standing(ankle)
    model.jnt_stiffness[2:], model.dof_damping[2:] = 1e5, 1e3
    model.qpos_spring[:] = 0.0
    data.qpos[1] = height - 0.001
    mujoco.mj_step(model, data, nstep=8000)
    assert data.ncon == 4
    assert not any(warning.number for warning in data.warning)
    wrench, forces = np.zeros(6), []
    for i, contact in enumerate(data.contact):
        mujoco.mj_contactForce(model, data, i, wrench)
        name = model.geom(max(contact.geom)).name
        stiffness = p["contact_stiffness"][name.startswith("toe")]
        assert wrench[0] == pytest.approx(-stiffness * contact.dist, rel=1e-4)
        forces.append(wrench[0])
    limbs = 2 * (p["thigh_rod"] + p["shank_rod"])
    assert sum(forces) == pytest.approx((p["mass"] + limbs) * G, rel=1e-3)


def test_written_contacts_lie_at_heel_and_toe():
    model, data, p, height = standing("sensed")
    for ankle in (-0.3, 0.0, 0.2):
        data.qpos[:] = [0.2, height + 0.1, 0.0, 0.0, 0.0, ankle, 0.0, 0.0, ankle]
        mujoco.mj_kinematics(model, data)
        for name, along in (("heel_l", -p["heel"]), ("toe_r", p["toe"])):
            centre = data.geom(name).xpos
            sole = height + 0.1 - p["thigh"]["length"] - p["shank"]["length"]
            want = sole + along * np.sin(ankle) - p["ankle_height"] * np.cos(ankle)
            assert centre[2] - model.geom(name).size[0] == pytest.approx(want, abs=1e-4)


def test_written_model_has_the_drives_and_the_frame_of_the_device():
    for ankle, drives in (("sensed", 4), ("driven", 6)):
        model, data, p, _ = standing(ankle)
        assert [model.joint(i).name for i in range(9)][:4] == ["x", "z", "pitch", "hip_l"]
        assert model.nu == drives + 2
        np.testing.assert_array_equal(model.actuator("knee_r").ctrlrange, [-150.0, 150.0])
        # The belt's speed moves the frame: a pelvis that keeps up with it feels no force.
        stiffness, damping = p["frame"]["x"]
        data.qpos[0], data.qvel[0] = 0.8 * 0.5, 0.8
        data.ctrl[model.actuator("frame_x").id], data.ctrl[model.actuator("frame_vx").id] = 0.8 * 0.5, 0.8
        mujoco.mj_forward(model, data)
        assert data.qfrc_actuator[0] == pytest.approx(0.0, abs=1e-9)
        data.ctrl[:] = 0.0
        mujoco.mj_forward(model, data)
        assert data.qfrc_actuator[0] == pytest.approx(-stiffness * 0.4 - damping * 0.8, rel=1e-12)


def test_a_step_outside_its_range_is_refused():
    for step in (0.0, 0.1, np.nan):
        with pytest.raises(ConfigError, match=r"^step must lie in"):
            to_mjcf(PERSON, Device.treadmill_exo(), step=step)
