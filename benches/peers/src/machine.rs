//! Where and when a run takes place.

use std::process::Command;
use std::time::Instant;

/// Processor, cores, memory and load.
pub fn describe() -> String {
    let cpu_info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpu_info.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let flags = field("flags").unwrap_or_default();
    let has = |flag: &&str| flags.split(' ').any(|have| have == *flag);
    let vectors = ["avx512f", "avx2"].into_iter().find(has).map(|flag| format!(", {flag}"));
    let memory = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let kilobytes: f64 = text.lines().next()?.split_whitespace().nth(1)?.parse().ok()?;
        Some(format!(", {:.0} GiB", kilobytes / (1 << 20) as f64))
    });
    format!("{model}{}, {} cores{}", vectors.unwrap_or_default(), cores(), memory.unwrap_or_default())
}

/// How many threads run at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The load of the last minute, from before the run.
pub fn load() -> Option<String> {
    Some(std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.to_owned())
}

/// Today.
pub fn date() -> String {
    output("date", &["-u", "+%Y-%m-%d %H:%M UTC"]).unwrap_or_else(|| "unknown".to_owned())
}

/// The compiler.
pub fn compiler() -> String {
    output("rustc", &["--version"]).unwrap_or_else(|| "unknown".to_owned())
}

/// The commit of the source, and whether it has changed since.
pub fn commit() -> String {
    let folder = env!("CARGO_MANIFEST_DIR");
    let Some(commit) = output("git", &["-C", folder, "rev-parse", "--short", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let changes = output("git", &["-C", folder, "status", "--porcelain", "--untracked-files=no"]);
    if changes.is_some_and(|changes| !changes.is_empty()) { format!("{commit} with changes") } else { commit }
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Bytes a second at which threads read memory: the fastest of several sums over arrays far larger than the caches.
pub fn read_bandwidth(threads: usize, megabytes: usize) -> f64 {
    let count = megabytes * (1 << 20) / 8 / threads;
    let arrays: Vec<Vec<f64>> = (0..threads).map(|_| vec![1.0; count]).collect();
    let mut fastest = f64::INFINITY;
    for _ in 0..7 {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for array in &arrays {
                scope.spawn(|| std::hint::black_box(sum(array)));
            }
        });
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    (count * threads * 8) as f64 / fastest
}

/// So many independent sums that only memory holds them up, and so few that they stay in registers.
fn sum(array: &[f64]) -> f64 {
    let (blocks, rest) = array.as_chunks::<16>();
    let mut sums = [0.0; 16];
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum += value;
        }
    }
    sums.iter().sum::<f64>() + rest.iter().sum::<f64>()
}
