//! Breadth first through everything a machine can get into.

use super::Machine;
use super::history::{History, Tick};
use super::properties::PROPERTIES;
use gaitloop_core::safety::{SafeProfile, State, SupervisorInputs};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

/// What is told to a machine, and how time goes on.
pub struct Space {
    pub inputs: Vec<SupervisorInputs>,
    /// From the time of one tick to that of the next [ns].
    pub steps: Vec<i64>,
    /// Grid of the times that are told apart [ns]; every deadline is a multiple.
    pub grain: i64,
    /// Machines tried per state: a second one, come there at another time, must do as the first.
    pub witnesses: u8,
    /// Stop in the first state in which this property is violated.
    pub until: Option<&'static str>,
}

/// What an exploration found.
#[derive(Default)]
pub struct Found {
    pub states: usize,
    pub transitions: u64,
    /// Ticks of the longest of the shortest ways to a state.
    pub depth: u32,
    pub entered: HashSet<State>,
    /// How often each property had something to say.
    pub judged: [u64; PROPERTIES.len()],
    /// Violated properties, each with the shortest way to its first violation.
    pub violated: BTreeMap<&'static str, String>,
}

/// A machine somewhere in the space, and how it came there.
struct Node<M> {
    machine: M,
    history: History,
    t: i64,
    depth: u32,
    // Number of the node before, and the tick that led here; none at the start.
    way: Option<(usize, SupervisorInputs)>,
}

struct Search<'a, M> {
    space: &'a Space,
    nodes: Vec<Node<M>>,
    // Witnesses of each state, and the time of the last one.
    seen: HashMap<(u64, u64), (u8, i64)>,
    found: Found,
}

/// Explores everything within reach of `machine`, a device of `profile`.
pub fn explore<M: Machine>(machine: M, profile: SafeProfile, space: &Space) -> Found {
    let start = Node { machine, history: History::start(profile), t: 0, depth: 0, way: None };
    let mut search = Search { space, nodes: vec![start], seen: HashMap::new(), found: Found::default() };
    let mut from = 0;
    while from < search.nodes.len() && !space.until.is_some_and(|name| search.found.violated.contains_key(name)) {
        search.expand(from);
        from += 1;
    }
    search.found.states = search.seen.len() + 1;
    search.found
}

impl<M: Machine> Search<'_, M> {
    fn expand(&mut self, from: usize) {
        for step in &self.space.steps {
            for i in &self.space.inputs {
                let Node { mut machine, history, t, depth, .. } = self.nodes[from];
                let t = t.saturating_add(*step);
                let out = machine.step(i, t);
                let tick = history.tick(i, t, out);
                self.found.transitions += 1;
                self.judge(from, &tick, machine.sound());
                // Where a machine that strayed from its model is, nobody knows; it is not followed.
                if machine.sound() {
                    let history = History::after(&tick);
                    self.reach(Node { machine, history, t, depth: depth + 1, way: Some((from, *i)) });
                }
            }
        }
    }

    fn judge(&mut self, from: usize, tick: &Tick, sound: bool) {
        for ((name, _, judge), judged) in PROPERTIES.iter().zip(&mut self.found.judged) {
            let verdict = judge(tick);
            *judged += u64::from(verdict.is_some());
            if verdict == Some(false) && !self.found.violated.contains_key(name) {
                let way = way(&self.nodes, from, tick);
                self.found.violated.insert(name, way);
            }
        }
        if !sound && !self.found.violated.contains_key("model") {
            self.found.violated.insert("model", way(&self.nodes, from, tick));
        }
    }

    fn reach(&mut self, node: Node<M>) {
        let key = (node.machine.key(self.space.grain), node.history.key(self.space.grain));
        match self.seen.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((1, node.t));
            }
            Entry::Occupied(mut entry) => {
                let (witnesses, t) = *entry.get();
                if witnesses >= self.space.witnesses || t == node.t {
                    return;
                }
                entry.insert((witnesses + 1, node.t));
            }
        }
        self.found.depth = self.found.depth.max(node.depth);
        self.found.entered.insert(node.history.state);
        self.nodes.push(node);
    }
}

/// The inputs that lead to a tick, one a line.
fn way<M>(nodes: &[Node<M>], from: usize, tick: &Tick) -> String {
    let (mut ticks, mut at) = (Vec::new(), from);
    while let Some((before, inputs)) = nodes[at].way {
        ticks.push((inputs, nodes[at].history.state, nodes[at].t));
        at = before;
    }
    let mut text = String::new();
    for (inputs, state, t) in ticks.iter().rev() {
        writeln!(text, "  {t} ns {inputs:?} -> {state:?}").unwrap();
    }
    writeln!(text, "  then {:?} -> {:?}", tick.i, tick.out).unwrap();
    text
}
