//! What is said of banks.

use std::fs;

use portative::io::BUILT_IN_BANK;

use super::desk::*;

#[test]
fn bank_info_tells_what_a_bank_is() {
    let text = said(&Desk::new(), &["bank", "info", "bank.sf2"]);
    for row in ["Name        Portative", "Presets     ", "Samples     ", "In memory   "] {
        assert!(text.contains(row), "`{row}` is not in:\n{text}");
    }
}

#[test]
fn bank_presets_lists_them_by_number() {
    let text = said(&Desk::new(), &["bank", "presets", "bank.sf2"]);
    assert!(text.starts_with("  0:0    "), "{text}");
    assert!(text.lines().last().unwrap().starts_with("128:"), "{text}");
}

#[test]
fn bank_lint_finds_nothing_odd_in_the_built_in_bank() {
    assert_eq!(said(&Desk::new(), &["bank", "lint", "bank.sf2"]), "nothing odd\n");
}

#[test]
fn bank_reports_come_as_json_too() {
    let desk = Desk::new();
    let json = |command| {
        let text = said(&desk, &["bank", command, "bank.sf2", "--json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    assert_eq!(json("info")["samples"]["unusable"], 0);
    assert_eq!(json("presets")[0]["program"], 0);
    assert_eq!(json("lint")["findings"], serde_json::json!([]));
}

#[test]
fn bank_lint_names_what_is_odd_and_is_done() {
    let desk = Desk::new();
    fs::write(desk.path("odd.sf2"), [BUILT_IN_BANK, b"odd"].concat()).unwrap();
    let text = said(&desk, &["bank", "lint", "odd.sf2", "--tables-only"]);
    assert!(text.starts_with("RIFF: size ") && text.ends_with("1 oddity\n"), "{text}");
}

#[test]
fn oddities_of_one_kind_are_shown_by_example_unless_all_are_wanted() {
    let desk = Desk::new();
    let mut bank = BUILT_IN_BANK.to_vec();
    let at = bank.windows(4).position(|id| id == b"shdr").unwrap() + 8;
    // A link to sample 0 in the first ten samples, which are mono ones.
    let samples = bank[at..].chunks_exact_mut(46).take(10);
    samples.for_each(|header| header[44..46].copy_from_slice(&4_u16.to_le_bytes()));
    fs::write(desk.path("odd.sf2"), bank).unwrap();
    let few = said(&desk, &["bank", "lint", "odd.sf2", "--tables-only"]);
    let all = said(&desk, &["bank", "lint", "odd.sf2", "--tables-only", "--all"]);
    let count = all.lines().count() - 1;
    assert!(count >= 9 && all.ends_with(&format!("\n{count} oddities\n")), "{all}");
    assert_eq!(few.lines().count(), 5, "{few}");
    assert!(few.contains(&format!("    and {} more like that\n", count - 3)), "{few}");
    assert!(few.ends_with(&format!("\n{count} oddities; --all shows each of them\n")), "{few}");
}

#[test]
fn texts_of_a_bank_do_not_command_the_terminal() {
    let desk = Desk::new();
    let mut bank = BUILT_IN_BANK.to_vec();
    let at = bank.windows(4).position(|id| id == b"INAM").unwrap() + 8;
    bank[at..at + 4].copy_from_slice(b"\x1B[2J");
    fs::write(desk.path("odd.sf2"), bank).unwrap();
    let text = said(&desk, &["bank", "info", "odd.sf2"]);
    assert!(text.contains("\\u{1b}[2J") && !text.contains('\x1B'), "{text}");
}

#[test]
fn what_is_no_bank_is_refused() {
    check(&["bank", "info", "text.mid"], 1, &["text.mid", "expected RIFF"]);
    check(&["bank", "lint", "short.sf2"], 1, &["short.sf2", "bytes left at offset"]);
    check(&["bank", "presets", "nothing.sf2"], 1, &["nothing.sf2", "no such file"]);
}
