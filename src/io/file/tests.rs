use super::*;

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_dropped_file_leaves_nothing_and_what_was_there_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("song.wav");
    std::fs::write(&path, b"before").unwrap();
    let mut file = NewFile::create(&path).unwrap();
    file.write_all(b"after").unwrap();
    assert_eq!(names(directory.path()).len(), 2);
    drop(file);
    assert_eq!(names(directory.path()), ["song.wav"]);
    assert_eq!(std::fs::read(&path).unwrap(), b"before");
}

#[test]
fn a_kept_file_replaces_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("song.wav");
    std::fs::write(&path, b"before").unwrap();
    let mut file = NewFile::create(&path).unwrap();
    file.write_all(b"after").unwrap();
    file.keep().unwrap();
    assert_eq!(names(directory.path()), ["song.wav"]);
    assert_eq!(std::fs::read(&path).unwrap(), b"after");
}

#[cfg(unix)]
#[test]
fn a_kept_file_has_the_permissions_of_an_ordinary_one() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let (ours, theirs) = (directory.path().join("ours"), directory.path().join("theirs"));
    NewFile::create(&ours).unwrap().keep().unwrap();
    File::create(&theirs).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&theirs));
}

#[test]
fn what_cannot_be_read_or_written_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    std::fs::write(at("empty"), b"").unwrap();
    let problem = |path: PathBuf| FileSource::open(path).unwrap_err().problem;
    assert!(matches!(problem(at("missing")), FileProblem::Missing));
    assert!(matches!(problem(at(".")), FileProblem::Directory));
    assert!(matches!(problem(at("empty")), FileProblem::Empty));
    let problem = |path: PathBuf| NewFile::create(path).unwrap_err().problem;
    assert!(matches!(problem(at(".")), FileProblem::Directory));
    assert!(matches!(problem(at("no/such/song.wav")), FileProblem::NoDirectory(_)));
}

#[test]
fn reading_is_positioned_and_ends_at_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bytes");
    std::fs::write(&path, b"0123456789").unwrap();
    let source = FileSource::open(&path).unwrap();
    let mut three = [0; 3];
    source.read_exact_at(&mut three, 4).unwrap();
    assert_eq!(&three, b"456");
    let error = source.read_exact_at(&mut three, 8).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    assert!(matches!(source.read_all(9).unwrap_err().problem, FileProblem::TooLarge { .. }));
    assert_eq!(source.read_all(10).unwrap(), b"0123456789");
}

#[test]
fn the_longest_names_can_be_written() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a".repeat(255), "ö".repeat(127), "月".repeat(84)] {
        let path = directory.path().join(&name);
        let mut file = NewFile::create(&path).unwrap();
        file.write_all(b"x").unwrap();
        file.keep().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"x");
    }
    assert_eq!(names(directory.path()).len(), 3);
}

#[cfg(unix)]
#[test]
fn an_error_names_the_file_and_no_temporary_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a".repeat(256));
    let error = NewFile::create(&path).and_then(NewFile::keep).unwrap_err().to_string();
    assert!(error.starts_with(&path.display().to_string()) && !error.contains(".part"), "{error}");
    // Not even for the superuser.
    let error = NewFile::create("/proc/song.wav").unwrap_err().to_string();
    assert!(error.starts_with("/proc/song.wav: ") && !error.contains(".part"), "{error}");
}
