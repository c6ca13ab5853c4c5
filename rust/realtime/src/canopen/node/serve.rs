//! Simulated drives on a bus of their own: adapters on pseudo-terminals, as a process of its own serves them.

use super::super::slcan::{DONE, Decoder, Input, REFUSED, encode};
use super::super::{Frame, PowerState};
use super::{Node, NodeParams};
use crate::sys;
use gaitloop_core::{Error, Result};
use gaitloop_plant::simulation::Operator;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Longest wait for something to read [ms].
const WAIT: u16 = 1;
/// Place of the first button among the inputs.
const FIRST_BUTTON: u32 = 16;
/// Most that may wait for an adapter whose owner does not read [bytes].
const WAITING: usize = 1 << 16;

/// A drive that went into another state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When [ns].
    pub t: i64,
    /// Which drive, by its number.
    pub node: u8,
    /// Its state.
    pub power: PowerState,
    /// Longest time for which the drives were not served, since such a change was told last [ns].
    pub gap: i64,
}

/// Simulated drives of one bus, and the operator whose buttons are wired to their inputs.
#[derive(Clone, Debug)]
pub struct Group {
    nodes: Vec<Node>,
    seen: Vec<PowerState>,
    operator: Operator,
    begun: Option<i64>,
    now: i64,
    pressed: [i64; 8],
}

impl Group {
    /// Drives that have not booted yet.
    ///
    /// # Errors
    /// As [`NodeParams::check`], and [`Error::Length`] naming `nodes` when there is none or more than eight.
    pub fn new(params: &[NodeParams], operator: Operator) -> Result<Self> {
        if !(1..=super::super::AXES).contains(&params.len()) {
            return Err(Error::Length { name: "nodes", got: params.len(), min: 1, max: super::super::AXES });
        }
        let nodes = params.iter().map(|p| Node::new(*p)).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            seen: vec![PowerState::NotReady; nodes.len()],
            nodes,
            operator,
            begun: None,
            now: 0,
            pressed: [i64::MIN; 8],
        })
    }

    /// The drives.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A button, by its number, is pressed from now on for `time` [ns]; nothing happens where there is none.
    pub fn press(&mut self, button: usize, time: i64) {
        if let Some(until) = self.pressed.get_mut(button) {
            *until = self.now.saturating_add(time);
        }
    }

    /// A drive by its number; none where there is no such drive.
    pub fn node(&mut self, number: u8) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| node.number() == number)
    }

    /// Goes on to `t` [ns]; gives what the drives send.
    pub fn advance(&mut self, t: i64, out: &mut Vec<Frame>) {
        let begun = *self.begun.get_or_insert(t);
        self.now = t;
        let buttons = self.operator.buttons(t - begun);
        let is_down = |i: &u32| buttons[*i as usize] != 0.0 || t < self.pressed[*i as usize];
        let inputs = (0..8).filter(is_down).map(|i| 1 << (FIRST_BUTTON + i)).sum();
        for node in &mut self.nodes {
            node.set_inputs(inputs);
            node.advance(t, out);
        }
    }

    /// A frame came at `t` [ns]; gives what the drives send.
    pub fn receive(&mut self, frame: &Frame, t: i64, out: &mut Vec<Frame>) {
        self.nodes.iter_mut().for_each(|node| node.receive(frame, t, out));
    }

    /// States that drives went into since the last call.
    pub fn changes(&mut self, t: i64) -> Vec<Change> {
        let pairs = self.nodes.iter().zip(&mut self.seen);
        let changed = pairs.filter(|(node, seen)| node.power() != **seen);
        changed
            .map(|(node, seen)| {
                *seen = node.power();
                Change { t, node: node.number(), power: node.power(), gap: 0 }
            })
            .collect()
    }
}

/// One adapter.
#[derive(Debug)]
struct Adapter {
    file: File,
    // Held open, so that the other end may come and go.
    _near: File,
    path: PathBuf,
    decoder: Decoder,
    open: bool,
    waiting: Vec<u8>,
}

impl Adapter {
    fn new() -> io::Result<Self> {
        let (file, near, path) = sys::pseudo_terminal()?;
        Ok(Self { file, _near: near, path, decoder: Decoder::default(), open: false, waiting: Vec::new() })
    }

    /// What its owner sends onto the bus.
    fn read(&mut self) -> io::Result<Vec<Frame>> {
        let (mut bytes, mut frames) = ([0; 4096], Vec::new());
        loop {
            match self.file.read(&mut bytes) {
                Ok(0) => return Ok(frames),
                Ok(n) => {
                    for byte in &bytes[..n] {
                        let input = self.decoder.push(*byte);
                        frames.extend(input.and_then(|input| self.obey(input)));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(frames),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn obey(&mut self, input: Input) -> Option<Frame> {
        let answer: &[u8] = match input {
            Input::Frame(frame) if self.open => {
                self.waiting.extend(b"z\r");
                return Some(frame);
            }
            Input::Command(command @ (b'O' | b'C' | b'L')) => {
                self.open = command == b'O';
                if command == b'C' {
                    // Who opens it again gets nothing that was meant for somebody else.
                    self.waiting.clear();
                }
                &[DONE]
            }
            Input::Command(b'S' | b's' | b'Z' | b'M' | b'm') => &[DONE],
            Input::Command(b'F') => b"F00\r",
            Input::Command(b'V') => b"V1013\r",
            Input::Command(b'N') => b"N0001\r",
            _ => &[REFUSED],
        };
        self.waiting.extend(answer);
        None
    }

    fn write(&mut self, frames: &[Frame]) -> io::Result<()> {
        if self.open {
            frames.iter().for_each(|frame| self.waiting.extend(encode(frame).bytes()));
        }
        // An owner who does not read loses what does not fit, as with any adapter.
        self.waiting.truncate(WAITING);
        match self.file.write(&self.waiting) {
            Ok(n) => {
                self.waiting.drain(..n);
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Adapters of one bus, each on a pseudo-terminal.
#[derive(Debug)]
pub struct Lines {
    adapters: Vec<Adapter>,
    served: Option<i64>,
    gap: i64,
}

impl Lines {
    /// As many adapters as asked for.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(count: usize) -> io::Result<Self> {
        Ok(Self { adapters: (0..count).map(|_| Adapter::new()).collect::<io::Result<_>>()?, served: None, gap: 0 })
    }

    /// Where each of them is opened.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.adapters.iter().map(|adapter| adapter.path.as_path())
    }

    /// Serves the drives for about a millisecond; gives the states they went into.
    ///
    /// # Errors
    /// What the system says.
    pub fn serve(&mut self, group: &mut Group) -> io::Result<Vec<Change>> {
        let files: Vec<_> = self.adapters.iter().map(|adapter| &adapter.file).collect();
        sys::wait_readable(&files, WAIT);
        let t = sys::now();
        self.gap = self.gap.max(t - self.served.replace(t).unwrap_or(t));
        let mut from_nodes = Vec::new();
        group.advance(t, &mut from_nodes);
        // What one adapter sends reaches the drives and the other adapters, never itself.
        let mut from_adapters = Vec::new();
        for (at, adapter) in self.adapters.iter_mut().enumerate() {
            for frame in adapter.read()? {
                from_adapters.push((at, frame));
                group.receive(&frame, t, &mut from_nodes);
            }
        }
        for (at, adapter) in self.adapters.iter_mut().enumerate() {
            let others = from_adapters.iter().filter(|(from, _)| *from != at).map(|(_, frame)| *frame);
            let frames: Vec<_> = others.chain(from_nodes.iter().copied()).collect();
            adapter.write(&frames)?;
        }
        let mut changes = group.changes(t);
        changes.iter_mut().for_each(|change| change.gap = self.gap);
        if !changes.is_empty() {
            self.gap = 0;
        }
        Ok(changes)
    }
}
