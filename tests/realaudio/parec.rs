//! Captures from PulseAudio by its own recorder.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::server::{RATE, until};

/// A running recorder.
pub(crate) struct Parec {
    child: Child,
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Parec {
    /// Records what the rig's sink plays; returns when it has begun to.
    pub(crate) fn start() -> Self {
        let rate = format!("--rate={RATE}");
        let mut child = Command::new("parec")
            .args(["-d", "rig.monitor", "--format=float32le", &rate, "--channels=2"])
            .arg("--latency-msec=20")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut piece = [0; 65_536];
            while let Ok(count @ 1..) = out.read(&mut piece) {
                to.lock().unwrap().extend_from_slice(&piece[..count]);
            }
        });
        let parec = Self { child, bytes, reader: Some(reader) };
        until("recorder", Duration::from_secs(10), || parec.frames() > 0);
        parec
    }

    fn frames(&self) -> usize {
        self.bytes.lock().unwrap().len() / 8
    }

    /// Waits until this much more has been recorded.
    pub(crate) fn wait(&self, seconds: f64) {
        let goal = self.frames() + (seconds * f64::from(RATE)) as usize;
        let patience = Duration::from_secs_f64(seconds * 2.0 + 5.0);
        until("recording", patience, || self.frames() >= goal);
    }

    /// Stops and gives what was recorded.
    pub(crate) fn finish(mut self) -> Vec<[f32; 2]> {
        self.stop();
        let bytes = std::mem::take(&mut *self.bytes.lock().unwrap());
        let point = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
        let points: Vec<_> = bytes.as_chunks::<4>().0.iter().map(point).collect();
        points.as_chunks::<2>().0.to_vec()
    }

    fn stop(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
    }
}

impl Drop for Parec {
    fn drop(&mut self) {
        self.stop();
    }
}
