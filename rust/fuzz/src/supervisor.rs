//! The supervisor over any sequence of inputs and clocks: P1 to P25, in lockstep with the model of the specification.

use crate::bytes::Bytes;
use crate::space::history::History;
use crate::space::properties::PROPERTIES;
use crate::space::{MS, Machine, Production, profiles};
use gaitloop_core::safety::{Cause, Request, Selftest, Severity, SupervisorInputs};

fn inputs(bytes: &mut Bytes<'_>) -> SupervisorInputs {
    // Wrong is what is told by a bit that is set, so that zeros are a quiet tick.
    let flags = bytes.byte();
    let told = bytes.byte();
    let bit = |k: u8| flags & (1 << k) != 0;
    let severity = if bit(1) { bytes.any(Severity::ALL) } else { Severity::None };
    SupervisorInputs {
        estop_ok: !bit(0),
        severity,
        cause: if bit(1) { bytes.any(Cause::ALL) } else { Cause::None },
        nonresettable: bit(2),
        command: Request::ALL[usize::from(told % 8) % Request::ALL.len()],
        local: !bit(3),
        pain: bit(4),
        still: bit(5),
        selftest: [Selftest::Pass, Selftest::Pending, Selftest::Fail][usize::from(told / 8) % 3],
        enable: !bit(6),
        carried: bit(7),
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let profile = profiles()[data.len() % 3];
    let (mut machine, mut history, mut t) = (Production::new(profile), History::start(profile), 0);
    while !bytes.is_empty() {
        let inputs = inputs(&mut bytes);
        // Deadlines come after hundreds of ticks: at times the same one again and again.
        let (again, mut next) = (1 + 8 * u32::from(bytes.byte().saturating_sub(191)), bytes.time(t, MS));
        for _ in 0..again {
            t = next;
            next = t.saturating_add(MS);
            let out = machine.step(&inputs, t);
            let tick = history.tick(&inputs, t, out);
            for (name, wording, judge) in PROPERTIES {
                assert!(judge(&tick) != Some(false), "{name} {wording}: {inputs:?} at {t} ns gave {out:?}");
            }
            assert!(machine.sound(), "not what the specification says: {inputs:?} at {t} ns gave {out:?}");
            history = History::after(&tick);
        }
    }
}
