//! Half of an extreme movement: from a state up to a peak velocity with zero acceleration, in units in which the jerk is one.

/// What is fixed about one half.
///
/// The second half is looked at backwards in time, so that both halves begin at a boundary state and end at the peak. `base` is the velocity from which the
/// acceleration would have been built up from zero, `v - a²/2`; `lead` the acceleration with which the half begins, `limit` the largest one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Half {
    pub base: f64,
    pub lead: f64,
    pub limit: f64,
}

/// How a half is run: acceleration up to `top`, held for `hold`, down to zero. A negative `top` is an acceleration that does not get as far as zero.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arc {
    pub top: f64,
    pub hold: f64,
}

impl Half {
    pub fn new(velocity: f64, lead: f64, limit: f64) -> Self {
        Self { base: velocity - 0.5 * lead * lead, lead, limit }
    }

    /// The run that gains `rise` over the base.
    #[inline]
    pub fn gaining(&self, rise: f64) -> Arc {
        let top = rise.max(0.0).sqrt();
        if top <= self.limit { Arc { top, hold: 0.0 } } else { self.held(rise) }
    }

    /// The run that gains `rise`, known to be held at the limit.
    #[inline]
    pub fn held(&self, rise: f64) -> Arc {
        Arc { top: self.limit, hold: (rise / self.limit - self.limit).max(0.0) }
    }

    /// Duration of a run.
    #[inline]
    pub fn time(&self, arc: Arc) -> f64 {
        2.0 * arc.top + arc.hold - self.lead
    }

    /// Displacement of a run.
    #[inline]
    pub fn distance(&self, arc: Arc) -> f64 {
        let Arc { top, hold } = arc;
        self.base * self.time(arc) + 0.5 * top * (top + hold) * (2.0 * top + hold) - self.offset()
    }

    /// Velocity reached.
    #[inline]
    pub fn peak(&self, arc: Arc) -> f64 {
        self.base + arc.top * (arc.top + arc.hold)
    }

    /// A sixth of the lead cubed.
    #[inline]
    pub fn offset(&self) -> f64 {
        self.lead * self.lead * self.lead / 6.0
    }
}
