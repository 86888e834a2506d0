//! One body of code for every processor: compiled several times, chosen when it runs.
//!
//! Programs are built for the oldest processor of their kind (plain x86-64 has neither AVX2 nor fused
//! multiply-add), but mostly run on newer ones. A [`Kernel`] is written once, as plain loops over arrays of a fixed
//! width; [`run`] calls the version of it that was compiled for the best instructions at hand. On other processors
//! than x86-64 the compiler's own target decides.
//!
//! This is the one module of the crate with `unsafe` code.
#![allow(unsafe_code)]

/// A piece of work whose loops are worth vector instructions.
pub(crate) trait Kernel {
    type Output;

    /// Does the work. `FUSED` says whether [`mul_add`] is one instruction. To be marked `#[inline(always)]`, with
    /// all that it calls in its loops, or else the calls are compiled without the instructions.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

/// Whether the target of the build itself has fused multiply-add.
const BASELINE_IS_FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// Runs the kernel with the best instructions that the processor has.
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512() {
            // SAFETY: `run_avx512` asks for exactly the features that `has_avx512` has just found on the processor
            // that runs this.
            return unsafe { run_avx512(kernel) };
        }
        if has_avx2() {
            // SAFETY: `run_avx2` asks for exactly the features that `has_avx2` has just found on the processor that
            // runs this.
            return unsafe { run_avx2(kernel) };
        }
    }
    run_baseline(kernel)
}

/// Asks the memory for an item that will be needed soon. Only a matter of time: it changes nothing.
#[inline(always)]
pub(crate) fn prefetch<T>(items: &[T], at: usize) {
    prefetch_to::<NEAR, T>(items, at);
}

/// Into all caches.
#[cfg(target_arch = "x86_64")]
const NEAR: i32 = std::arch::x86_64::_MM_HINT_T0;
/// Into the nearest cache alone.
#[cfg(target_arch = "x86_64")]
const PASSING: i32 = std::arch::x86_64::_MM_HINT_NTA;
#[cfg(not(target_arch = "x86_64"))]
const NEAR: i32 = 0;
#[cfg(not(target_arch = "x86_64"))]
const PASSING: i32 = 1;

#[inline(always)]
fn prefetch_to<const WHERE: i32, T>(items: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = items.get(at) {
        // SAFETY: the instruction is part of every x86-64 processor, reads nothing that the program sees, and cannot
        // fail for any address; this one is that of an item.
        unsafe { std::arch::x86_64::_mm_prefetch::<WHERE>(std::ptr::from_ref(item).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, at);
}

/// Bytes that the memory brings at a time.
const CACHE_LINE: usize = 64;

/// [`prefetch`] of all items.
#[inline(always)]
pub(crate) fn prefetch_all<T>(items: &[T]) {
    prefetch_all_to::<NEAR, T>(items);
}

/// [`prefetch`] of an item that is needed soon and then not for long, and so is not to take the place of others that are
/// needed often.
#[inline(always)]
pub(crate) fn prefetch_passing<T>(items: &[T], at: usize) {
    prefetch_to::<PASSING, T>(items, at);
}

/// [`prefetch_passing`] of all items.
#[inline(always)]
pub(crate) fn prefetch_all_passing<T>(items: &[T]) {
    prefetch_all_to::<PASSING, T>(items);
}

#[inline(always)]
fn prefetch_all_to<const WHERE: i32, T>(items: &[T]) {
    for at in (0..items.len()).step_by((CACHE_LINE / size_of::<T>().max(1)).max(1)) {
        prefetch_to::<WHERE, T>(items, at);
    }
}

/// Whether the best instructions at hand have 32 registers of 64 bytes, four times the room of AVX2.
pub(crate) fn has_many_wide_registers() -> bool {
    #[cfg(target_arch = "x86_64")]
    return has_avx512();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// The fallback: what the target of the build has.
pub(crate) fn run_baseline<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<BASELINE_IS_FUSED>()
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<true>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512dq,avx512vl,avx512bw")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<true>()
}

/// a · b + c, rounded once where that is one instruction, twice where it would be a call of a function.
#[inline(always)]
pub(crate) fn mul_add<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    fused::<FUSED, f64>(a, b, c)
}

/// [`mul_add`] of any float type.
#[inline(always)]
pub(crate) fn fused<const FUSED: bool, F: num_traits::Float>(a: F, b: F, c: F) -> F {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}
