//! What holds the person up besides legs and rope, in motion: the one place where the classes part.

use super::plates::Plates;
use super::support::Support;
use super::{Actuation, DeviceParams, DeviceState, MountParams, PlateState, SupportState};
use crate::contact::Feet;
use crate::model::{Model, Trig};
use crate::patient::Will;
use crate::system::{DofVec, System};
use gaitloop_core::body::Body;
use gaitloop_core::types::Sides;

#[derive(Clone, Debug)]
pub(crate) enum Mount {
    Frame,
    Support(Box<Support>),
    Plates(Box<Plates>),
}

impl Mount {
    /// As it is when the person hangs in the posture `q`.
    pub fn new(params: &DeviceParams, body: &Body, q: &DofVec) -> Self {
        match &params.mount {
            MountParams::Frame => Self::Frame,
            MountParams::Support(p) => Self::Support(Box::new(Support::new(p, *body, q[1] - params.start_height))),
            MountParams::Plates(p) => Self::Plates(Box::new(Plates::new(p, body, q))),
        }
    }

    /// Start of a tick of `dt` [s], with state, rates and the load of each foot in body weights; gives the speed over
    /// ground that the person feels [m/s].
    pub fn begin(
        &mut self,
        params: &DeviceParams,
        command: &Actuation,
        machine: &DeviceState,
        (state, rates): (&DofVec, &DofVec),
        load: Sides<f64>,
        dt: f64,
    ) -> f64 {
        match (self, &params.mount) {
            (Self::Support(support), MountParams::Support(p)) => {
                support.begin(p, machine.live && machine.let_down(), state, load, dt);
                rates[0]
            }
            (Self::Plates(plates), MountParams::Plates(p)) => {
                plates.begin(p, command, machine);
                0.0
            }
            _ => machine.belt,
        }
    }

    /// On plates the person goes along with them.
    pub fn intend(&mut self, will: &mut Will, dt: f64) {
        if let Self::Plates(plates) = self {
            plates.intend(will, dt);
        }
    }

    /// Adds what plates do to the feet; None where the feet stand on belt or ground.
    pub fn hold(
        &mut self,
        params: &DeviceParams,
        model: &Model,
        out: &mut System,
        trig: &Trig,
        motion: (&DofVec, &DofVec),
        h: f64,
    ) -> Option<Feet> {
        match (self, &params.mount) {
            (Self::Plates(plates), MountParams::Plates(p)) => Some(plates.add(p, model, out, trig, motion, h)),
            _ => None,
        }
    }

    /// Adds what crutches or walking frame do to the trunk.
    pub fn lean(&mut self, params: &DeviceParams, out: &mut System, motion: (&DofVec, &DofVec), h: f64) {
        if let (Self::Support(support), MountParams::Support(p)) = (self, &params.mount) {
            support.add(p, out, motion, h);
        }
    }

    pub fn plates(&self) -> Option<&PlateState> {
        if let Self::Plates(plates) = self { Some(&plates.state) } else { None }
    }

    pub fn support(&self) -> Option<&SupportState> {
        if let Self::Support(support) = self { Some(&support.state) } else { None }
    }
}
