//! What a watcher may ask of the trainer while it runs.

use gaitloop_core::assist::{OverrideMode, Target};
use gaitloop_core::trainer::{ControlChange, Trainer};
use gaitloop_core::{Error, Result};

/// Asks about support that one message can hold.
const ASKS: usize = 32;

/// What a therapist wants of the support of a subtask, or of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    /// Hold, floor or ceiling [%].
    Set(Target, OverrideMode, f64),
    /// Back to the law.
    Release(Target),
}

/// Changes to be made between two ticks, all made outside and freed outside.
#[derive(Debug, Default)]
pub struct Request {
    /// Belt speed [m/s].
    pub speed: Option<f64>,
    /// Body-weight support [N].
    pub support_force: Option<f64>,
    /// Another law, other parameters or another reference.
    pub control: Option<ControlChange>,
    asks: [Option<Ask>; ASKS],
    /// What was refused first; what it concerns is left as it was.
    pub refused: Option<Error>,
    /// Time of the tick that took it [ns].
    pub taken: i64,
}

impl Request {
    /// Asks for another belt speed [m/s].
    #[must_use]
    pub fn to_speed(speed: f64) -> Self {
        Self { speed: Some(speed), ..Self::default() }
    }

    /// Asks for another body-weight support [N].
    #[must_use]
    pub fn to_support_force(force: f64) -> Self {
        Self { support_force: Some(force), ..Self::default() }
    }

    /// Asks for another law, other parameters or another reference.
    #[must_use]
    pub fn to_control(change: ControlChange) -> Self {
        Self { control: Some(change), ..Self::default() }
    }

    /// Asks for another support of a subtask, or of all.
    #[must_use]
    pub fn to_support(ask: Ask) -> Self {
        let mut request = Self::default();
        request.asks[0] = Some(ask);
        request
    }

    /// Adds what is wanted of the support; false when there is no room.
    pub fn ask(&mut self, ask: Ask) -> bool {
        match self.asks.iter_mut().find(|place| place.is_none()) {
            Some(place) => {
                *place = Some(ask);
                true
            }
            None => false,
        }
    }

    /// What is asked about the support, in order.
    pub fn asks(&self) -> impl Iterator<Item = Ask> + '_ {
        self.asks.iter().flatten().copied()
    }

    /// Takes over what an older message asked for and this one does not; gives it back when there is no room for all of it.
    ///
    /// # Errors
    /// The older message, as it was.
    pub fn inherit(&mut self, mut older: Box<Self>) -> core::result::Result<(), Box<Self>> {
        if self.asks().count() + older.asks().count() > ASKS {
            return Err(older);
        }
        self.speed = self.speed.or(older.speed);
        self.support_force = self.support_force.or(older.support_force);
        self.control = self.control.take().or(older.control.take());
        let newer = core::mem::replace(&mut self.asks, older.asks);
        newer.into_iter().flatten().for_each(|ask| {
            self.ask(ask);
        });
        Ok(())
    }

    /// Asks the trainer; called in the tick of time `t` [ns]. What the law no longer uses stays here.
    pub(crate) fn apply(&mut self, trainer: &mut Trainer, t: i64) {
        self.taken = t;
        let mut refused = None;
        let mut note = |outcome: Result<()>| refused = refused.or(outcome.err());
        note(self.speed.map_or(Ok(()), |speed| trainer.request_speed(speed)));
        note(self.support_force.map_or(Ok(()), |force| trainer.request_support_force(force)));
        note(self.control.as_mut().map_or(Ok(()), |change| trainer.exchange_control(change)));
        for ask in self.asks.iter().flatten() {
            match *ask {
                Ask::Set(target, mode, value) => note(trainer.request_override(target, mode, value)),
                Ask::Release(target) => trainer.release_override(target),
            }
        }
        self.refused = refused;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_message_keeps_what_it_does_not_speak_of() {
        let (hip, all) = (Ask::Release(Target::Subtask(1)), Ask::Release(Target::All));
        let mut older = Request { speed: Some(0.5), support_force: Some(100.0), ..Request::default() };
        assert!(older.ask(hip));
        let mut newer = Request { speed: Some(0.7), ..Request::default() };
        assert!(newer.ask(all) && newer.inherit(Box::new(older)).is_ok());
        assert_eq!((newer.speed, newer.support_force), (Some(0.7), Some(100.0)));
        assert_eq!(newer.asks().collect::<Vec<_>>(), [hip, all], "in the order they were asked");
    }

    #[test]
    fn a_full_message_says_so() {
        let mut full = Request::default();
        assert!((0..ASKS).all(|_| full.ask(Ask::Release(Target::All))));
        assert!(!full.ask(Ask::Release(Target::All)));
        let mut newer = Request::default();
        assert!(newer.ask(Ask::Release(Target::All)));
        let kept = newer.inherit(Box::new(full)).err().map_or(0, |full| full.asks().count());
        assert_eq!((kept, newer.asks().count()), (ASKS, 1), "both are as they were");
    }
}
