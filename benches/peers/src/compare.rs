//! The comparison of contenders on one problem.

use crate::bench::Bench;
use crate::contender::{self, Contender};
use crate::data::Data;
use crate::ladder::{Outcome, Rung, Step, next_step};
use crate::objective;
use crate::process::{Answer, Process};
use crate::program::Program;
use crate::text;
use peers_protocol::{Fit, Fitted, Float, Intercept, Loss, Penalty, Reply, Request, Result};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// How close to the best known optimum counts as the optimum, relative to it.
pub const REACHED: f64 = 1e-6;

/// Reading and converting data may take long; nobody measures it.
const PATIENCE: Duration = Duration::from_secs(900);

/// The problem to solve on the data.
#[derive(Debug, Clone, Copy)]
pub struct Problem {
    /// The loss.
    pub loss: Loss,
    /// The penalty.
    pub penalty: Penalty,
    /// The weight of errors.
    pub c: f64,
}

impl Problem {
    /// A loss with L2.
    pub const fn new(loss: Loss, c: f64) -> Self {
        Self { loss, penalty: Penalty::L2, c }
    }

    /// The hinge with L2.
    pub const fn hinge(c: f64) -> Self {
        Self::new(Loss::Hinge, c)
    }

    /// The squared hinge with L2.
    pub const fn squared_hinge(c: f64) -> Self {
        Self::new(Loss::SquaredHinge, c)
    }

    /// The log loss with L2.
    pub const fn log(c: f64) -> Self {
        Self::new(Loss::Log, c)
    }

    /// Half the squared error, of numbers, with L1.
    pub const fn lasso(c: f64) -> Self {
        Self::new(Loss::SquaredError, c).l1()
    }

    /// The same with L1.
    pub const fn l1(self) -> Self {
        Self { penalty: Penalty::L1, ..self }
    }

    /// Both by name, for a heading.
    pub fn title(self) -> String {
        let loss = match self.loss {
            Loss::Hinge => "hinge",
            Loss::SquaredHinge => "squared hinge",
            Loss::Log => "log loss",
            Loss::SquaredError => "half the squared error",
        };
        let penalty = match self.penalty {
            Penalty::L2 => "",
            Penalty::L1 => " with L1",
        };
        format!("{loss}{penalty}, C = {}", text::short(self.c))
    }
}

/// Contenders with the same data loaded, for one problem after the other.
pub struct Arena<'a> {
    bench: &'a mut Bench,
    data: &'a Data,
    contenders: Vec<Contender>,
    processes: HashMap<(Program, String), Process>,
    versions: HashMap<Program, String>,
}

/// A contender on one problem, and what has become of it.
pub struct Entry {
    /// Who.
    pub contender: Contender,
    /// With which intercept.
    pub intercept: Intercept,
    /// The library and its version.
    pub version: String,
    /// How it went.
    pub verdict: Verdict,
    /// Seconds of the timed rounds, sorted; without any, of the fit that found the tolerance.
    pub seconds: Vec<f64>,
    tried: BTreeMap<usize, Option<Tried>>,
}

/// How a contender ended.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It has not ended.
    Open,
    /// With this result. Whether that is the optimum, its primal tells.
    Ended(Tried),
    /// The time ran out; the last result before that, if there was one.
    OutOfTime(Option<Tried>),
    /// It cannot take part, or broke.
    Failed(String),
}

/// A fit that came back.
#[derive(Debug, Clone)]
pub struct Tried {
    /// At which tolerance.
    pub rung: Rung,
    /// What it returned.
    pub fitted: Fitted,
    /// What its coefficients are worth.
    pub primal: f64,
}

/// A problem and how all did.
pub struct Outcomes {
    /// The problem.
    pub problem: Problem,
    /// The entries, in the order of the contenders.
    pub entries: Vec<Entry>,
    /// The lowest primal that any of them found, for each intercept.
    pub best: HashMap<Intercept, f64>,
}

impl Outcomes {
    /// How far above the best known optimum a result is, relative to it.
    pub fn suboptimality(&self, intercept: Intercept, primal: f64) -> f64 {
        self.best.get(&intercept).map_or(f64::NAN, |best| (primal - best) / best.abs())
    }

    /// Whether a result counts as the optimum.
    pub fn reached(&self, intercept: Intercept, primal: f64) -> bool {
        self.suboptimality(intercept, primal) <= REACHED
    }
}

impl<'a> Arena<'a> {
    /// These contenders on these data. They start when it is their turn.
    pub fn new(bench: &'a mut Bench, data: &'a Data, contenders: Vec<Contender>) -> Self {
        Self { bench, data, contenders, processes: HashMap::new(), versions: HashMap::new() }
    }

    /// Finds the tolerance at which each contender reaches the optimum, then times all of them, round after round.
    pub fn compare(&mut self, problem: Problem) -> Outcomes {
        eprintln!("   {} ({})", self.data.title, problem.title());
        let entries = self.entries(problem);
        let is_asked = |intercept: &Intercept| entries.iter().any(|entry| entry.intercept == *intercept);
        let intercepts: Vec<_> = contender::reference().intercepts.iter().copied().filter(is_asked).collect();
        // Where a contender gets lower, that counts.
        let mut outcomes = Outcomes { problem, entries, best: self.optima(problem, &intercepts) };
        self.climb_all(problem, &mut outcomes);
        for round in 0..self.bench.repeats {
            for entry in &mut outcomes.entries {
                self.time(problem, entry, round);
            }
        }
        for entry in &mut outcomes.entries {
            if let (Verdict::Ended(tried), true) = (&entry.verdict, entry.seconds.is_empty()) {
                entry.seconds.push(tried.fitted.seconds);
            }
            entry.seconds.sort_by(f64::total_cmp);
            let version = self.versions.get(&entry.contender.program);
            entry.version = version.cloned().unwrap_or_else(|| format!("{:?}", entry.contender.program));
        }
        outcomes
    }

    /// The loaded process of a contender, for requests of other kinds.
    pub fn ask(&mut self, contender: &Contender, request: &Request) -> Result<Reply> {
        match self.ask_within(contender, request, PATIENCE)? {
            Answer::Reply(reply) => Ok(reply),
            Answer::OutOfTime => Err(format!("not within {} s", PATIENCE.as_secs()).into()),
        }
    }

    /// The same, with a limit of time.
    pub fn ask_within(
        &mut self,
        contender: &Contender,
        request: &Request,
        patience: Duration,
    ) -> Result<Answer> {
        let mut process = self.process(contender)?;
        let answer = process.ask(request, patience)?;
        if matches!(answer, Answer::Reply(_)) {
            self.processes.insert(contender.key(), process);
        }
        Ok(answer)
    }

    /// The optima of a problem with each kind of intercept, from fits of ours at a tiny gap; none where that failed.
    pub fn optima(&mut self, problem: Problem, intercepts: &[Intercept]) -> HashMap<Intercept, f64> {
        let contender = contender::reference();
        let patience = self.bench.budget.max(Duration::from_secs(60)) * 10;
        let mut optima = HashMap::new();
        for &intercept in intercepts {
            let fit = request(problem, &contender, intercept, contender.rungs[0], 0.0);
            match self.fit(&contender, &fit, patience) {
                Ok(Some(tried)) => {
                    optima.insert(intercept, tried.primal);
                }
                Ok(None) => eprintln!("   the reference with the {intercept:?} intercept ran out of time"),
                Err(error) => eprintln!("   the reference with the {intercept:?} intercept: {error}"),
            }
        }
        self.processes.remove(&contender.key());
        optima
    }

    /// What coefficients are worth on the data.
    ///
    /// # Errors
    /// Coefficients of another shape, or such as are not finite.
    pub fn primal(&self, fitted: &Fitted, fit: &Fit) -> Result<f64> {
        objective::primal(&self.data.train, fitted, fit)
    }

    /// The version of a contender that has been started.
    pub fn version(&self, contender: &Contender) -> String {
        self.versions.get(&contender.program).cloned().unwrap_or_default()
    }

    fn entries(&self, problem: Problem) -> Vec<Entry> {
        let mut labels = self.data.train.labels.clone();
        labels.sort_unstable();
        labels.dedup();
        let takes = |contender: &&Contender| contender.takes(problem, labels.len());
        let taking = self.contenders.iter().filter(takes);
        let pairs = taking.flat_map(|contender| contender.intercepts.iter().map(move |i| (contender, *i)));
        let entry = |(contender, intercept): (&Contender, Intercept)| Entry {
            contender: contender.clone(),
            intercept,
            version: String::new(),
            verdict: Verdict::Open,
            seconds: Vec::new(),
            tried: BTreeMap::new(),
        };
        pairs.map(entry).collect()
    }

    /// Climbs until nobody can be asked for more. A new best optimum may send contenders on that had ended.
    fn climb_all(&mut self, problem: Problem, outcomes: &mut Outcomes) {
        let mut before = None;
        while before.as_ref() != Some(&outcomes.best) {
            before = Some(outcomes.best.clone());
            for index in 0..outcomes.entries.len() {
                self.climb(problem, outcomes, index);
            }
        }
    }

    fn climb(&mut self, problem: Problem, outcomes: &mut Outcomes, index: usize) {
        loop {
            let entry = &outcomes.entries[index];
            if matches!(entry.verdict, Verdict::Failed(_)) {
                return;
            }
            let n_rungs = if entry.contender.climbs { entry.contender.rungs.len() } else { 1 };
            let outcome = |tried: &Option<Tried>| match tried {
                None => Outcome::OutOfTime,
                Some(tried) if outcomes.reached(entry.intercept, tried.primal) => Outcome::Reached,
                Some(tried) if tried.fitted.capped => Outcome::Capped,
                Some(_) => Outcome::Short,
            };
            let tried = entry.tried.iter().map(|(&rung, tried)| (rung, outcome(tried))).collect();
            let verdict = match next_step(&tried, n_rungs) {
                Step::Try(rung) => {
                    self.try_rung(problem, outcomes, index, rung);
                    continue;
                }
                Step::Reached(rung) | Step::Short(rung) => match entry.tried.get(&rung) {
                    Some(Some(tried)) => Verdict::Ended(tried.clone()),
                    _ => Verdict::OutOfTime(None),
                },
                Step::OutOfTime => Verdict::OutOfTime(entry.tried.values().flatten().last().cloned()),
            };
            outcomes.entries[index].verdict = verdict;
            return;
        }
    }

    fn try_rung(&mut self, problem: Problem, outcomes: &mut Outcomes, index: usize, rung: usize) {
        let entry = &mut outcomes.entries[index];
        let (contender, intercept) = (entry.contender.clone(), entry.intercept);
        let fit = request(problem, &contender, intercept, contender.rungs[rung], 0.0);
        match self.fit(&contender, &fit, self.bench.budget) {
            Ok(tried) => {
                if let Some(tried) = &tried {
                    let best = outcomes.best.entry(intercept).or_insert(f64::INFINITY);
                    *best = best.min(tried.primal);
                }
                let seconds = tried.as_ref().map_or("out of time".to_owned(), |tried| {
                    let above =
                        outcomes.best.get(&intercept).map_or(f64::NAN, |best| tried.primal / best - 1.0);
                    format!("{:.4} s, {above:.1e} above the optimum", tried.fitted.seconds)
                });
                eprintln!(
                    "     {:?} {} ({intercept:?}), tol {:?}: {seconds}",
                    contender.program, contender.label, fit.tol
                );
                outcomes.entries[index].tried.insert(rung, tried);
            }
            Err(error) => {
                eprintln!("     {:?} {} ({intercept:?}): {error}", contender.program, contender.label);
                entry.verdict = Verdict::Failed(error.to_string());
            }
        }
    }

    /// One timed fit. Slow contenders have one round only.
    fn time(&mut self, problem: Problem, entry: &mut Entry, round: usize) {
        let Verdict::Ended(tried) = &mut entry.verdict else {
            return;
        };
        let first = tried.fitted.seconds;
        if round > 0 && first > self.bench.budget.as_secs_f64() / 3.0 {
            return;
        }
        let round = self.bench.round.as_secs_f64();
        let at_least = if first < round / 5.0 { round } else { 0.0 };
        let fit = request(problem, &entry.contender, entry.intercept, tried.rung, at_least);
        match self.fit(&entry.contender, &fit, self.bench.budget * 2) {
            Ok(Some(again)) => {
                let peaks = [tried.fitted.peak_memory_bytes, again.fitted.peak_memory_bytes];
                tried.fitted.peak_memory_bytes = peaks.into_iter().flatten().max();
                entry.seconds.push(again.fitted.seconds);
            }
            Ok(None) => {}
            Err(error) => entry.verdict = Verdict::Failed(error.to_string()),
        }
    }

    /// A fit and its worth; `None` if the time ran out.
    fn fit(&mut self, contender: &Contender, fit: &Fit, budget: Duration) -> Result<Option<Tried>> {
        let mut process = self.process(contender)?;
        let patience = budget + Duration::from_secs_f64(fit.at_least);
        let fitted = match process.ask(&Request::Fit(fit.clone()), patience)? {
            Answer::Reply(Reply::Fitted(fitted)) => fitted,
            Answer::OutOfTime => return Ok(None),
            Answer::Reply(other) => return Err(format!("an unexpected reply: {other:?}").into()),
        };
        self.processes.insert(contender.key(), process);
        let primal = self.primal(&fitted, fit)?;
        let rung = Rung { tol: fit.tol, passes: fit.passes };
        Ok(Some(Tried { rung, fitted, primal }))
    }

    /// Takes out the process of a contender, or starts it and lets it load. Whoever finds it well puts it back.
    fn process(&mut self, contender: &Contender) -> Result<Process> {
        if let Some(process) = self.processes.remove(&contender.key()) {
            return Ok(process);
        }
        let command = self.bench.programs.command(contender.program, contender.threads)?;
        let mut process = Process::start(command, self.bench.programs.log(contender.program)?)?;
        self.versions.insert(contender.program, process.version.clone());
        let Contender { float, by_columns, .. } = *contender;
        let load = Request::Load { header: self.data.header.clone(), float, by_columns };
        match process.ask(&load, PATIENCE)? {
            Answer::Reply(Reply::Loaded) => Ok(process),
            other => Err(format!("it does not load the data: {other:?}").into()),
        }
    }
}

/// What a contender is asked for.
pub fn request(
    problem: Problem,
    contender: &Contender,
    intercept: Intercept,
    rung: Rung,
    at_least: f64,
) -> Fit {
    Fit {
        loss: problem.loss,
        penalty: problem.penalty,
        c: problem.c,
        intercept,
        solver: contender.solver.to_owned(),
        tol: rung.tol,
        passes: rung.passes,
        default_cap: contender.default_cap,
        at_least,
        seed: 0,
    }
}

impl Entry {
    /// The median of the timed rounds.
    pub fn median(&self) -> Option<f64> {
        text::median(&self.seconds)
    }

    /// Whether this is the row to which the others are compared.
    pub fn is_ours(&self) -> bool {
        let contender = &self.contender;
        contender.program == Program::Ours && contender.float == Float::F64 && contender.threads == 1
    }
}
