//! What can be wrong with a drive or its bus.

macro_rules! troubles {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $word:literal;)+) => {
        /// What is wrong; the drive's status is its code with a minus sign.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Trouble {
            $($(#[doc = $doc])+ $name = $code,)+
        }

        /// All of them, by code.
        pub const TROUBLES: &[Trouble] = &[$(Trouble::$name,)+];

        impl Trouble {
            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

troubles! {
    /// It has not been asked for yet.
    Unasked = 1, "unasked";
    /// Its feedback is too old.
    FeedbackLost = 2, "feedback_lost";
    /// Its heartbeat is missing.
    HeartbeatLost = 3, "heartbeat_lost";
    /// It booted while it was in use.
    Rebooted = 4, "rebooted";
    /// It is not operational on the network.
    NotOperational = 5, "not_operational";
    /// It told of an emergency that is not over.
    Emergency = 6, "emergency";
    /// It is in a fault, or on the way there.
    Fault = 7, "fault";
    /// It left by itself the state it was brought to: a quick stop, a loss of power.
    StoppedItself = 8, "stopped_itself";
    /// It does not reach the state it is to be brought to.
    NotReached = 9, "not_reached";
    /// It does not leave the state in which it moves.
    StillEnabled = 10, "still_enabled";
    /// Its statusword tells no state.
    UnknownState = 11, "unknown_state";
    /// It is in another mode than asked for.
    WrongMode = 12, "wrong_mode";
    /// It cannot follow its position.
    FollowingError = 13, "following_error";
    /// One of its own limits has acted for too long.
    LimitActive = 14, "limit_active";
    /// Frames that nobody should send, or of a wrong length, too often.
    Garbage = 15, "garbage";
    /// The adapter tells of a bus that is off or about to be.
    BusOff = 16, "bus_off";
    /// What is sent does not get onto the bus.
    SendLate = 17, "send_late";
    /// Somebody else commands on this bus. It stays until the device is opened again.
    SecondMaster = 18, "second_master";
    /// The configuration changed after it was read, or is not what was verified. It stays until the device is opened again.
    ConfigurationChanged = 19, "configuration_changed";
    /// The load cell tells what no rope can carry.
    LoadLost = 20, "load_lost";
    /// The rope carries more than it may.
    Overloaded = 21, "overloaded";
    /// A part that has no status of its own, the belt or the winch, is in trouble.
    OtherPart = 22, "other_part";
}

impl Trouble {
    /// The value of a drive's status.
    #[must_use]
    pub fn status(self) -> f64 {
        -f64::from(self as u8)
    }

    /// Whether nothing that is asked for takes it away.
    #[must_use]
    pub fn stays(self) -> bool {
        matches!(self, Self::SecondMaster | Self::ConfigurationChanged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_from_one_and_names_are_different() {
        assert!(TROUBLES.iter().enumerate().all(|(i, trouble)| *trouble as usize == i + 1));
        assert!(TROUBLES.iter().all(|a| TROUBLES.iter().filter(|b| a.name() == b.name()).count() == 1));
        assert_eq!(Trouble::FeedbackLost.status(), -2.0);
    }
}
