//! A queue of fixed size that drops and counts, so that a tick never allocates and never waits.

/// First in, first out, at most `N`; what does not fit is dropped and counted.
#[derive(Clone, Debug)]
pub struct Queue<T: Copy, const N: usize> {
    items: [Option<T>; N],
    first: usize,
    len: usize,
    dropped: u64,
}

impl<T: Copy, const N: usize> Default for Queue<T, N> {
    fn default() -> Self {
        Self { items: [None; N], first: 0, len: 0, dropped: 0 }
    }
}

impl<T: Copy, const N: usize> Queue<T, N> {
    /// Adds an item, or counts it as dropped when the queue is full.
    pub fn push(&mut self, item: T) {
        if self.len == N {
            self.dropped += 1;
        } else {
            self.items[(self.first + self.len) % N] = Some(item);
            self.len += 1;
        }
    }

    /// Takes the oldest item.
    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let item = self.items[self.first].take();
        self.first = (self.first + 1) % N;
        self.len -= 1;
        item
    }

    /// Number of items that did not fit since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_counts_what_does_not_fit() {
        let mut queue = Queue::<u8, 2>::default();
        queue.push(1);
        queue.push(2);
        queue.push(3);
        assert_eq!((queue.pop(), queue.dropped()), (Some(1), 1));
        queue.push(4);
        assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(2), Some(4), None));
    }
}
