//! Networks: the same layers, batches and epochs.

use super::Work;
use crate::bench::Bench;
use crate::chart::{Bar, Group};
use crate::compare::Arena;
use crate::contender::{Contender, trainer};
use crate::data::{self, Data};
use crate::program::Program;
use crate::report::{Section, Table};
use crate::text;
use peers_protocol::{Float, Reply, Request, Result, Train};

/// A small network on digits, and a large one on as many features as a small image has.
pub struct Neural;

impl Work for Neural {
    fn name(&self) -> &'static str {
        "neural"
    }

    fn about(&self) -> &'static str {
        "networks of one hidden layer, trained by Adam on batches of 200 rows, one thread"
    }

    fn run(&self, bench: &mut Bench) -> Result<Section> {
        let mut section = Section::new(
            self.about(),
            "All have relu, α = 1e-4 and a rate of 0.001, and do the same number of epochs. The loss is the mean that the \
             last epoch saw: weights begin at random, and not at the same ones.",
        );
        let train = |hidden, epochs| Train { hidden: vec![hidden], batch_size: 200, epochs, rate: 1e-3 };
        let digits = data::shipped(bench, "digits")?;
        compare(bench, &mut section, &digits, &train(100, bench.size(100, 20)))?;
        let pixels = data::pixels(bench, bench.size(20_000, 4_000), 784, 10)?;
        compare(bench, &mut section, &pixels, &train(256, bench.size(10, 2)))?;
        Ok(section)
    }
}

fn compare(bench: &mut Bench, section: &mut Section, data: &Data, train: &Train) -> Result<()> {
    let (repeats, mut contenders) = (bench.repeats, Vec::new());
    for float in [Float::F32, Float::F64] {
        contenders.push(trainer(Program::Ours, "network, ", float));
        contenders.push(trainer(Program::Sklearn, "MLPClassifier, ", float));
        contenders.push(trainer(Program::Torch, "Sequential, ", float));
    }
    let mut arena = Arena::new(bench, data, contenders.clone());
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    let mut ended: Vec<std::result::Result<f64, String>> = vec![Err("not run".into()); contenders.len()];
    // In turns, so that all meet the same moods of the machine.
    for round in 0..repeats {
        for (index, contender) in contenders.iter().enumerate() {
            if round > 0 && ended[index].is_err() {
                continue;
            }
            eprintln!("   {} ({:?}), round {}", contender.label, contender.program, round + 1);
            ended[index] = match arena.ask(contender, &Request::Train(train.clone())) {
                Ok(Reply::Trained(trained)) => {
                    times[index].push(trained.seconds);
                    Ok(trained.loss)
                }
                Ok(other) => Err(format!("an unexpected reply: {other:?}")),
                Err(error) => Err(error.to_string()),
            };
        }
    }
    times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
    let title = format!("{}, {:?} hidden units, {} epochs", data.title, train.hidden, train.epochs);
    let header = ["contender", "time: median (min – max)", "certifit, same bits, is faster by", "loss"];
    let mut table = Table { title, header: header.map(str::to_owned).to_vec(), rows: Vec::new() };
    let mut bars = Vec::new();
    for (index, contender) in contenders.iter().enumerate() {
        let ours = &times[index / 3 * 3];
        let seconds = text::median(&times[index]);
        let label = format!("{}: {}", arena.version(contender), contender.label);
        let (time, factor, loss) = match (&ended[index], seconds) {
            (Ok(loss), Some(seconds)) => {
                let factor =
                    text::median(ours).map_or("–".into(), |ours| format!("{:.2} ×", seconds / ours));
                (text::times(&times[index]), factor, format!("{loss:.4}"))
            }
            (Err(message), _) => (message.clone(), "–".into(), "–".into()),
            (Ok(_), None) => ("–".into(), "–".into(), "–".into()),
        };
        table.rows.push(vec![bold(contender, &label), time, factor, loss]);
        bars.push(Bar {
            label,
            seconds,
            whole: seconds.is_some(),
            ours: contender.program == Program::Ours,
            value: seconds.map_or("did not take part".to_owned(), text::time),
        });
    }
    section.groups.push(Group { title: table.title.clone(), bars });
    section.tables.push(table);
    Ok(())
}

fn bold(contender: &Contender, label: &str) -> String {
    if contender.program == Program::Ours { format!("**{label}**") } else { label.to_owned() }
}
