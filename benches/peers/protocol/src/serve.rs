//! The loop of a contender's process.

use crate::{
    Dataset, Error, Fit, Fitted, Reply, Request, Result, Search, Searched, Timed, Train, Trained, Transform,
    Transformed, memory,
};
use std::io::{BufRead, Write};
use std::time::Instant;

/// A library that takes part, with its data loaded.
pub trait Contender: Sized {
    /// The name of the library.
    const LIBRARY: &'static str;

    /// The version of the library.
    fn version() -> String;

    /// Keeps the data in the form in which the library takes them. This is not timed.
    ///
    /// # Errors
    /// What the library does not take.
    fn load(data: Dataset) -> Result<Self>;

    /// Fits, and tells the time of the library's fit alone.
    ///
    /// # Errors
    /// Those of the library, and what it does not offer.
    fn fit(&mut self, fit: &Fit) -> Result<Fitted>;

    /// Trains a network, and tells the time of the library's training alone.
    ///
    /// # Errors
    /// As above.
    fn train(&mut self, _train: &Train) -> Result<Trained> {
        Err("networks are not measured for this contender".into())
    }

    /// Predicts all rows with the last fitted model, and tells the seconds.
    ///
    /// # Errors
    /// As above.
    fn predict(&mut self) -> Result<f64> {
        Err("batch prediction is not measured for this contender".into())
    }

    /// The decision values of so many single rows, a call each; tells the seconds of all.
    ///
    /// # Errors
    /// As above.
    fn decide_rows(&mut self, _calls: usize) -> Result<f64> {
        Err("single rows are not measured for this contender".into())
    }

    /// Searches for the best C, and tells the time of that alone.
    ///
    /// # Errors
    /// As above.
    fn search(&mut self, _search: &Search) -> Result<Searched> {
        Err("searches are not measured for this contender".into())
    }

    /// Fits a transformer and transforms the data, and tells the time of that alone.
    ///
    /// # Errors
    /// As above.
    fn transform(&mut self, _transform: &Transform) -> Result<Transformed> {
        Err("transformers are not measured for this contender".into())
    }
}

/// Answers requests until standard input ends.
///
/// # Errors
/// Those of standard input and output, and a line that is no request.
pub fn serve<C: Contender>() -> Result<()> {
    say(&Reply::Hello { library: C::LIBRARY.to_owned(), version: C::version() })?;
    let mut loaded: Option<Loaded<C>> = None;
    for line in std::io::stdin().lock().lines() {
        let request = serde_json::from_str(&line?)?;
        let reply =
            answer(&mut loaded, request).unwrap_or_else(|error| Reply::Failed { message: error.to_string() });
        say(&reply)?;
    }
    Ok(())
}

fn say(reply: &Reply) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, reply)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

struct Loaded<C> {
    contender: C,
    resident: Option<u64>,
}

fn answer<C: Contender>(loaded: &mut Option<Loaded<C>>, request: Request) -> Result<Reply> {
    if let Request::Load { header, float, .. } = request {
        *loaded = None;
        let contender = C::load(Dataset::read(&header, float)?)?;
        memory::reset_peak();
        *loaded = Some(Loaded { contender, resident: memory::resident() });
        return Ok(Reply::Loaded);
    }
    let loaded = loaded.as_mut().ok_or("no data are loaded")?;
    Ok(match request {
        Request::Load { .. } => Reply::Loaded,
        Request::Fit(fit) => Reply::Fitted(measured_fit(loaded, &fit)?),
        Request::Search(search) => Reply::Searched(loaded.contender.search(&search)?),
        Request::Transform(transform) => Reply::Transformed(loaded.contender.transform(&transform)?),
        Request::Train(train) => Reply::Trained(loaded.contender.train(&train)?),
        Request::Predict { at_least } => Reply::Timed(repeated(at_least, || loaded.contender.predict())?),
        Request::DecideRows { at_least } => {
            let calls = 1000;
            let timed = repeated(at_least, || loaded.contender.decide_rows(calls))?;
            let per_call = |seconds: f64| seconds / calls as f64;
            Reply::Timed(Timed {
                seconds_per_call: per_call(timed.seconds_per_call),
                fastest: per_call(timed.fastest),
                slowest: per_call(timed.slowest),
            })
        }
    })
}

fn measured_fit<C: Contender>(loaded: &mut Loaded<C>, fit: &Fit) -> Result<Fitted> {
    memory::reset_peak();
    let mut fitted = loaded.contender.fit(fit)?;
    fitted.peak_memory_bytes =
        loaded.resident.and_then(|resident| Some(memory::peak()?.saturating_sub(resident)));
    let mut seconds = vec![fitted.seconds];
    while seconds.iter().sum::<f64>() < fit.at_least {
        seconds.push(loaded.contender.fit(fit)?.seconds);
    }
    fitted.seconds = median(&mut seconds);
    Ok(fitted)
}

fn repeated(at_least: f64, mut call: impl FnMut() -> std::result::Result<f64, Error>) -> Result<Timed> {
    call()?;
    let start = Instant::now();
    let mut seconds = Vec::new();
    while seconds.len() < 3 || start.elapsed().as_secs_f64() < at_least {
        seconds.push(call()?);
    }
    let seconds_per_call = median(&mut seconds);
    Ok(Timed { seconds_per_call, fastest: seconds[0], slowest: seconds[seconds.len() - 1] })
}

/// The median of at least one number; leaves them sorted.
fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
}
