//! Rows of ticks on their way out: a ring for one writer and one reader that drops and counts, and never waits.

use gaitloop_core::measures::StrideMeasures;
use gaitloop_core::safety::Command;
use gaitloop_core::trainer;
use gaitloop_core::types::{Event, Sample};
use rtrb::{Consumer, Producer, RingBuffer};

/// Gait events and strides on their way out.
const EVENTS: usize = 1024;
const STRIDES: usize = 256;

/// Everything of one tick.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Number of the tick's time on the grid.
    pub index: u64,
    /// Time from it to the beginning of the tick [ns].
    pub late: i64,
    /// Time that the tick took [ns].
    pub execution: i64,
    /// What the device measured, and the time that the last tick took.
    pub sample: Sample,
    /// What the trainer answered.
    pub command: Command,
    /// How it came to that.
    pub telemetry: trainer::Telemetry,
}

impl Row {
    /// Before the first tick.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            index: 0,
            late: 0,
            execution: 0,
            sample: Sample::default(),
            command: Command::idle(),
            telemetry: trainer::Telemetry::default(),
        }
    }
}

/// The end that is read.
#[derive(Debug)]
pub struct Telemetry {
    rows: Consumer<Row>,
    events: Consumer<(usize, Event)>,
    strides: Consumer<StrideMeasures>,
}

/// The end that is in the tick.
#[derive(Debug)]
pub(crate) struct Outlet {
    rows: Producer<Row>,
    events: Producer<(usize, Event)>,
    strides: Producer<StrideMeasures>,
}

/// A ring for `rows` ticks, each of its pages written once, so that none is met for the first time in a tick.
pub(crate) fn telemetry(rows: usize) -> (Telemetry, Outlet) {
    let (mut writer, mut reader) = RingBuffer::new(rows);
    while writer.push(Row::empty()).is_ok() {}
    while reader.pop().is_ok() {}
    let (events, events_read) = RingBuffer::new(EVENTS);
    let (strides, strides_read) = RingBuffer::new(STRIDES);
    (Telemetry { rows: reader, events: events_read, strides: strides_read }, Outlet { rows: writer, events, strides })
}

impl Outlet {
    /// Sends a row; false when there is no room and it is dropped.
    pub fn push(&mut self, row: &Row) -> bool {
        self.rows.push(*row).is_ok()
    }

    /// Moves events and strides out of the trainer; what finds no room stays there, which drops and counts in its turn.
    pub fn take_from(&mut self, trainer: &mut trainer::Trainer) {
        while !self.events.is_full() {
            let Some(event) = trainer.next_event() else { break };
            let _ = self.events.push(event);
        }
        while !self.strides.is_full() {
            let Some(stride) = trainer.next_stride() else { break };
            let _ = self.strides.push(stride);
        }
    }
}

impl Telemetry {
    /// Rows that can be read now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.slots()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Oldest row not yet read.
    pub fn pop(&mut self) -> Option<Row> {
        self.rows.pop().ok()
    }

    /// Oldest gait event not yet read: side and event.
    pub fn next_event(&mut self) -> Option<(usize, Event)> {
        self.events.pop().ok()
    }

    /// Oldest closed stride not yet read.
    pub fn next_stride(&mut self) -> Option<StrideMeasures> {
        self.strides.pop().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        #[test]
        fn a_full_ring_drops_the_newest_and_says_so(writes in proptest::collection::vec(any::<bool>(), 0..200), size in 1_usize..9) {
            let (mut reader, mut outlet) = telemetry(size);
            let (mut model, mut row) = (VecDeque::new(), Row::empty());
            for (index, write) in (0_u64..).zip(writes) {
                if write {
                    row.index = index;
                    prop_assert_eq!(outlet.push(&row), model.len() < size);
                    if model.len() < size {
                        model.push_back(index);
                    }
                } else {
                    prop_assert_eq!(reader.pop().map(|row| row.index), model.pop_front());
                }
                prop_assert_eq!(reader.len(), model.len());
            }
        }
    }
}
