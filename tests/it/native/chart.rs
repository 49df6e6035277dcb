//! The MIDI implementation chart: that the documentation says what the code reads.

use portative::engine::native::implementation_chart;

#[test]
fn the_documented_chart_is_the_one_that_the_tables_make() {
    let documented = include_str!("../../../src/engine/native/chart.md");
    let made = implementation_chart();
    assert!(
        made == documented,
        "src/engine/native/chart.md is not what the tables make, which is:\n\n{made}"
    );
}

#[test]
fn the_chart_is_four_columns_wide_and_transmits_nothing() {
    let chart = implementation_chart();
    let rows: Vec<&str> = chart.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 150, "{} rows", rows.len());
    for row in rows.iter().filter(|row| !row.contains("Transmitted")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        assert_eq!((cells.len(), cells[1]), (4, "×"), "{row}");
    }
}
