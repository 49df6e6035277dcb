//! House rules that a compiler does not check: who may import whom, and that every module says what it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers: a module and the modules of ours that it may import.
///
/// Lower ones first, so that the table itself shows that nothing points upwards.
const LAYERS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("time", &[]),
    ("format", &["time"]),
    ("riff", &[]),
    ("rt", &[]),
    ("dsp", &["units", "rt"]),
    ("midi", &["time"]),
    ("codec", &["format", "riff", "dsp"]),
    ("bank", &["units", "riff", "format", "codec"]),
    ("engine", &["units", "time", "format", "riff", "rt", "dsp", "midi", "bank"]),
    ("port", &["units", "time", "format", "riff", "rt", "dsp", "midi", "bank", "engine"]),
    ("sequence", &["midi", "time"]),
    (
        "io",
        &[
            "units", "time", "format", "riff", "rt", "dsp", "midi", "codec", "bank", "engine",
            "port", "sequence",
        ],
    ),
];

#[test]
fn the_layers_point_one_way() {
    for (index, (module, allowed)) in LAYERS.iter().enumerate() {
        for name in *allowed {
            assert!(
                LAYERS[..index].iter().any(|(lower, _)| lower == name),
                "{module} may not import {name}, which is not below it"
            );
        }
    }
}

#[test]
fn modules_import_only_what_their_layer_allows() {
    let mut crossings = Vec::new();
    for file in sources("src") {
        let Some(module) = module_of(&file) else { continue };
        let layer = LAYERS.iter().find(|(name, _)| *name == module);
        let Some((_, allowed)) = layer else {
            crossings.push(format!("{}: module `{module}` has no layer", file.display()));
            continue;
        };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if import != module && !allowed.contains(&import.as_str()) {
                crossings.push(format!("{}: `{module}` imports `{import}`", file.display()));
            }
        }
    }
    assert!(crossings.is_empty(), "layer crossings:\n{}", crossings.join("\n"));
}

#[test]
fn the_binary_uses_the_public_api_only() {
    let mut files = sources("src/cli");
    files.push(PathBuf::from("src/main.rs"));
    for file in files.iter().filter(|file| file.exists()) {
        for import in imports(&fs::read_to_string(file).unwrap()) {
            assert_eq!(import, "cli", "{}: imports crate::{import}", file.display());
        }
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    for file in sources("src") {
        if file.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}: no module docs", file.display());
    }
}

/// The library module that a source file belongs to; the crate root and the binary have none.
fn module_of(file: &Path) -> Option<String> {
    let inner = file.strip_prefix("src").ok()?;
    let first = inner.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs");
    (!matches!(first, "lib" | "main" | "cli")).then(|| first.to_owned())
}

/// The modules named after `crate::`, outside comments.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => found.extend(group_heads(group)),
            None => found.extend(ident(rest)),
        }
    }
    found
}

/// The first identifiers of the items of a `{…}` group, nested groups skipped.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut item = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.extend(ident(std::mem::take(&mut item).trim())),
            _ if depth == 0 => item.push(c),
            _ => {}
        }
    }
    heads.extend(ident(item.trim()));
    heads
}

fn ident(text: &str) -> Option<String> {
    let ident: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!ident.is_empty()).then_some(ident)
}

pub(crate) fn sources(root: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(root) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn the_import_reader_sees_groups_and_paths() {
    let text = "use crate::{midi::{Key, Event}, time};\nlet x = crate::port::open(); // crate::io";
    assert_eq!(imports(text), ["midi", "port", "time"].map(String::from).into());
}
