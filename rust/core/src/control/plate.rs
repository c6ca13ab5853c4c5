//! Impedance of the foot plates of an end-effector trainer, and the way of a plate from the angles of a pattern.

use super::{finite, fraction};
use crate::body::Body;
use crate::curve::Curve;
use crate::error::{Error, Result, in_range};
use crate::types::{N_JOINTS, N_LEG, N_SIDES};

/// Position x, z [m] and pitch [rad] of a plate.
pub const N_AXES: usize = 3;
/// One number per side and axis.
pub type Plates<T> = [[T; N_AXES]; N_SIDES];

/// Mass [kg] of the body whose lengths are used; they do not depend on it.
const ANY_MASS: f64 = 70.0;

fn length(name: &'static str, got: usize) -> Result<()> {
    let (min, max) = (8, 1024);
    if (min..=max).contains(&got) { Ok(()) } else { Err(Error::Length { name, got, min, max }) }
}

fn check(name: &'static str, index: usize, value: f64, min: f64, max: f64) -> Result<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Error::OutOfRange { name, index: Some(index), value, min, max })
}

/// What [`FootPlate`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlateForce {
    /// Force [N] forward and up, and moment [N·m] toe up, of the plate on the foot.
    pub force: Plates<f64>,
    /// Potential energy of each side [J].
    pub energy: [f64; N_SIDES],
}

/// A spring and damper between each foot plate and its path, bounded, scaled by guidance.
///
/// Schmidt, H., Hesse, S., Bernhardt, R. & Krüger, J. (2007). HapticWalker. Autonomous Robots 22, 159-174.
#[derive(Clone, Debug, PartialEq)]
pub struct FootPlate {
    path: Plates<Curve>,
    stiffness: [f64; N_AXES],
    damping: [f64; N_AXES],
    max_force: [f64; N_AXES],
}

impl FootPlate {
    /// Poses [m, m, rad] at the phases `k / N` of each side's own cycle; stiffness, damping and largest force per axis.
    ///
    /// # Errors
    /// [`Error::Length`] for the path, [`Error::OutOfRange`] naming the first value outside its range.
    pub fn new(
        path: &[Plates<f64>],
        stiffness: [f64; N_AXES],
        damping: [f64; N_AXES],
        max_force: [f64; N_AXES],
    ) -> Result<Self> {
        length("path", path.len())?;
        for (i, &value) in path.as_flattened().as_flattened().iter().enumerate() {
            let most = [2.0, 2.0, 1.5][i % N_AXES];
            check("path", i, value, -most, most)?;
        }
        let each = |name, values: [f64; N_AXES], most: [f64; N_AXES]| {
            (0..N_AXES).try_for_each(|a| check(name, a, values[a], 0.0, most[a]))
        };
        each("stiffness", stiffness, [50_000.0, 50_000.0, 5000.0])?;
        each("damping", damping, [5000.0, 5000.0, 500.0])?;
        each("max_force", max_force, [2000.0, 2000.0, 300.0])?;
        let curve = |side: usize, axis: usize| {
            let values: Vec<f64> = path.iter().map(|row| row[side][axis]).collect();
            Curve::new("path", &values)
        };
        let plate = |side: usize| Ok([curve(side, 0)?, curve(side, 1)?, curve(side, 2)?]);
        Ok(Self { path: [plate(0)?, plate(1)?], stiffness, damping, max_force })
    }

    /// Force at these poses, velocities and phases; none for a side of which one is absent.
    #[must_use]
    pub fn step(
        &self,
        pose: &Plates<Option<f64>>,
        velocity: &Plates<Option<f64>>,
        phase: [Option<f64>; N_SIDES],
        phase_rate: [f64; N_SIDES],
        guidance: [f64; N_SIDES],
    ) -> PlateForce {
        let mut out = PlateForce::default();
        for side in 0..N_SIDES {
            let ([Some(x), Some(z), Some(pitch)], [Some(dx), Some(dz), Some(turn)], Some(phase)) =
                (pose[side], velocity[side], phase[side])
            else {
                continue;
            };
            let at = [x, z, pitch, dx, dz, turn, phase];
            if !at.iter().all(|v| v.is_finite()) {
                continue;
            }
            let (rate, share) = (finite(phase_rate[side]).clamp(-5.0, 5.0), fraction(guidance[side]));
            let mut energy = 0.0;
            for axis in 0..N_AXES {
                let [value, slope, _] = self.path[side][axis].evaluate(phase);
                let (force, potential) = self.axis(axis, value - at[axis], slope * rate - at[N_AXES + axis]);
                out.force[side][axis] = finite(share * force);
                energy += finite(potential);
            }
            out.energy[side] = finite(share * energy);
        }
        out
    }

    /// Where a plate should be at this phase, and how fast it should move there.
    #[must_use]
    pub fn reference(&self, side: usize, phase: f64, phase_rate: f64) -> [[f64; N_AXES]; 2] {
        let Some(path) = self.path.get(side) else { return [[0.0; N_AXES]; 2] };
        let at = path.each_ref().map(|curve| curve.evaluate(phase));
        [at.map(|[value, ..]| value), at.map(|[_, slope, _]| slope * phase_rate)]
    }

    /// Force and potential of one axis for an error and its rate.
    fn axis(&self, axis: usize, error: f64, rate: f64) -> (f64, f64) {
        let (k, most) = (self.stiffness[axis], self.max_force[axis]);
        let spring = (k * error).clamp(-most, most);
        let potential =
            if k * error.abs() > most { most * (error.abs() - 0.5 * most / k) } else { 0.5 * k * error * error };
        ((spring + self.damping[axis] * rate).clamp(-most, most), potential)
    }
}

/// What the feet of [`plate_path`] walk on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A floor: the lower foot is on it, the hip moves up and down.
    Level,
    /// Stairs: the hip keeps its height.
    Stairs,
}

/// Legs of a pattern, placed by their own phase.
struct Legs {
    body: Body,
    joints: [Curve; N_JOINTS],
    offset: f64,
}

/// Sole point under the ankle [m], pitch [rad] and height of the lower of heel and toe [m] before the hip.
struct Sole {
    x: f64,
    z: f64,
    pitch: f64,
    low: f64,
}

impl Legs {
    fn sole(&self, side: usize, phase: f64) -> Sole {
        let angles: [f64; N_LEG] = core::array::from_fn(|k| self.joints[N_LEG * side + k].evaluate(phase)[0]);
        let points = self.body.leg(angles, 0.0);
        let pitch = angles[0] - angles[1] + angles[2];
        let (sin, cos) = pitch.sin_cos();
        let h = self.body.ankle_height;
        Sole {
            x: points.ankle[0] + h * sin,
            z: points.ankle[1] - h * cos,
            pitch,
            low: points.heel[1].min(points.toe[1]),
        }
    }

    /// The leg that stands when this one is at `phase`.
    fn other(&self, side: usize, phase: f64) -> Sole {
        self.sole(1 - side, if side == 0 { phase + self.offset } else { phase - self.offset })
    }
}

/// Poses of both plates at the phases `k / samples` from the joint angles [rad] of a pattern at phases `k / M`.
///
/// # Errors
/// [`Error::Length`] for the angles, [`Error::OutOfRange`] naming the first value outside its range.
pub fn plate_path(
    angles: &[[f64; N_JOINTS]],
    height: f64,
    ground: Ground,
    offset: f64,
    step_length: Option<f64>,
    samples: usize,
) -> Result<Vec<Plates<f64>>> {
    length("angles", angles.len())?;
    for (i, &value) in angles.as_flattened().iter().enumerate() {
        check("angles", i, value, -3.0, 3.0)?;
    }
    let body = Body::new(ANY_MASS, height)?;
    let offset = in_range("offset", offset, 0.0, 1.0)?;
    let step_length = step_length.map(|step| in_range("step_length", step, 0.1, 1.2)).transpose()?;
    in_range("samples", samples as f64, 8.0, 1024.0)?;
    let curve = |j: usize| {
        let values: Vec<f64> = angles.iter().map(|row| row[j]).collect();
        Curve::new("angles", &values)
    };
    let joints = [curve(0)?, curve(1)?, curve(2)?, curve(3)?, curve(4)?, curve(5)?];
    let legs = Legs { body, joints, offset };
    let mut scale = 1.0;
    if let Some(wanted) = step_length {
        let step = |side: usize| legs.sole(side, 0.0).x - legs.other(side, 0.0).x;
        scale = wanted / in_range("step", 0.5 * (step(0) + step(1)), 0.05, 2.0)?;
    }
    let soles: Vec<[Sole; N_SIDES]> =
        (0..samples).map(|k| [0, 1].map(|side| legs.sole(side, k as f64 / samples as f64))).collect();
    let lowest = soles.iter().flatten().map(|sole| sole.z).fold(f64::INFINITY, f64::min);
    let pose = |k: usize, side: usize| {
        let sole = &soles[k][side];
        let floor = match ground {
            Ground::Level => sole.low.min(legs.other(side, k as f64 / samples as f64).low),
            Ground::Stairs => lowest,
        };
        [sole.x * scale, sole.z - floor, sole.pitch]
    };
    Ok((0..samples).map(|k| [pose(k, 0), pose(k, 1)]).collect())
}
