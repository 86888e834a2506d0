//! The Markdown report.

use crate::chart::{Bar, Chart, Group};
use crate::compare::{Entry, Outcomes, Tried, Verdict};
use crate::data::Data;
use crate::ladder::Rung;
use crate::program::Program;
use crate::{machine, objective, text};
use peers_protocol::{Intercept, Loss, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What a work has to show.
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Text below it.
    pub note: String,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its bars.
    pub groups: Vec<Group>,
}

impl Section {
    /// A heading with text, to be filled.
    pub fn new(title: &str, note: &str) -> Self {
        Self { title: title.to_owned(), note: note.to_owned(), tables: Vec::new(), groups: Vec::new() }
    }

    /// Adds the table and the bars of a comparison.
    pub fn compared(&mut self, data: &Data, outcomes: &Outcomes, budget: f64) -> Result<()> {
        let title = format!("{}: {}", data.title, outcomes.problem.title());
        let mut rows = Vec::new();
        for entry in &outcomes.entries {
            rows.push(row(data, entry, outcomes, budget)?);
        }
        self.tables.push(Table { title: title.clone(), header: HEADER.map(str::to_owned).to_vec(), rows });
        let bars = outcomes.entries.iter().map(|entry| bar(entry, outcomes, budget)).collect();
        self.groups.push(Group { title, bars });
        Ok(())
    }
}

/// A table with its heading.
pub struct Table {
    /// The heading.
    pub title: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

const HEADER: [&str; 10] = [
    "contender",
    "intercept",
    "tolerance",
    "time: median (min – max)",
    "× ours",
    "above the optimum",
    "certified gap",
    "accuracy, held out",
    "peak memory",
    "remarks",
];

fn row(data: &Data, entry: &Entry, outcomes: &Outcomes, budget: f64) -> Result<Vec<String>> {
    let none = || "–".to_owned();
    let above = |tried: &Tried| text::above(outcomes.suboptimality(entry.intercept, tried.primal));
    let name = name(entry);
    let intercept = intercept(entry.intercept);
    let ours = outcomes.entries.iter().find(|other| other.is_ours() && other.intercept == entry.intercept);
    let ours = ours.and_then(Entry::median);
    Ok(match &entry.verdict {
        Verdict::Ended(tried) => {
            let held_out = match outcomes.problem.loss {
                Loss::SquaredError => format!("R² {:.4}", objective::r2(&data.test, &tried.fitted)?),
                _ => {
                    let accuracy = objective::accuracy(&data.train, &data.test, &tried.fitted)?;
                    format!("{:.2} %", accuracy * 100.0)
                }
            };
            let ratio = entry.median().zip(ours).map(|(theirs, ours)| text::three_digits(theirs / ours));
            let ratio = ratio.map(|ratio| {
                if outcomes.reached(entry.intercept, tried.primal) { ratio } else { format!("({ratio})") }
            });
            vec![
                name,
                intercept,
                tolerance(tried.rung),
                text::times(&entry.seconds),
                ratio.unwrap_or_else(none),
                above(tried),
                tried.fitted.gap.map_or_else(none, |gap| format!("{gap:.1e}")),
                held_out,
                tried.fitted.peak_memory_bytes.map_or_else(none, text::bytes),
                remark(tried),
            ]
        }
        Verdict::OutOfTime(last) => {
            let ratio = ours.map_or_else(none, |ours| format!("> {}", text::three_digits(budget / ours)));
            let remark = last.as_ref().map_or(String::new(), |last| {
                let (above, seconds) = (above(last), text::time(last.fitted.seconds));
                format!("{above} above after {seconds}, {}", tolerance(last.rung))
            });
            let mut row = vec![name, intercept, none(), format!("not within {budget} s"), ratio];
            row.extend([last.as_ref().map_or_else(none, above), none(), none(), none(), remark]);
            row
        }
        Verdict::Failed(message) => {
            let mut row = vec![name, intercept];
            row.extend((0..7).map(|_| none()));
            row.push(message.clone());
            row
        }
        Verdict::Open => vec![name, intercept],
    })
}

fn name(entry: &Entry) -> String {
    let name = format!("{}: {}", entry.version, entry.contender.label);
    if entry.contender.program == Program::Ours { format!("**{name}**") } else { name }
}

fn intercept(intercept: Intercept) -> String {
    match intercept {
        Intercept::Penalized => "penalised",
        Intercept::Free => "free",
    }
    .to_owned()
}

fn tolerance(rung: Rung) -> String {
    let tol = rung.tol.map_or("default".to_owned(), |tol| format!("{tol:e}"));
    rung.passes.map_or(tol.clone(), |passes| format!("{tol}, {passes} passes"))
}

fn remark(tried: &Tried) -> String {
    let warning = tried.fitted.warning.as_deref().unwrap_or_default();
    // Long warnings end where their advice begins.
    let end = warning.find([',', '.']).unwrap_or(warning.len());
    let warning = warning[..end].trim_start_matches("WARNING: ").to_owned();
    match tried.fitted.iterations {
        Some(iterations) if warning.is_empty() => format!("{iterations} iterations"),
        Some(iterations) => format!("{iterations} iterations; {warning}"),
        None => warning,
    }
}

fn bar(entry: &Entry, outcomes: &Outcomes, budget: f64) -> Bar {
    let label = format!("{}: {}, b {}", entry.version, entry.contender.label, intercept(entry.intercept));
    let ours = entry.contender.program == Program::Ours;
    let above = |tried: &Tried| text::above(outcomes.suboptimality(entry.intercept, tried.primal));
    match &entry.verdict {
        Verdict::Ended(tried) => {
            let reached = outcomes.reached(entry.intercept, tried.primal);
            let time = entry.median().map_or(String::new(), text::time);
            let value = if reached { time } else { format!("{time}, {} above the optimum", above(tried)) };
            Bar { label, seconds: entry.median(), whole: reached, ours, value }
        }
        Verdict::OutOfTime(last) => {
            let last =
                last.as_ref().map_or(String::new(), |last| format!("; last seen {} above", above(last)));
            let value = format!("not within {budget} s{last}");
            Bar { label, seconds: Some(budget), whole: false, ours, value }
        }
        Verdict::Failed(_) | Verdict::Open => {
            Bar { label, seconds: None, whole: false, ours, value: "did not take part".to_owned() }
        }
    }
}

/// The report of a run, which grows section by section, so that what is done is not lost.
pub struct Report {
    folder: PathBuf,
    text: String,
}

impl Report {
    /// Begins with machine, date, commit and command.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let command = "cargo run --release --manifest-path benches/peers/Cargo.toml";
        let command = if arguments.is_empty() {
            command.to_owned()
        } else {
            format!("{command} -- {}", arguments.join(" "))
        };
        let mut text = String::from("# Side by side\n\n");
        let load = machine::load().unwrap_or_else(|| "unknown".to_owned());
        for (what, value) in [
            ("machine", machine::describe()),
            ("load before the run", load),
            ("date", machine::date()),
            ("commit", machine::commit()),
            ("compiler", machine::compiler()),
            ("command", format!("`{command}`")),
        ] {
            writeln!(text, "- {what}: {value}")?;
        }
        text.push_str(LEGEND);
        Ok(Self { folder: folder.to_owned(), text })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join("peers.md")
    }

    /// Adds what a work has to show, and writes it.
    pub fn add(&mut self, name: &str, section: Section) -> Result<()> {
        write!(self.text, "\n## {}\n", section.title)?;
        if !section.note.is_empty() {
            write!(self.text, "\n{}\n", section.note)?;
        }
        if !section.groups.is_empty() {
            let file = format!("peers-{name}.svg");
            let chart = Chart { title: &section.title, groups: &section.groups };
            std::fs::write(self.folder.join(&file), chart.svg())?;
            write!(self.text, "\n![{}]({file})\n", section.title)?;
        }
        for table in &section.tables {
            write!(self.text, "\n### {}\n\n{}", table.title, table.markdown())?;
        }
        Ok(std::fs::write(self.path(), &self.text)?)
    }
}

const LEGEND: &str = "
Every contender of a table fits the same rows in the same run, in turns. Its tolerance is the loosest of a ladder at
which its primal value, computed here from its coefficients, is within 1e-6 of the best that any contender found,
relative to it. \"Above the optimum\" is that distance. The time is that of the fit alone. \"× ours\" is the time
divided by that of certifit with 64 bits, one thread and the same intercept; in brackets where the contender is not at
the optimum. Peak memory is what a fit needs beyond the data as the contender has loaded them.
";

impl Table {
    fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> =
                cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = format!("|{}\n", "---|".repeat(self.header.len()));
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("{}{rule}{rows}", line(&self.header))
    }
}
