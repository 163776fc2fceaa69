//! The summary: what ran, how long it took, and one line that says how many passed and failed.

use std::process::ExitCode;

use crate::process::Stopwatch;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
    pub(crate) seconds: f64,
    /// Broke without a failing test: it did not build, crashed, or a check refused.
    pub(crate) broken: bool,
}

impl Row {
    fn result(&self) -> String {
        if self.passed + self.failed + self.ignored > 0 {
            format!("{:>6}  {:>6}  {:>7}", self.passed, self.failed, self.ignored)
        } else if self.broken {
            "FAILED".to_owned()
        } else {
            "ok".to_owned()
        }
    }
}

/// All that ran, in order.
pub(crate) struct Report {
    rows: Vec<Row>,
    watch: Stopwatch,
}

impl Report {
    pub(crate) fn start() -> Self {
        Self { rows: Vec::new(), watch: Stopwatch::start() }
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// A check has no tests to count: it holds or it does not.
    pub(crate) fn add_check(&mut self, name: &str, succeeded: bool, seconds: f64) {
        self.add(Row { name: name.to_owned(), passed: 0, failed: 0, ignored: 0, seconds, broken: !succeeded });
    }

    /// Prints the summary. A row that broke without a failing test counts as one failure, so that the last line never says
    /// "0 failed" of a run that failed; a run without a single test has failed too.
    pub(crate) fn close(&self) -> ExitCode {
        println!("\n{}\n", self.table());
        let (passed, failed) = self.totals();
        if passed + failed == 0 {
            println!("nothing ran: a run without tests proves nothing");
        }
        println!("{passed} passed, {failed} failed");
        if passed > 0 && failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn totals(&self) -> (u64, u64) {
        self.rows.iter().fold((0, 0), |(passed, failed), row| {
            let broken = u64::from(row.broken && row.failed == 0);
            (passed + row.passed, failed + row.failed + broken)
        })
    }

    fn table(&self) -> String {
        let width = self.rows.iter().map(|row| row.name.chars().count()).chain([20]).max().unwrap_or_default();
        let line = |name: &str, result: &str, seconds: f64| format!("{name:width$}  {result:>23}  {seconds:>7.1}");
        let mut lines = vec![format!("{:width$}  passed  failed  ignored  seconds", "suite or check")];
        lines.extend(self.rows.iter().map(|row| line(&row.name, &row.result(), row.seconds)));
        lines.push(line("total", "", self.watch.seconds()));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, Row};

    fn row(passed: u64, failed: u64, broken: bool) -> Row {
        Row { name: "suite".to_owned(), passed, failed, ignored: 0, seconds: 1.0, broken }
    }

    #[test]
    fn suites_are_summed() {
        let mut report = Report::start();
        report.add(row(3, 0, false));
        report.add(row(4, 2, true));
        assert_eq!(report.totals(), (7, 2));
    }

    #[test]
    fn a_suite_that_broke_without_a_failing_test_counts_as_one_failure() {
        let mut report = Report::start();
        report.add(row(3, 0, false));
        report.add(row(0, 0, true));
        report.add_check("format", false, 0.1);
        report.add_check("lints", true, 0.1);
        assert_eq!(report.totals(), (3, 2));
    }
}
