//! A tick of drives neither asks for memory nor gives any back, whatever comes over the line.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../../core/tests/counting/mod.rs"]
mod counting;

mod served;

use counting::traffic;
use gaitloop_core::safety::{Command, SafeProfile};
use gaitloop_realtime::Device;
use served::Served;

#[test]
fn a_tick_of_drives_has_no_traffic_with_the_allocator() {
    let served = Served::new();
    let mut device = served.device();
    device.open(0.001).unwrap();
    let (mut answers, command) = (0, Command::idle());
    for t in 0..500 {
        let ticked = traffic(|| {
            answers += i32::from(device.measure(t * 1_000_000).unwrap().q.get(0).is_some());
            device.exchange(&command).unwrap();
        });
        assert_eq!(ticked, [0, 0], "tick {t}: allocated, given back");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(answers > 300, "{answers}");
    device.close(SafeProfile::ReleaseAfterDamp);
}
