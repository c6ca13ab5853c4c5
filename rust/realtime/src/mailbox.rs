//! A mailbox of depth one between whoever watches and a tick: the newest message wins, and comes back to be freed.
//!
//! The tick neither waits nor allocates nor frees: a message is a box that is swapped in by one atomic exchange and, once
//! read, handed back through a ring of one. While a message that was read has not been collected, the next one waits.

use crossbeam_utils::atomic::AtomicCell;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;

/// The end that sends.
pub struct Mailbox<T> {
    inbox: Arc<AtomicCell<Option<Box<T>>>>,
    read: Consumer<Box<T>>,
}

/// The end that is in the tick.
pub struct Slots<T> {
    inbox: Arc<AtomicCell<Option<Box<T>>>>,
    read: Producer<Box<T>>,
}

/// A mailbox and its other end.
#[must_use]
pub fn mailbox<T: Send>() -> (Mailbox<T>, Slots<T>) {
    const { assert!(AtomicCell::<Option<Box<T>>>::is_lock_free()) };
    let inbox = Arc::new(AtomicCell::new(None));
    let (producer, consumer) = RingBuffer::new(1);
    (Mailbox { inbox: inbox.clone(), read: consumer }, Slots { inbox, read: producer })
}

impl<T: Send> Mailbox<T> {
    /// Takes back what the tick has not read.
    pub fn withdraw(&mut self) -> Option<Box<T>> {
        self.inbox.take()
    }

    /// Sends a message; one that nobody read is replaced and given back.
    pub fn post(&mut self, message: Box<T>) -> Option<Box<T>> {
        self.inbox.swap(Some(message))
    }

    /// A message that the tick has read.
    pub fn collect(&mut self) -> Option<Box<T>> {
        self.read.pop().ok()
    }
}

impl<T: Send> Slots<T> {
    /// Reads the newest message, if there is one; `read` may change it, for instance into an answer.
    pub fn exchange(&mut self, read: impl FnOnce(&mut T)) {
        self.exchange_box(|message| read(message));
    }

    /// As [`Self::exchange`], with the box itself, to be replaced by another one.
    pub fn exchange_box(&mut self, read: impl FnOnce(&mut Box<T>)) {
        if self.read.is_full() {
            return;
        }
        if let Some(mut message) = self.inbox.take() {
            read(&mut message);
            // There is room, since nobody else fills the ring; were there none, the message would be freed here.
            let _ = self.read.push(message);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn the_newest_wins_and_an_answer_comes_back() {
        let (mut sender, mut tick) = mailbox();
        assert_eq!(sender.post(Box::new(1)), None);
        assert_eq!(sender.post(Box::new(2)), Some(Box::new(1)));
        tick.exchange(|n| *n += 40);
        tick.exchange(|_| unreachable!("there is only one message"));
        sender.post(Box::new(3));
        tick.exchange(|_| unreachable!("the answer was not collected"));
        assert_eq!((sender.collect(), sender.collect()), (Some(Box::new(42)), None));
        tick.exchange(|n| assert_eq!(*n, 3));
        assert_eq!((sender.withdraw(), sender.collect()), (None, Some(Box::new(3))));
    }

    /// What the sender may do, between two ticks or while one reads.
    const SENDS: [fn(&mut Bench) -> Option<u32>; 3] = [
        |bench| {
            bench.next += 1;
            let (n, kept) = (bench.next, bench.kept.clone());
            let back = bench.sender.post(Box::new(Kept(n, kept)));
            assert_eq!(back.map(|message| message.leave()), bench.inbox.replace(n));
            None
        },
        |bench| {
            let back = bench.sender.withdraw();
            assert_eq!(back.map(|message| message.leave()), bench.inbox.take());
            None
        },
        |bench| bench.sender.collect().map(|message| message.leave()),
    ];

    /// A message that must not be freed by anybody but the sender.
    struct Kept(u32, Arc<AtomicBool>);

    impl Kept {
        fn leave(mut self) -> u32 {
            self.1 = Arc::default();
            self.0
        }
    }

    impl Drop for Kept {
        fn drop(&mut self) {
            self.1.store(true, Ordering::Relaxed);
        }
    }

    /// A sender, what it has sent, and what must lie in the box.
    struct Bench {
        sender: Mailbox<Kept>,
        next: u32,
        inbox: Option<u32>,
        kept: Arc<AtomicBool>,
    }

    /// Plays the digits of `script`: 0 to 2 the sender, 3 to 6 a tick, while whose reading the sender does nothing or 0 to 2.
    fn play(mut script: u32, steps: u32) {
        let (sender, mut tick) = mailbox::<Kept>();
        let mut bench = Bench { sender, next: 0, inbox: None, kept: Arc::default() };
        let mut returned = None;
        for _ in 0..steps {
            let step = script as usize % 7;
            script /= 7;
            if let Some(send) = SENDS.get(step) {
                let back = send(&mut bench);
                assert!(step != 2 || back == returned.take());
                continue;
            }
            let (expected, mut read) = (bench.inbox.filter(|_| returned.is_none()), None);
            tick.exchange(|message| {
                (bench.inbox, read) = (None, Some(message.0));
                let back = step.checked_sub(4).and_then(|send| SENDS[send](&mut bench));
                assert_eq!(back, None, "it is read still");
            });
            assert_eq!(read, expected);
            returned = returned.or(read);
            assert!(!bench.kept.load(Ordering::Relaxed), "a message was freed in the tick");
        }
    }

    /// Each call of the two ends is one atomic exchange of the library's, so that these orders are all that there are.
    #[test]
    fn in_every_order_of_six_steps_the_newest_is_read_once_and_the_sender_alone_frees() {
        (0..7_u32.pow(6)).for_each(|script| play(script, 6));
    }

    /// A message that notes on which thread it is freed.
    struct Noted(u64, thread::ThreadId, Arc<AtomicU64>);

    impl Drop for Noted {
        fn drop(&mut self) {
            self.2.fetch_add(u64::from(thread::current().id() != self.1), Ordering::Relaxed);
        }
    }

    #[test]
    fn two_threads_lose_nothing_but_what_was_replaced_and_the_tick_frees_nothing() {
        const LAST: u64 = 200_000;
        let (mut sender, mut tick) = mailbox::<Noted>();
        let (freed, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let ended = done.clone();
        let ticking = thread::spawn(move || {
            let (mut newest, mut seen) = (0, 0_u64);
            while newest < LAST {
                tick.exchange(|message| {
                    assert!(message.0 > newest, "{} after {newest}", message.0);
                    newest = message.0;
                    seen += 1;
                });
                if ended.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            }
            (seen, tick)
        });
        let (home, mut replaced, mut collected) = (thread::current().id(), 0, 0);
        for n in 1..=LAST {
            replaced += u64::from(sender.post(Box::new(Noted(n, home, freed.clone()))).is_some());
            collected += u64::from(sender.collect().is_some());
        }
        done.store(true, Ordering::Relaxed);
        while !ticking.is_finished() {
            collected += u64::from(sender.collect().is_some());
        }
        let (seen, _tick) = ticking.join().unwrap();
        collected += u64::from(sender.collect().is_some());
        assert_eq!((seen + replaced, collected, freed.load(Ordering::Relaxed)), (LAST, seen, 0));
    }
}
