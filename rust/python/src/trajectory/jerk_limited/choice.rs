//! Choices from the enumerations of the Python half.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::ConfigError;

/// Module with the enumerations.
pub(super) const ENUMS: &str = "gaitloop.trajectory._jerk_limited_enums";

/// A member of an enumeration, and its number.
pub(super) struct Choice {
    pub member: Py<PyAny>,
    pub code: u8,
}

impl Choice {
    pub fn new(py: Python<'_>, kind: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let member = py.import(ENUMS)?.getattr(kind)?.call1((value,));
        let member =
            member.map_err(|_| ConfigError::new_err(format!("{kind} must be one of its members, got {value}")))?;
        Ok(Self { code: member.extract()?, member: member.unbind() })
    }

    pub fn first(py: Python<'_>, kind: &str) -> PyResult<Self> {
        Self::new(py, kind, &0_u8.into_pyobject(py)?.into_any())
    }
}

/// A choice for all degrees of freedom, or one for each.
pub(super) struct Choices {
    kind: &'static str,
    pub all: Choice,
    each: Option<(Py<PyTuple>, Vec<u8>)>,
}

impl Choices {
    pub fn new(py: Python<'_>, kind: &'static str) -> PyResult<Self> {
        Ok(Self { kind, all: Choice::first(py, kind)?, each: None })
    }

    pub fn set_all(&mut self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.all = Choice::new(value.py(), self.kind, value)?;
        Ok(())
    }

    pub fn each(&self, py: Python<'_>) -> Option<Py<PyTuple>> {
        self.each.as_ref().map(|(members, _)| members.clone_ref(py))
    }

    pub fn set_each(&mut self, name: &str, value: &Bound<'_, PyAny>, dofs: usize) -> PyResult<()> {
        let py = value.py();
        if value.is_none() {
            self.each = None;
            return Ok(());
        }
        let choices = value.try_iter()?.map(|item| Choice::new(py, self.kind, &item?)).collect::<PyResult<Vec<_>>>()?;
        if choices.len() != dofs {
            return Err(ConfigError::new_err(format!("{name} must have shape ({dofs},), got ({},)", choices.len())));
        }
        let codes = choices.iter().map(|choice| choice.code).collect();
        let members = PyTuple::new(py, choices.into_iter().map(|choice| choice.member))?;
        self.each = Some((members.unbind(), codes));
        Ok(())
    }

    pub fn code(&self, i: usize) -> u8 {
        self.each.as_ref().and_then(|(_, codes)| codes.get(i)).copied().unwrap_or(self.all.code)
    }
}
