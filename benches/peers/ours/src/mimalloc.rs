//! certifit as a contender, with an allocator that asks Linux for large pages for its arrays, as NumPy does.

#[path = "main.rs"]
mod ours;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> peers_protocol::Result<()> {
    ours::main()
}
