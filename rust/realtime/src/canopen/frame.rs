//! A frame of classic CAN.

/// A frame with an identifier of 11 bits and up to eight bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    id: u16,
    len: u8,
    remote: bool,
    data: [u8; 8],
}

impl Frame {
    /// Highest identifier.
    pub const MAX_ID: u16 = 0x7FF;

    /// A frame of data; none where the identifier or the length is too large.
    #[must_use]
    pub fn new(id: u16, data: &[u8]) -> Option<Self> {
        let mut frame = Self { id, len: u8::try_from(data.len()).ok()?, ..Self::default() };
        frame.data.get_mut(..data.len())?.copy_from_slice(data);
        (id <= Self::MAX_ID).then_some(frame)
    }

    /// A frame of the library's own, whose identifier is made of a function code and a node number below 128.
    pub(crate) fn of(id: u16, data: [u8; 8], len: usize) -> Self {
        let len = len.min(8);
        let mut kept = [0; 8];
        kept[..len].copy_from_slice(&data[..len]);
        Self { id: id & Self::MAX_ID, len: len as u8, remote: false, data: kept }
    }

    /// A frame that asks for another one of `len` bytes; none where the identifier or the length is too large.
    #[must_use]
    pub fn request(id: u16, len: u8) -> Option<Self> {
        (id <= Self::MAX_ID && len <= 8).then_some(Self { id, len, remote: true, data: [0; 8] })
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Whether it asks for data and carries none.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.remote
    }

    /// How many bytes it carries or asks for.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.len).min(8)
    }

    /// Whether it carries nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data().is_empty()
    }

    /// What it carries.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        if self.remote { &[] } else { &self.data[..self.len()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_a_frame_is_none() {
        assert_eq!(Frame::new(0x800, &[]), None);
        assert_eq!(Frame::new(0x7FF, &[0; 9]), None);
        assert_eq!((Frame::request(0x7FF, 9), Frame::request(0x800, 0)), (None, None));
        let frame = Frame::new(0x181, &[1, 2, 3]);
        assert_eq!(frame.map(|f| (f.id(), f.len(), f.is_empty())), Some((0x181, 3, false)));
        assert_eq!(Frame::request(5, 4).map(|f| (f.is_remote(), f.len(), f.is_empty())), Some((true, 4, true)));
    }
}
