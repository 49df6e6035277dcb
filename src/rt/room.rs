//! Memory for things to come, touched beforehand.

use std::hint::black_box;

/// An empty vector with room for `len` things, in memory that is there.
///
/// The system gives memory only when it is first written to, which takes a call into it: not on the audio thread. So
/// all of it is written to here, with what `thing` makes.
///
/// # Thread
///
/// Control threads.
pub fn room<T>(len: usize, thing: impl FnMut() -> T) -> Vec<T> {
    // The box keeps these writes from being left out, or from becoming memory that is zero without being there.
    let mut room = black_box(Vec::with_capacity(len));
    room.resize_with(len, thing);
    let mut room = black_box(room);
    room.clear();
    room
}

/// As many zeros, in memory that is there.
///
/// # Thread
///
/// Control threads.
pub fn zeros<T: Copy + Default>(len: usize) -> Box<[T]> {
    let mut zeros = room(len, T::default);
    zeros.resize(len, T::default());
    zeros.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_empty_and_does_not_grow_up_to_what_was_asked_for() {
        let mut room = room(1_000, || 0_u64);
        let (address, capacity) = (room.as_ptr(), room.capacity());
        assert!(room.is_empty() && capacity >= 1_000);
        room.extend(0..1_000);
        assert_eq!((room.as_ptr(), room.capacity()), (address, capacity));
    }
}
