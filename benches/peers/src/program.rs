//! The contenders' programs: how to build and start them.

use peers_protocol::Result;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// certifit.
    Ours,
    /// certifit in a program whose allocator is mimalloc.
    OursMimalloc,
    /// linfa-svm.
    Linfa,
    /// smartcore.
    Smartcore,
    /// ferrolearn.
    Ferrolearn,
    /// scikit-learn.
    Sklearn,
    /// PyTorch on the processor.
    Torch,
    /// celer, of scikit-learn's makers.
    Celer,
    /// LIBLINEAR as it is published.
    Liblinear,
    /// LIBLINEAR without its limit of 300 dual iterations.
    LiblinearUncapped,
}

impl Program {
    /// What its executable is called behind `peers-`, or its name in Python's worker.
    fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::OursMimalloc => "ours-mimalloc",
            Self::Linfa => "linfa",
            Self::Smartcore => "smartcore",
            Self::Ferrolearn => "ferrolearn",
            Self::Sklearn => "scikit-learn",
            Self::Torch => "torch",
            Self::Celer => "celer",
            Self::Liblinear | Self::LiblinearUncapped => "liblinear",
        }
    }

    /// The folder of its package.
    fn package(self) -> &'static str {
        if self == Self::OursMimalloc { Self::Ours.name() } else { self.name() }
    }

    fn is_python(self) -> bool {
        use Program::{Celer, Liblinear, LiblinearUncapped, Sklearn, Torch};
        matches!(self, Sklearn | Torch | Celer | Liblinear | LiblinearUncapped)
    }

    /// What pip is told besides the file of requirements, where the program has packages of its own.
    fn own_packages(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Torch => Some(&[]),
            Self::Celer => Some(&["--no-deps"]),
            _ => None,
        }
    }

    /// What its absence may be due to.
    fn hint(self) -> &'static str {
        match self {
            Self::Ferrolearn => "; it links the system's OpenBLAS (Debian: libopenblas-dev)",
            _ if self.is_python() => {
                "; it needs python3 with venv and pip, a C++ compiler and a package index"
            }
            _ => "",
        }
    }
}

/// Builds programs when they are first needed; what cannot be built is left out of the tables with a note.
pub struct Programs {
    target: PathBuf,
    built: HashMap<Program, std::result::Result<(), String>>,
}

impl Programs {
    /// Everything that is built or written goes into a folder.
    pub fn new(target: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(target.join("logs"))?;
        Ok(Self { target, built: HashMap::new() })
    }

    /// How to start a program with so many threads.
    ///
    /// # Errors
    /// Why it cannot be built.
    pub fn command(&mut self, program: Program, threads: usize) -> Result<Command> {
        if !self.built.contains_key(&program) {
            eprintln!("   building {program:?}");
            let built = self.build(program).map_err(|error| {
                let message = format!("not available: {error}{}", program.hint());
                eprintln!("   {program:?} is {message}");
                message
            });
            self.built.insert(program, built);
        }
        if let Some(Err(message)) = self.built.get(&program) {
            return Err(message.clone().into());
        }
        let mut command = if program.is_python() {
            let mut command = Command::new(self.python());
            command.arg(harness().join("python/worker.py")).arg(program.name());
            command
        } else {
            Command::new(self.target.join("release").join(format!("peers-{}", program.name())))
        };
        if program == Program::LiblinearUncapped {
            command.env("PYTHONPATH", self.uncapped());
        }
        if program.own_packages().is_some() {
            command.env("PYTHONPATH", self.packages(program));
        }
        for variable in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            command.env(variable, threads.to_string());
        }
        Ok(command)
    }

    /// The file to which a program's standard error is appended.
    pub fn log(&self, program: Program) -> Result<File> {
        let path = self.target.join(format!("logs/{}.log", program.name()));
        Ok(File::options().create(true).append(true).open(path)?)
    }

    fn build(&self, program: Program) -> Result<()> {
        if !program.is_python() {
            let manifest = harness().join(program.package()).join("Cargo.toml");
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["build", "--release", "--manifest-path"]).arg(manifest);
            // Peers are pinned; certifit may have got other dependencies since its contender's lock file was written.
            if program.package() != Program::Ours.package() {
                cargo.arg("--locked");
            }
            return self.run(program, cargo.arg("--target-dir").arg(&self.target));
        }
        self.python_environment(program)?;
        if let Some(options) = program.own_packages() {
            let (folder, name) = (self.packages(program), program.name());
            if !folder.join(name).exists() {
                let requirements = harness().join(format!("python/requirements-{name}.txt"));
                let mut pip = self.pip_install();
                pip.args(options).arg("-r").arg(requirements).arg("--target").arg(folder);
                self.run(program, &mut pip)?;
            }
        }
        if program == Program::LiblinearUncapped && !self.uncapped().join("liblinear").exists() {
            let mut python = Command::new(self.python());
            python.arg(harness().join("python/uncapped.py")).arg(requirements()).arg(self.uncapped());
            self.run(program, &mut python)?;
        }
        Ok(())
    }

    /// An environment with what `requirements.txt` pins, made anew when that changes.
    fn python_environment(&self, program: Program) -> Result<()> {
        let wanted = std::fs::read_to_string(requirements())?;
        let stamp = self.target.join("python/requirements.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let own = [Program::Torch, Program::Celer].map(|program| self.packages(program));
        for folder in [self.target.join("python"), self.uncapped()].into_iter().chain(own) {
            if folder.exists() {
                std::fs::remove_dir_all(folder)?;
            }
        }
        let mut venv = Command::new("python3");
        self.run(program, venv.args(["-m", "venv"]).arg(self.target.join("python")))?;
        self.run(program, self.pip_install().arg("-r").arg(requirements()))?;
        Ok(std::fs::write(stamp, wanted)?)
    }

    fn run(&self, program: Program, command: &mut Command) -> Result<()> {
        let (out, log) = (self.log(program)?, self.log(program)?);
        let status = command.stdin(Stdio::null()).stdout(out).stderr(log).status()?;
        if !status.success() {
            let log = self.target.join(format!("logs/{}.log", program.name()));
            return Err(format!("its build failed, see {}", log.display()).into());
        }
        Ok(())
    }

    fn python(&self) -> PathBuf {
        self.target.join("python/bin/python")
    }

    fn pip_install(&self) -> Command {
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "--disable-pip-version-check", "install"]);
        pip
    }

    /// The folder of a program's own packages.
    fn packages(&self, program: Program) -> PathBuf {
        self.target.join(program.name())
    }

    fn uncapped(&self) -> PathBuf {
        self.target.join("liblinear-uncapped")
    }
}

fn harness() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn requirements() -> PathBuf {
    harness().join("python/requirements.txt")
}
