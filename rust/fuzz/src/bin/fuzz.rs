//! One libFuzzer program for all targets; `GAITLOOP_FUZZ` names the one to run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fn chosen() -> fn(&[u8]) {
    let name = std::env::var("GAITLOOP_FUZZ").unwrap_or_default();
    gaitloop_fuzz::target(&name).unwrap_or_else(|| {
        let names = gaitloop_fuzz::TARGETS.map(|(name, _)| name).join(", ");
        eprintln!("GAITLOOP_FUZZ must be one of {names}, got '{name}'");
        std::process::exit(2)
    })
}

fuzz_target!(|data: &[u8]| TARGET.get_or_init(chosen)(data));
