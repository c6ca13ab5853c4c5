//! Events that are known but not given yet.

use crate::types::EventKind;

const LEN: usize = 8;

/// An event that will be given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub(super) side: usize,
    pub(super) kind: EventKind,
    /// When it happened [ns].
    pub(super) at: i64,
    pub(super) confidence: f64,
}

/// A short queue: first in, first out; what does not fit is lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    ring: [Pending; LEN],
    first: usize,
    len: usize,
}

impl Due {
    pub(super) fn new() -> Self {
        let nothing = Pending { side: 0, kind: EventKind::InitialContact, at: 0, confidence: 0.0 };
        Self { ring: [nothing; LEN], first: 0, len: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn push(&mut self, pending: Pending) {
        if self.len < LEN {
            self.ring[(self.first + self.len) % LEN] = pending;
            self.len += 1;
        }
    }

    /// The front, if `may` leave.
    pub(super) fn pop_if(&mut self, may: impl FnOnce(&Pending) -> bool) -> Option<Pending> {
        let front = self.ring[self.first % LEN];
        if self.is_empty() || !may(&front) {
            return None;
        }
        (self.first, self.len) = ((self.first + 1) % LEN, self.len - 1);
        Some(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_leaves_first_and_the_ninth_is_lost() {
        let mut due = Due::new();
        for round in 0..3 {
            for at in 0..9 {
                due.push(Pending { side: 1, kind: EventKind::ToeOff, at: round * 10 + at, confidence: 1.0 });
            }
            assert!(due.pop_if(|front| front.side == 0).is_none());
            for at in 0..8 {
                assert_eq!(due.pop_if(|_| true).map(|front| front.at), Some(round * 10 + at));
            }
            assert!(due.is_empty() && due.pop_if(|_| true).is_none());
        }
    }
}
