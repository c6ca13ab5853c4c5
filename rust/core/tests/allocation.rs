//! A tick allocates nothing.
#![allow(clippy::unwrap_used)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use gaitloop_core::events::{Detector, FootImuContacts, FootImuParams, ForceContacts, ForceParams};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};
use gaitloop_core::trajectory::GaitPattern;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1_u8; 8]))), 1);
}

#[test]
fn rooms_step_without_allocating() {
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, Some(0.03)).unwrap();
    let mut contacts = ForceContacts::new(ForceParams::default()).unwrap();
    let mut phase = PhaseEstimator::new(PhaseParams::default()).unwrap();
    let count = allocations(|| {
        for k in 0..5000_i64 {
            let force = if k % 1000 < 600 { 600.0 } else { 0.0 };
            contacts.step([Some(force), None], k * 1_000_000);
            let state = phase.step([(k % 1000 == 0).then_some(0.002), None], 0.9, 1e-3);
            std::hint::black_box(pattern.evaluate_sides(state.phase, state.rate, state.accel));
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn foot_sensors_are_read_without_allocating() {
    let mut contacts = FootImuContacts::new(FootImuParams::default()).unwrap();
    let mut found = 0;
    let count = allocations(|| {
        for k in 0..5000_i64 {
            let (u, mut row) = ((k % 500) as f64 * 2e-3, [0.0; 12]);
            let rate = if u < 0.2 { 20.0 * u } else { (-12.0 * (u - 0.2)).max(2.0 * u - 2.0) };
            row[2] = 9.81;
            row[4] = if k > 500 { rate } else { 0.0 };
            row[10] = if k % 700 < 3 { f64::NAN } else { rate };
            found += contacts.step(&row, k * 2_000_000).iter().flatten().count();
        }
    });
    assert_eq!(count, 0);
    assert!(found > 4, "{found} events");
}

#[test]
fn the_corridor_ticks_without_allocating() {
    let mut bench = common::Bench::walk(1.0);
    let mut foot = 0;
    let count = allocations(|| {
        for k in 0..5000_i64 {
            bench.fill(common::IDLE);
            let force = if k % 1200 < 700 { [650.0, 0.0] } else { [0.0, 650.0] };
            bench.sample.foot_force = gaitloop_core::types::Reading::new(force, bench.sample.t);
            bench.act();
            while bench.trainer.next_event().is_some() {
                foot += 1;
            }
            while bench.trainer.next_stride().is_some() {}
        }
    });
    assert_eq!(count, 0);
    assert!(foot > 4, "the feet moved: {foot} events");
}

#[test]
fn jerk_limited_updates_allocate_nothing() {
    use gaitloop_core::trajectory::jerk_limited::{Input, JerkLimited, MAX_DOFS, Outcome, Output, Synchronization};
    let (mut input, mut out) = (Input::new(6), Output::default());
    for (row, value) in [(6, 2.0), (7, -2.0), (8, 10.0), (9, -10.0), (10, 200.0)] {
        input.rows[row] = [value; MAX_DOFS];
    }
    let mut generator = JerkLimited::new(6, 1e-3).unwrap();
    let mut refused = 0;
    let count = allocations(|| {
        for k in 0..5000_usize {
            let target = if k % 500 == 499 { f64::NAN } else { (k / 250) as f64 * 0.37 % 1.0 };
            input.rows[3][k % 6] = target;
            input.synchronization = [[Synchronization::Time, Synchronization::Phase][k / 700 % 2]; MAX_DOFS];
            (input.rows[11], input.rows[12]) =
                if k > 2500 { ([1.0; MAX_DOFS], [-0.1; MAX_DOFS]) } else { (input.rows[11], input.rows[12]) };
            input.tracking = if k > 4000 { 0.02 } else { 0.0 };
            let outcome = generator.update(&input, &mut out);
            refused += usize::from(matches!(outcome, Outcome::Kept | Outcome::Stopping | Outcome::Holding));
            input.rows[..3].copy_from_slice(&out.rows[..3]);
        }
    });
    assert_eq!(count, 0);
    assert!(refused > 5, "inputs were refused: {refused}");
}

#[test]
fn the_generator_steps_without_allocating() {
    use gaitloop_core::trajectory::{Foot, GaitGenerator, GeneratorParams};
    let pattern = GaitPattern::koopman(0.8, 1.75, 0.14, Some(0.03)).unwrap();
    let mut generator = GaitGenerator::new(GeneratorParams {
        max_velocity: [12.0; 6],
        max_acceleration: [400.0; 6],
        max_jerk: [3e4; 6],
        lower: [-1.0; 6],
        upper: [2.0; 6],
        hip: 0.0,
        knee: 0.0,
        freeze_time: 0.8,
    })
    .unwrap();
    generator.walk(&pattern, 2.0, Foot::Left).unwrap();
    let (mut count, mut moved) = (0, 0.0_f64);
    for k in 0..6000 {
        match k {
            3000 => drop(generator.stand(2.0, true).unwrap()),
            3100 => generator.freeze(),
            4500 => generator.resume(),
            _ => {}
        }
        count += allocations(|| moved = moved.max(std::hint::black_box(generator.step(1e-3)).reference.q[1]));
    }
    assert_eq!(count, 0);
    assert!(moved > 0.5, "the knee bent: {moved} rad");
}
