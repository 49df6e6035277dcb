//! The table: a row as soon as it is measured.

use crate::peer::{COLUMNS, Column};

/// Prints rows.
pub struct Table;

impl Table {
    /// Prints the head.
    pub fn begin() -> Self {
        let names: Vec<_> = COLUMNS.iter().map(|column| column.title()).collect();
        println!("| | {} |", names.join(" | "));
        println!("|---|{}", "---:|".repeat(COLUMNS.len()));
        Self
    }

    /// Prints a row; what was not run is a dash.
    pub fn row(&mut self, what: &str, cells: &[(Column, String)]) {
        let cell = |column: &Column| {
            let cell = cells.iter().find(|(of, _)| of == column);
            cell.map_or("-", |(_, text)| text.as_str()).to_owned()
        };
        let cells: Vec<_> = COLUMNS.iter().map(cell).collect();
        println!("| {what} | {} |", cells.join(" | "));
    }
}
