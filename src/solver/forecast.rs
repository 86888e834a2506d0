//! When sweeps of dual coordinate descent have closed the gap.

use super::certificate::Certificate;
use super::sweep::Swept;

/// Epochs after which a certificate is made even if none is thought to be due.
const MAX_EPOCHS_BETWEEN_CERTIFICATES: usize = 32;
/// By how much a gap may at most be thought to be larger than what sweeps see of it.
const MOST_CAUTION: f64 = 100.0;
/// Sweeps after which those left out are checked, and the share of a sweep's gap at the last check.
const MOST_UNCHECKED: usize = 8;
const CHECK_SHARE: f64 = 0.3;

/// When a certificate is worth its pass over all rows.
pub(super) struct Forecast {
    tol: f64,
    /// The objective and what to multiply a sweep's gap with, as the last certificate has shown.
    primal: f64,
    caution: f64,
    last_gap: f64,
    forecast: f64,
    epochs: usize,
    /// Sweeps since those left out have been checked, the gap of a sweep then, and their own.
    unchecked: usize,
    gap_at_check: f64,
    gap_asleep: f64,
}

impl Forecast {
    pub(super) fn new(tol: f64) -> Self {
        Self {
            tol,
            primal: 0.0,
            caution: 1.0,
            last_gap: f64::INFINITY,
            forecast: f64::INFINITY,
            epochs: 0,
            unchecked: 0,
            gap_at_check: f64::INFINITY,
            gap_asleep: 0.0,
        }
    }

    /// Whether those left out are to be checked: much has changed since the last time.
    pub(super) fn is_time_to_check(&mut self, sweep: &Swept) -> bool {
        self.unchecked += 1;
        let due = self.unchecked >= MOST_UNCHECKED || sweep.gap < CHECK_SHARE * self.gap_at_check;
        if due {
            (self.unchecked, self.gap_at_check) = (0, sweep.gap);
        }
        due
    }

    pub(super) fn checked(&mut self, gap: f64) {
        self.gap_asleep = gap;
    }

    /// Whether the gap is thought to be closed after this sweep: what rows had of it when they were visited, times what
    /// became of it from the sweep before to this one.
    pub(super) fn is_due(&mut self, sweep: &Swept, imbalance: f64) -> bool {
        self.epochs += 1;
        self.primal = self.primal.max(sweep.primal);
        let contraction = if self.last_gap.is_finite() { (sweep.gap / self.last_gap).min(1.0) } else { 1.0 };
        self.last_gap = sweep.gap;
        self.forecast = sweep.gap * contraction + self.gap_asleep + imbalance;
        self.caution * self.forecast <= self.tol * self.primal
            || self.epochs >= MAX_EPOCHS_BETWEEN_CERTIFICATES
    }

    pub(super) fn learn(&mut self, certificate: &Certificate) {
        self.primal = certificate.primal;
        self.epochs = 0;
        let missed = certificate.gap / self.forecast;
        if missed.is_finite() {
            self.caution = missed.clamp(1.0, MOST_CAUTION);
        }
    }
}
