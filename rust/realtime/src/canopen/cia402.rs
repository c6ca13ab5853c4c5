//! The state machine of CiA 402, as whoever commands a drive sees it.

/// Fault reset, which counts when it rises.
pub const RESET: u16 = 0x80;
/// Takes the power off at once.
pub const DISABLE_VOLTAGE: u16 = 0x00;
/// Brakes on the quick-stop ramp.
pub const QUICK_STOP: u16 = 0x02;
/// Power off, ready for it.
pub const SHUTDOWN: u16 = 0x06;
/// Power on, the drive does not move.
pub const SWITCH_ON: u16 = 0x07;
/// The drive follows what it is told.
pub const ENABLE: u16 = 0x0F;

/// Bit of the statusword: a limit of the drive acts.
pub const LIMIT_ACTIVE: u16 = 1 << 11;
/// Bit of the statusword, in the position mode: the drive cannot follow.
pub const FOLLOWING_ERROR: u16 = 1 << 13;

/// State of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PowerState {
    /// It starts.
    NotReady,
    /// No power, and none may come.
    SwitchOnDisabled,
    /// No power yet.
    ReadyToSwitchOn,
    /// Power, without effect.
    SwitchedOn,
    /// It follows what it is told.
    OperationEnabled,
    /// It brakes, or stands after that.
    QuickStopActive,
    /// It brakes because of a fault.
    FaultReaction,
    /// It has a fault, and no power.
    Fault,
}

impl PowerState {
    /// The state that a statusword tells; none where it tells none.
    #[must_use]
    pub fn of(statusword: u16) -> Option<Self> {
        match statusword & 0x4F {
            0x00 => return Some(Self::NotReady),
            0x40 => return Some(Self::SwitchOnDisabled),
            0x0F => return Some(Self::FaultReaction),
            0x08 => return Some(Self::Fault),
            _ => {}
        }
        match statusword & 0x6F {
            0x21 => Some(Self::ReadyToSwitchOn),
            0x23 => Some(Self::SwitchedOn),
            0x27 => Some(Self::OperationEnabled),
            0x07 => Some(Self::QuickStopActive),
            _ => None,
        }
    }

    /// A statusword that tells it, with power where it has some.
    #[must_use]
    pub fn statusword(self) -> u16 {
        match self {
            Self::NotReady => 0x00,
            Self::SwitchOnDisabled => 0x40,
            Self::ReadyToSwitchOn => 0x21,
            Self::SwitchedOn => 0x33,
            Self::OperationEnabled => 0x37,
            Self::QuickStopActive => 0x17,
            Self::FaultReaction => 0x1F,
            Self::Fault => 0x08,
        }
    }
}

/// Where a drive is to be brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    /// Without power, and not ready for it.
    #[default]
    Off,
    /// Without power, ready for it.
    Ready,
    /// Braked on its quick-stop ramp.
    QuickStop,
    /// Following what it is told.
    Enabled,
}

impl Goal {
    /// Whether it is reached.
    #[must_use]
    pub fn is_met(self, state: PowerState) -> bool {
        match self {
            Self::Off => !matches!(state, PowerState::OperationEnabled | PowerState::SwitchedOn),
            Self::Ready => state == PowerState::ReadyToSwitchOn,
            Self::QuickStop => !matches!(state, PowerState::OperationEnabled),
            Self::Enabled => state == PowerState::OperationEnabled,
        }
    }
}

/// Gives the controlword of each tick; what it keeps is whether a reset has to fall before it can rise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Commander {
    raised: bool,
}

impl Commander {
    /// The controlword towards `goal` from the state that was last seen. Out of a fault or a quick stop nothing leads but
    /// `reset`, and never straight back to a drive that moves.
    pub fn step(&mut self, state: Option<PowerState>, goal: Goal, reset: bool) -> u16 {
        use PowerState::{Fault, OperationEnabled, QuickStopActive, ReadyToSwitchOn, SwitchOnDisabled, SwitchedOn};
        let raise = state == Some(Fault) && reset && !self.raised;
        self.raised = raise;
        match (state, goal) {
            (Some(Fault), _) if raise => RESET,
            (Some(QuickStopActive), Goal::Enabled | Goal::QuickStop) if !reset => QUICK_STOP,
            (_, Goal::Off) | (Some(Fault | QuickStopActive), _) => DISABLE_VOLTAGE,
            (Some(OperationEnabled), Goal::QuickStop) => QUICK_STOP,
            (Some(SwitchOnDisabled | ReadyToSwitchOn), Goal::Ready) => SHUTDOWN,
            (Some(SwitchedOn | OperationEnabled), Goal::Ready) => SHUTDOWN,
            (Some(SwitchOnDisabled), Goal::Enabled) => SHUTDOWN,
            (Some(ReadyToSwitchOn), Goal::Enabled) => SWITCH_ON,
            (Some(SwitchedOn | OperationEnabled), Goal::Enabled) => ENABLE,
            _ => DISABLE_VOLTAGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const ALL: [PowerState; 8] = [
        PowerState::NotReady,
        PowerState::SwitchOnDisabled,
        PowerState::ReadyToSwitchOn,
        PowerState::SwitchedOn,
        PowerState::OperationEnabled,
        PowerState::QuickStopActive,
        PowerState::FaultReaction,
        PowerState::Fault,
    ];

    #[test]
    fn every_word_tells_at_most_one_state_as_in_the_table_of_the_standard() {
        let row = |word: u16| {
            let six = word & 0x6F;
            match (word & 0x4F, six) {
                (0x00, _) => Some(0),
                (0x40, _) => Some(1),
                (_, 0x21) => Some(2),
                (_, 0x23) => Some(3),
                (_, 0x27) => Some(4),
                (_, 0x07) => Some(5),
                (0x0F, _) => Some(6),
                (0x08, _) => Some(7),
                _ => None,
            }
        };
        for word in 0..=u16::MAX {
            assert_eq!(PowerState::of(word).map(|state| state as usize), row(word), "{word:#06x}");
        }
        assert!(ALL.into_iter().all(|state| PowerState::of(state.statusword()) == Some(state)));
    }

    #[test]
    fn a_drive_is_led_up_and_down_one_step_at_a_time() {
        let mut commander = Commander::default();
        let mut word = |state, goal| commander.step(Some(state), goal, false);
        assert_eq!(word(PowerState::SwitchOnDisabled, Goal::Enabled), SHUTDOWN);
        assert_eq!(word(PowerState::ReadyToSwitchOn, Goal::Enabled), SWITCH_ON);
        assert_eq!(word(PowerState::SwitchedOn, Goal::Enabled), ENABLE);
        assert_eq!(word(PowerState::OperationEnabled, Goal::Ready), SHUTDOWN);
        assert_eq!(word(PowerState::OperationEnabled, Goal::QuickStop), QUICK_STOP);
        assert_eq!(word(PowerState::OperationEnabled, Goal::Off), DISABLE_VOLTAGE);
        assert_eq!(commander.step(None, Goal::Enabled, true), DISABLE_VOLTAGE, "nobody knows where it is");
    }

    #[test]
    fn a_reset_rises_again_and_again_while_it_is_asked_for() {
        let mut commander = Commander::default();
        let words: Vec<_> = (0..4).map(|_| commander.step(Some(PowerState::Fault), Goal::Ready, true)).collect();
        assert_eq!(words, [RESET, 0, RESET, 0]);
    }

    proptest! {
        #[test]
        fn nothing_but_a_reset_leads_out_of_a_fault_or_a_quick_stop(
            steps in vec((0_usize..9, 0_usize..4, any::<bool>()), 1..200),
        ) {
            let goals = [Goal::Off, Goal::Ready, Goal::QuickStop, Goal::Enabled];
            let (mut commander, mut before) = (Commander::default(), 0);
            for (state, goal, reset) in steps {
                let (state, goal) = (ALL.get(state).copied(), goals[goal]);
                let word = commander.step(state, goal, reset);
                let enables = word & 0x8F == ENABLE;
                prop_assert!(!enables || goal == Goal::Enabled);
                prop_assert!(!enables || matches!(state, Some(PowerState::SwitchedOn | PowerState::OperationEnabled)));
                let stuck = matches!(state, Some(PowerState::Fault | PowerState::FaultReaction | PowerState::QuickStopActive));
                prop_assert!(!stuck || word & 0x0D == 0, "{word:#x} out of {state:?}");
                prop_assert!(word & RESET == 0 || reset && state == Some(PowerState::Fault));
                prop_assert!(word & RESET == 0 || before & RESET == 0, "it must rise");
                before = word;
            }
        }
    }
}
