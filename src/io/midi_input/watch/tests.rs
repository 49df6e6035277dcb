use std::sync::Mutex;

use super::super::recorder::Recorder;
use super::*;
use crate::midi::Message;

/// A MIDI system whose cables a test pulls and plugs.
#[derive(Debug, Clone, Default)]
struct Desk(Arc<Mutex<DeskState>>);

#[derive(Default)]
struct DeskState {
    is_down: bool,
    sources: Vec<Source>,
    refused: Option<String>,
    lines: Vec<(String, Listener)>,
}

impl fmt::Debug for DeskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskState").finish_non_exhaustive()
    }
}

impl Desk {
    fn plug(&self, names: &[&str]) {
        let source = |name: &&str| Source {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            is_keyboard: true,
        };
        self.0.lock().unwrap().sources = names.iter().map(source).collect();
    }

    fn set_down(&self, is_down: bool) {
        self.0.lock().unwrap().is_down = is_down;
    }

    fn refuse(&self, id: Option<&str>) {
        self.0.lock().unwrap().refused = id.map(str::to_owned);
    }

    /// Sends bytes on a cable; whether somebody listens.
    fn send(&self, name: &str, bytes: &[u8]) -> bool {
        let state = self.0.lock().unwrap();
        let lines = state.lines.iter().rev();
        let mut open = lines.filter(|(line, listener)| line == name && !listener.is_shut());
        let Some((_, listener)) = open.next() else { return false };
        let Some(mut keyboard) = listener.enter() else { return false };
        keyboard.receive(ReferenceTime(0), bytes);
        true
    }

    fn open(&self) -> Result<Box<dyn MidiSystem>, MidiInputError> {
        if self.0.lock().unwrap().is_down { Err(down()) } else { Ok(Box::new(self.clone())) }
    }

    fn inputs(&self, port: &SynthPort, request: InputRequest) -> (MidiInputs, Vec<InputChange>) {
        let desk = self.clone();
        let names = [MidiSystemName::Jack].into_iter();
        MidiInputs::open_with(port, request, names, Box::new(move |_| desk.open())).unwrap()
    }
}

fn down() -> MidiInputError {
    MidiInputError::System { system: MidiSystemName::Jack, reason: "it is down".to_owned() }
}

impl MidiSystem for Desk {
    fn sources(&mut self) -> Result<Vec<Source>, MidiInputError> {
        let state = self.0.lock().unwrap();
        if state.is_down { Err(down()) } else { Ok(state.sources.clone()) }
    }

    fn connect(&mut self, source: &Source, listener: Listener) -> Result<Line, MidiInputError> {
        let mut state = self.0.lock().unwrap();
        if state.refused.as_ref() == Some(&source.id) {
            let (input, reason) = (source.name.clone(), "no".to_owned());
            return Err(MidiInputError::Connect { system: MidiSystemName::Jack, input, reason });
        }
        state.lines.push((source.name.clone(), listener));
        Ok(Box::new(()))
    }

    fn open_virtual(&mut self, name: &str, listener: Listener) -> Result<Line, MidiInputError> {
        self.0.lock().unwrap().lines.push((name.to_owned(), listener));
        Ok(Box::new(()))
    }
}

/// Each change in a word or two.
fn told(changes: &[InputChange]) -> Vec<String> {
    let tell = |change: &InputChange| match change {
        InputChange::Connected { name, .. } => format!("+{name}"),
        InputChange::Disconnected { name, .. } => format!("-{name}"),
        InputChange::Failed(_) => "failed".to_owned(),
        InputChange::SystemLost(_) => "lost".to_owned(),
    };
    changes.iter().map(tell).collect()
}

#[test]
fn keyboards_are_connected_as_they_come_and_let_go_as_they_leave() {
    let (port, mut renderer, recorder) = Recorder::port();
    let desk = Desk::default();
    desk.plug(&["piano"]);
    let (mut inputs, changes) = desk.inputs(&port, InputRequest::default());
    assert_eq!(told(&changes), ["+piano"]);

    desk.plug(&["piano", "organ"]);
    assert_eq!(told(&inputs.poll(&port)), ["+organ"]);
    assert_eq!(told(&inputs.poll(&port)), [""; 0], "nothing new");
    assert!(desk.send("organ", &[0x90, 60, 100]));
    assert_eq!(inputs.inputs()[1].notes, 1);

    desk.plug(&["piano"]);
    assert_eq!(told(&inputs.poll(&port)), ["-organ"]);
    assert!(!desk.send("organ", &[0x90, 61, 100]), "nobody listens any more");
    renderer.render_interleaved(&mut [0.0; 960]);
    let messages = recorder.messages();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(matches!(messages[1], Message::NoteOff { key, .. } if key.get() == 60));

    desk.plug(&["piano", "organ"]);
    assert_eq!(told(&inputs.poll(&port)), ["+organ"]);
    assert!(desk.send("organ", &[0x90, 61, 100]), "plugged in again");
}

#[test]
fn a_system_that_goes_down_is_found_again() {
    let (port, _renderer, _) = Recorder::port();
    let desk = Desk::default();
    desk.plug(&["piano"]);
    let request =
        InputRequest { virtual_name: Some("synth".to_owned()), ..InputRequest::default() };
    let (mut inputs, _) = desk.inputs(&port, request);
    assert!(desk.send("synth", &[0x90, 60, 100]));
    desk.set_down(true);
    assert_eq!(told(&inputs.poll(&port)), ["lost", "-synth", "-piano"]);
    assert_eq!(inputs.inputs(), []);
    assert_eq!(told(&inputs.poll(&port)), [""; 0]);
    desk.set_down(false);
    assert_eq!(told(&inputs.poll(&port)), ["+piano"]);
    assert!(desk.send("synth", &[0x90, 60, 100]), "the virtual input is back too");
}

#[test]
fn an_input_that_refuses_is_said_once_and_tried_again() {
    let (port, _renderer, _) = Recorder::port();
    let desk = Desk::default();
    desk.plug(&["piano"]);
    desk.refuse(Some("piano"));
    let (mut inputs, changes) = desk.inputs(&port, InputRequest::default());
    assert_eq!(told(&changes), ["failed"]);
    assert_eq!(told(&inputs.poll(&port)), [""; 0]);
    desk.refuse(None);
    assert_eq!(told(&inputs.poll(&port)), ["+piano"]);
}

#[test]
fn notes_are_dropped_while_the_port_is_inactive() {
    let (port, renderer, recorder) = Recorder::port();
    let desk = Desk::default();
    desk.plug(&["piano"]);
    let (mut inputs, _) = desk.inputs(&port, InputRequest::default());
    drop(renderer);
    inputs.poll(&port);
    desk.send("piano", &[0x90, 60, 100]);
    let mut renderer = port.activate().unwrap();
    inputs.poll(&port);
    desk.send("piano", &[0x90, 62, 100]);
    renderer.render_interleaved(&mut [0.0; 960]);
    let messages = recorder.messages();
    assert!(matches!(messages[..], [Message::NoteOn { key, .. }] if key.get() == 62));
}

#[test]
fn without_any_system_the_reasons_are_given() {
    let (port, _renderer, _) = Recorder::port();
    let names = [MidiSystemName::Jack].into_iter();
    let result =
        MidiInputs::open_with(&port, InputRequest::default(), names, Box::new(|_| Err(down())));
    assert_eq!(result.unwrap_err().to_string(), "no MIDI system works (JACK MIDI: it is down)");
}
