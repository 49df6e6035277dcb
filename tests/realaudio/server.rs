//! JACK and PulseAudio servers without a sound card, started for one test and stopped after it.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Frames per second of all servers.
pub(crate) const RATE: u32 = 48_000;
/// Frames in a block of the JACK server: long enough for a busy machine.
pub(crate) const PERIOD: u32 = 1_024;

/// A running server.
pub(crate) struct Server {
    child: Child,
    name: &'static str,
}

/// The rig's directory.
pub(crate) fn directory() -> PathBuf {
    std::env::var_os("PORTATIVE_RIG").expect("the rig's script sets it").into()
}

fn rig_variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("the rig's script sets {name}"))
}

impl Server {
    /// A JACK server on its dummy driver, whose monitor ports carry what is played.
    pub(crate) fn jack() -> Self {
        let (rate, period) = (RATE.to_string(), PERIOD.to_string());
        let name = rig_variable("JACK_DEFAULT_SERVER");
        let mut jackd = Command::new("jackd");
        jackd.args(["--no-realtime", "--no-mlock", "-n", &name, "-d", "dummy"]);
        jackd.args(["-r", &rate, "-p", &period, "-C", "2", "-P", "2", "-m"]);
        let server = Self::start("jackd", jackd);
        server.until_ready(Command::new("jack_lsp"));
        server
    }

    /// A PulseAudio server with a sink that goes nowhere, and ALSA's default device leading there.
    pub(crate) fn pulse() -> Self {
        let socket = directory().join("pulse.sock");
        let protocol = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.to_str().unwrap()
        );
        // Without norewinds the sink stalls for seconds at first.
        let sink = format!(
            "module-null-sink sink_name=rig format=float32le rate={RATE} channels=2 norewinds=1"
        );
        let mut pulse = Command::new("pulseaudio");
        pulse.env("HOME", directory());
        pulse.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]);
        pulse.args(["--disallow-exit", "--realtime=no", "--high-priority=no"]);
        pulse.args(["--log-target=stderr", "-L", &protocol, "-L", &sink]);
        let server = Self::start("pulseaudio", pulse);
        let mut info = Command::new("pactl");
        info.arg("info");
        server.until_ready(info);
        server
    }

    fn start(name: &'static str, mut command: Command) -> Self {
        let log = File::create(directory().join(format!("{name}.log"))).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut pids =
            OpenOptions::new().create(true).append(true).open(directory().join("pids")).unwrap();
        writeln!(pids, "{}", child.id()).unwrap();
        Self { child, name }
    }

    /// Asks with `ask` until it succeeds.
    fn until_ready(&self, mut ask: Command) {
        ask.stdout(Stdio::null()).stderr(Stdio::null());
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if ask.status().is_ok_and(|status| status.success()) {
                return;
            }
            sleep(Duration::from_millis(30));
        }
        let log = fs::read_to_string(directory().join(format!("{}.log", self.name)));
        panic!("{} does not answer:\n{}", self.name, log.unwrap_or_default());
    }

    /// Makes the server hang until [`Server::wake`].
    pub(crate) fn hang(&self) {
        self.signal("-STOP");
    }

    /// Ends [`Server::hang`].
    pub(crate) fn wake(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Ends the server without a warning.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    /// Asks the server to end, so that it gives its shared memory back.
    ///
    /// A client that is just being closed when its server ends can end the process (see `jack_server`).
    fn drop(&mut self) {
        let patience = Instant::now() + Duration::from_secs(1);
        while is_closing_a_client() && Instant::now() < patience {
            sleep(Duration::from_millis(1));
        }
        let ended = |child: &mut Child| !matches!(child.try_wait(), Ok(None));
        if ended(&mut self.child) {
            return;
        }
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let end = Instant::now() + Duration::from_secs(2);
        while !ended(&mut self.child) && Instant::now() < end {
            sleep(Duration::from_millis(10));
        }
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a sink or an input that was closed still has the thread that closes its client.
fn is_closing_a_client() -> bool {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let mut names =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
    names.any(|name| name.starts_with("portative-relea"))
}

/// Waits until `condition` holds and says how long that took; panics after `patience`.
pub(crate) fn until(
    what: &str,
    patience: Duration,
    mut condition: impl FnMut() -> bool,
) -> Duration {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < patience, "{what}: not within {patience:?}");
        sleep(Duration::from_millis(1));
    }
    start.elapsed()
}
