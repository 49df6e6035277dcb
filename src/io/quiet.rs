//! Keeps what the system's audio libraries print off the terminal, and keeps the words for our errors.
//!
//! alsa-lib writes to standard error whenever a device cannot be opened, which is no error when one of
//! several is being tried. Its own handler for a thread can be replaced, and is here, for the thread
//! that opens a device and for as long as it lives. Threads that cpal and midir start keep alsa-lib's
//! handler; they open nothing. libjack's messages are turned off by `jack_server`.

#[cfg(target_os = "linux")]
pub(super) use linux::Hush;
#[cfg(not(target_os = "linux"))]
pub(super) use other::Hush;

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Collects what alsa-lib has to say on this thread from now on.
    pub(in crate::io) struct Hush(Option<Rc<RefCell<alsa::Output>>>);

    impl Hush {
        /// Starts with an empty page. Without memory for one, alsa-lib goes on printing.
        pub(in crate::io) fn new() -> Self {
            Self(alsa::Output::local_error_handler().ok())
        }

        /// The first thing that was said, which is the cause; the rest are its consequences.
        pub(in crate::io) fn cause(&self) -> Option<String> {
            let said = self.0.as_ref()?.try_borrow().ok()?.to_string();
            let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
            Some(line.to_owned())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// Systems whose audio libraries do not print.
    pub(in crate::io) struct Hush;

    impl Hush {
        pub(in crate::io) fn new() -> Self {
            Self
        }

        pub(in crate::io) fn cause(&self) -> Option<String> {
            None
        }
    }
}
