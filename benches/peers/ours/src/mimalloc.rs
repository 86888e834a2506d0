//! certifit as a contender, with an allocator that keeps freed memory for the next call.

#[path = "main.rs"]
mod ours;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> peers_protocol::Result<()> {
    ours::main()
}
