//! The lattice of limits: what is left of a device's under those of the person, the session and who watches from afar.

use super::envelope::{ENVELOPE_FIELDS, Envelope, EnvelopeParams, RANGE_OF_MOTION, Rule};
use crate::error::{Error, Result};
use crate::types::{JointVec, N_JOINTS};

/// Who sets limits, from the outermost inwards.
pub const SOURCES: [&str; 4] = ["device", "patient", "session", "remote"];

/// Limits that can only tighten: what is not named does not act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Narrowing(EnvelopeParams);

impl Narrowing {
    /// Nothing is named.
    pub const NONE: Self = Self(EnvelopeParams::WIDEST);

    /// Limits from sources that are asked for each by name and give nothing where none is named.
    ///
    /// # Errors
    /// The first error of a source; [`Error::NotNarrower`] for a limit that is the device's own;
    /// [`Error::OutOfRange`] or [`Error::Swapped`] as for an [`Envelope`].
    pub fn from_source<E: From<Error>>(
        mut joint: impl FnMut(&'static str) -> core::result::Result<Option<JointVec>, E>,
        mut scalar: impl FnMut(&'static str) -> core::result::Result<Option<f64>, E>,
    ) -> core::result::Result<Self, E> {
        let widest = |name| Self::NONE.0.get(name).unwrap_or_default();
        let params = EnvelopeParams::from_source(
            |name| match joint(name)? {
                Some(values) => Ok::<_, E>(tightening(name, values)?),
                None => Ok(widest(name).try_into().unwrap_or_default()),
            },
            |name| match scalar(name)? {
                Some(value) => Ok(tightening(name, value)?),
                None => Ok(widest(name).first().copied().unwrap_or_default()),
            },
        )?;
        Ok(Self(*Envelope::new(params)?.params()))
    }
}

/// The value of a limit that can be narrowed.
fn tightening<T>(name: &'static str, value: T) -> Result<T> {
    let own = ENVELOPE_FIELDS.iter().any(|field| field.name == name && field.rule == Rule::Own);
    if own { Err(Error::NotNarrower { name }) } else { Ok(value) }
}

/// The limits in force, and who set each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effective {
    envelope: Envelope,
    sources: [[usize; N_JOINTS]; ENVELOPE_FIELDS.len()],
}

impl Effective {
    /// The limits in force.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Who set the limit at position `field` of [`ENVELOPE_FIELDS`], per joint, by position in [`SOURCES`]; of a limit
    /// that is given once the first counts.
    #[must_use]
    pub fn sources(&self, field: usize) -> Option<&[usize; N_JOINTS]> {
        self.sources.get(field)
    }
}

impl Envelope {
    /// The limits of this device under those of the patient, the session and remote, in this order: of each limit the
    /// narrowest. A limit is whose value is the narrowest, of equals the first in the order of [`SOURCES`].
    ///
    /// # Errors
    /// [`Error::Clash`] naming the joint whose range of motion becomes empty, and who set its ends.
    pub fn effective(&self, others: &[Narrowing; 3]) -> Result<Effective> {
        let mut params = *self.params();
        let mut sources = [[0; N_JOINTS]; ENVELOPE_FIELDS.len()];
        for (source, other) in (1..).zip(others) {
            let next = params.narrowed(&other.0);
            for (field, setters) in ENVELOPE_FIELDS.iter().zip(&mut sources) {
                let (was, is) = (params.get(field.name).unwrap_or_default(), next.get(field.name).unwrap_or_default());
                for (setter, _) in setters.iter_mut().zip(was.iter().zip(is)).filter(|(_, (was, is))| was != is) {
                    *setter = source;
                }
            }
            params = next;
        }
        let whose = |name, i: usize| {
            let set = ENVELOPE_FIELDS.iter().zip(&sources).find(|(field, _)| field.name == name);
            set.and_then(|(_, setters)| SOURCES.get(*setters.get(i)?)).copied().unwrap_or_default()
        };
        match params.empty_range() {
            None => Ok(Effective { envelope: Envelope::new(params)?, sources }),
            Some((i, low, high)) => {
                let (low_of, high_of) = (whose("q_min", i), whose("q_max", i));
                Err(Error::Clash { name: RANGE_OF_MOTION[i], low, low_of, high, high_of })
            }
        }
    }
}

#[cfg(test)]
mod tests;
