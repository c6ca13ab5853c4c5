//! What a drive is told that winds the rope of a body-weight support.

use super::{Axis, Feedback, Goal, Mode, Object, Trouble, Want};
use crate::canopen::winch::{Pull, RopeSeen};

impl Axis {
    /// A person may hang on a winch: it stands with its power on where others lose it.
    pub(super) fn held(&self, goal: Goal) -> Goal {
        if self.winch.is_some() && goal == Goal::Off { Goal::QuickStop } else { goal }
    }

    /// What the rope of a winch tells of its work.
    pub(super) fn rope_trouble(&mut self, t: i64, want: &Want) -> Option<Trouble> {
        let (follows, seen) = (self.goal == Goal::Enabled && self.met, self.feedback(t));
        let winch = self.winch.as_mut()?;
        let asked = (want.pull && follows).then_some(want.setpoint);
        let strays =
            follows && self.params.mode == Mode::Position && seen.is_some_and(|seen| winch.strays(seen.position));
        self.stamps[2]?;
        let trouble = winch.judge(t, asked, self.values.get(Object::Load));
        trouble.or(strays.then_some(Trouble::FollowingError))
    }

    /// What the rope of a winch is told.
    pub(super) fn pull(&mut self, t: i64, want: &Want) -> Option<Pull> {
        let (follows, seen) = (self.goal == Goal::Enabled && self.met, self.feedback(t));
        let (speed_max, winch) = (self.params.setpoint_max, self.winch.as_mut()?);
        Some(match seen.filter(|_| follows) {
            Some(Feedback { position, load: force, .. }) => {
                winch.step(t, want.pull.then_some(want.setpoint), RopeSeen { position, force }, speed_max)
            }
            None => winch.rest(),
        })
    }
}
