//! The events of a recording in the ticks in which they are found.

use super::foot::SOURCES;
use crate::types::{Event, Sides};

/// Events that are still to come.
pub(super) struct Queue {
    /// Of each source and side those to come, the next one last.
    rest: Vec<Sides<Vec<Event>>>,
    found: [Sides<Option<Event>>; SOURCES],
    /// Tick before which nothing comes [ns], absent when all is done.
    due: Option<i64>,
}

impl Queue {
    pub(super) fn new(sources: &[&[(usize, Event)]]) -> Self {
        let one = |events: &[(usize, Event)], side: usize| {
            let mut own: Vec<Event> = events.iter().filter(|e| e.0 == side).map(|e| e.1).collect();
            own.sort_by_key(|event| event.t_emit);
            own.reverse();
            own
        };
        let rest = sources.iter().take(SOURCES).map(|events| [one(events, 0), one(events, 1)]).collect();
        let mut queue = Self { rest, found: [[None; 2]; SOURCES], due: None };
        queue.due = queue.first();
        queue
    }

    fn first(&self) -> Option<i64> {
        self.rest.iter().flatten().filter_map(|events| events.last()).map(|event| event.t_emit).min()
    }

    /// What each source finds in the tick at `t` [ns]; nothing at all in most of them.
    pub(super) fn next(&mut self, t: i64) -> &[Sides<Option<Event>>] {
        if self.due.is_none_or(|due| due > t) {
            return &[];
        }
        for (found, rest) in self.found.iter_mut().flatten().zip(self.rest.iter_mut().flatten()) {
            *found = rest.pop_if(|event| event.t_emit <= t);
        }
        self.due = self.first();
        &self.found
    }
}
