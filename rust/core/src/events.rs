//! Placeholder heading of the room.
