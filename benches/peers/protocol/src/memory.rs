//! How much memory this process has, from Linux's `/proc`; `None` elsewhere.

use crate::Result;
use std::fs;
use std::time::Instant;

/// What a call gives, its seconds, and the most memory that the process had during it, less what it had before.
///
/// # Errors
/// Those of the call.
pub fn metered<T>(call: impl FnOnce() -> Result<T>) -> Result<(T, f64, Option<u64>)> {
    reset_peak();
    let before = resident();
    let start = Instant::now();
    let given = call()?;
    let seconds = start.elapsed().as_secs_f64();
    Ok((given, seconds, before.and_then(|before| Some(peak()?.saturating_sub(before)))))
}

/// Resident memory now, in bytes.
pub(crate) fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most resident memory since the last [`reset_peak`], in bytes.
pub(crate) fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// Gives freed memory back to the system and lets the peak start from what is left.
pub(crate) fn reset_peak() {
    trim();
    // A system that does not allow this reports the peak since the start, which the harness shows as it is.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    // SAFETY: malloc_trim takes no pointers and may be called at any time from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_sees_what_is_freed_again() {
        reset_peak();
        let before = peak().unwrap_or(0);
        let block = vec![1u8; 64 << 20];
        assert_eq!(block[block.len() / 2], 1);
        drop(block);
        assert!(peak().unwrap_or(0) > before + (60 << 20));
        assert!(resident() < peak());
    }

    #[test]
    fn a_call_is_charged_with_what_it_needs() -> Result<()> {
        let (block, seconds, bytes) = metered(|| Ok(vec![1u8; 64 << 20]))?;
        assert_eq!(block[block.len() / 2], 1);
        assert!(seconds > 0.0 && bytes.is_some_and(|bytes| bytes > (60 << 20)));
        Ok(())
    }
}
