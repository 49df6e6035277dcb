use super::*;

fn load(text: impl AsRef<[u8]>) -> Result<Config, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    Config::load_from(&path)
}

/// What is wrong, without the file's name.
#[track_caller]
fn fault(text: impl AsRef<[u8]>) -> String {
    let error = load(text).unwrap_err().to_string();
    error.split_once("config.toml: ").unwrap().1.to_owned()
}

#[test]
fn a_missing_or_empty_file_is_the_default() {
    assert_eq!(Config::load_from(Path::new("no/such/file")).unwrap(), Config::default());
    assert_eq!(load("").unwrap(), Config::default());
}

#[test]
fn every_key_is_read() {
    let config = load("bank = ['/a.sf2']\noutput = 'jack'\nengine = 'native'\ngain = -3.0\n");
    let expected = Config {
        bank: vec!["/a.sf2".into()],
        output: Some("jack".into()),
        engine: Some("native".into()),
        gain: Some(-3.0),
    };
    assert_eq!(config.unwrap(), expected);
    assert_eq!(load("gain = -3\n").unwrap().gain, Some(-3.0));
}

#[test]
fn one_bank_needs_no_brackets_and_paths_are_relative_to_the_file() {
    let banks =
        |text: &str| Config::parse(text.as_bytes(), Path::new("/etc/portative")).unwrap().bank;
    assert_eq!(banks("bank = 'a.sf2'"), [PathBuf::from("/etc/portative/a.sf2")]);
    assert_eq!(banks("bank = ['../a.sf2', '/b.sf2']").len(), 2);
    assert_eq!(banks("bank = ['../a.sf2', '/b.sf2']")[1], Path::new("/b.sf2"));
    let home = etcetera::home_dir().unwrap();
    assert_eq!(banks("bank = '~/banks/a.sf2'"), [home.join("banks/a.sf2")]);
    assert_eq!(banks("bank = '~a.sf2'"), [PathBuf::from("/etc/portative/~a.sf2")]);
}

#[test]
fn a_gain_is_a_number_in_its_range() {
    for gain in ["nan", "inf", "-inf", "61", "-120.5", "'loud'", "99999999999999999999", "true"] {
        let text = format!("gain = {gain}");
        assert_eq!(fault(&text), format!("line 1, column 8: {text}: expected -120 to 60 decibels"));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest_one() {
    let keys = "The keys are bank, output, engine, gain";
    assert_eq!(
        fault("bank = []\n  bnak = []\n"),
        format!("line 2, column 3: unknown key `bnak`, did you mean `bank`? {keys}")
    );
    assert_eq!(
        fault("volume = 3\ngian = 2"),
        format!("line 1, column 1: unknown key `volume`. {keys}"),
        "the first one, and none is near"
    );
}

#[test]
fn what_is_no_toml_is_said_once_with_its_place() {
    let fault = fault("gain = 1\nbank = [\"a\n");
    assert!(fault.starts_with("line 2, column ") && !fault.contains('\n'), "{fault}");
    assert_eq!(fault.matches("line").count(), 1, "{fault}");
    assert!(self::fault("bank = 7").starts_with("line 1, column 8: bank = 7: expected a path"));
    assert!(self::fault("gain = 1\ngain = 2").starts_with("line 2, column 1: "));
}

#[test]
fn what_is_no_utf_8_is_said_with_its_place() {
    assert_eq!(fault(b"gain = 1\nbank = '\xE4'"), "line 2, column 9: expected UTF-8");
}
