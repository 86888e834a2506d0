//! The house: which module may import which, and what no file may contain.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module imports from floors below its own, never from its own or a higher one.
const FLOORS: [&[&str]; 7] = [
    &["error"],
    &["scalar", "random", "parallel", "simd", "hash"],
    &["data", "estimator", "observer"],
    &["loss", "regularizer", "schedule", "update", "metric", "table"],
    &["solver", "compose", "model_selection"],
    &[
        "linear",
        "preprocessing",
        "impute",
        "feature_selection",
        "kernel_approximation",
        "text",
        "neural",
        "datasets",
        "calibration",
        "inspection",
    ],
    &["plot"],
];

/// These stand outside the house and only re-export.
const RE_EXPORTING: [&str; 2] = ["lib", "prelude"];

/// The one file in which there may be `unsafe` code.
const UNSAFE: &str = "simd.rs";

const MAX_LINES: usize = 420;

/// Panics are for bugs of ours that nobody's data can cause; there is no need for any.
const FORBIDDEN: [&str; 9] = [
    ".unwrap()",
    ".expect(",
    ".unwrap_err()",
    ".expect_err(",
    "panic!",
    "todo!",
    "unimplemented!",
    "unreachable!",
    "unsafe",
];

/// A source file: its path below `src/` and the code that ships, one line a line of the source.
struct Source {
    path: String,
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), code: without_tests(&blanked(text)) }
    }

    /// The module of the first level that the file belongs to.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many `super::` lead to the root of the crate.
    fn depth(&self) -> usize {
        let parts: Vec<&str> = self.path.split('/').collect();
        if parts.last() == Some(&"mod.rs") { parts.len() - 1 } else { parts.len() }
    }

    /// The items that paths name directly below the root, with the line they stand in.
    fn root_items(&self) -> Vec<(usize, String)> {
        let up = "super::".repeat(self.depth());
        let mut items = Vec::new();
        for prefix in ["crate::", up.as_str(), "certifit::"] {
            for (at, _) in self.code.match_indices(prefix) {
                let before = self.code[..at].chars().next_back();
                // `super::super::` contains `super::`; a longer path has been counted already.
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let line = self.code[..at].matches('\n').count() + 1;
                items.extend(
                    first_names(&self.code[at + prefix.len()..]).into_iter().map(|name| (line, name)),
                );
            }
        }
        items
    }
}

/// The first name of a path, or of each path of a group in braces.
fn first_names(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|&c| c.is_alphanumeric() || c == '_' || c == '*').collect()
    };
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![name(rest)] };
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The text with comments, strings and characters replaced by spaces; lines stay where they are.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => end_of_line(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => end_of_block(&chars, at),
            '"' => end_of_string(&chars, at),
            'r' if !continues_a_name(&chars, at) => end_of_raw_string(&chars, at).unwrap_or(at),
            '\'' => end_of_char(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|&c| if c == '\n' { c } else { ' ' }));
            at = end;
        }
    }
    out
}

fn continues_a_name(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() && chars[at - 1] != 'b' || chars[at - 1] == '_')
}

fn end_of_line(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len())
}

fn end_of_block(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// For `r"…"` and `r#"…"#`.
fn end_of_raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    let start = at + 1 + hashes;
    (chars.get(start) == Some(&'"')).then_some(())?;
    let closes =
        |i: usize| chars[i] == '"' && chars[i + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
    let close = (start + 1..chars.len()).find(|&i| closes(i))?;
    Some(close + 1 + hashes)
}

/// For `'x'` and `'\n'`; a lifetime has no end.
fn end_of_char(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at + 1) == Some(&'\\') {
        return (at + 3..chars.len()).find(|&i| chars[i] == '\'').map(|i| i + 1);
    }
    (chars.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

/// Blanks what stands under `#[cfg(test)]` or `#[cfg(doctest)]`: up to the end of the braces that follow, or to a
/// semicolon before them.
fn without_tests(code: &str) -> String {
    let mut out = code.to_string();
    while let Some(start) = ["#[cfg(test)]", "#[cfg(doctest)]"].iter().find_map(|&cfg| out.find(cfg)) {
        let body = out[start..].char_indices();
        let mut depth = 0;
        let mut end = out.len();
        for (at, c) in body {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 && (c == '}' || c == ';') {
                end = start + at + c.len_utf8();
                break;
            }
        }
        let blank: String = out[start..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        out.replace_range(start..end, &blank);
    }
    out
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// What `lib.rs` re-exports: the module of each name that stands at the root.
fn re_exports(lib: &Source) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    for statement in lib.code.split(';') {
        let Some((_, path)) = statement.split_once("pub use ") else { continue };
        let Some((module, names)) = path.trim().split_once("::") else { continue };
        for name in first_names(names) {
            modules.insert(name, module.to_string());
        }
    }
    modules
}

/// What is wrong with the imports of a file.
fn bad_imports(source: &Source, roots: &BTreeMap<String, String>) -> Vec<String> {
    if RE_EXPORTING.contains(&source.module()) {
        return Vec::new();
    }
    let Some(floor) = floor_of(source.module()) else {
        return vec![format!("{}: a module without a floor", source.path)];
    };
    let mut bad = Vec::new();
    for (line, item) in source.root_items() {
        let module = roots.get(&item).map_or(item.as_str(), String::as_str);
        let allowed = module == source.module() || floor_of(module).is_some_and(|other| other < floor);
        if !allowed {
            bad.push(format!("{}:{line}: {} must not import {item}", source.path, source.module()));
        }
    }
    bad
}

/// Items in a file that only re-exports.
fn bad_items(source: &Source) -> Vec<String> {
    if !RE_EXPORTING.contains(&source.module()) {
        return Vec::new();
    }
    let items = ["fn", "struct", "enum", "trait", "impl", "const", "static", "type", "macro_rules!", "union"];
    let lines = source.code.lines().enumerate();
    let bad = lines.filter(|(_, line)| line.split_whitespace().any(|word| items.contains(&word)));
    bad.map(|(line, text)| format!("{}:{}: more than a re-export: {text}", source.path, line + 1)).collect()
}

fn bad_calls(source: &Source) -> Vec<String> {
    let lines = source.code.lines().enumerate();
    let found = lines.flat_map(|(line, text)| {
        let calls = FORBIDDEN.iter().filter(move |call| {
            if **call == "unsafe" && source.path == UNSAFE {
                return false;
            }
            let starts = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let ends = |at: usize| {
                !call.ends_with(char::is_alphabetic)
                    || !text[at + call.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            };
            text.match_indices(**call).any(|(at, _)| (call.starts_with('.') || starts(at)) && ends(at))
        });
        calls.map(move |call| (line, call))
    });
    found.map(|(line, call)| format!("{}:{}: {call}", source.path, line + 1)).collect()
}

/// Blank lines at the end, such as tests leave behind, do not count.
fn too_long(source: &Source) -> Option<String> {
    let lines = source.code.trim_end().lines().count();
    (lines > MAX_LINES).then(|| format!("{}: {lines} lines", source.path))
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut open, mut files) = (vec![root.clone()], Vec::<PathBuf>::new());
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let relative = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| Source::new(&relative(path), &fs::read_to_string(path).unwrap())).collect()
}

fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

fn roots(sources: &[Source]) -> BTreeMap<String, String> {
    re_exports(sources.iter().find(|source| source.path == "lib.rs").unwrap())
}

#[test]
fn imports_go_down() {
    let sources = sources();
    let roots = roots(&sources);
    assert!(sources.len() > 50 && roots.get("Error").is_some_and(|module| module == "error"), "{roots:?}");
    assert_none(sources.iter().flat_map(|source| bad_imports(source, &roots)).collect());
}

#[test]
fn lib_and_prelude_only_re_export() {
    assert_none(sources().iter().flat_map(bad_items).collect());
}

#[test]
fn nothing_panics_on_purpose() {
    assert_none(sources().iter().flat_map(bad_calls).collect());
}

#[test]
fn files_are_short() {
    assert_none(sources().iter().filter_map(too_long).collect());
}

/// The checks above, on lines that are made up: each must be found, or must not.
mod the_checks_themselves {
    use super::*;

    fn imports(path: &str, text: &str) -> usize {
        let roots =
            BTreeMap::from([("Error".to_string(), "error".to_string()), ("Fit".into(), "linear".into())]);
        bad_imports(&Source::new(path, text), &roots).len()
    }

    #[test]
    fn find_imports_that_go_up_or_sideways() {
        for (path, text) in [
            ("data/rows.rs", "use crate::loss::Hinge;"),
            ("data/rows.rs", "use crate::{error::Error, solver::{Report, Problem}};"),
            ("data/rows.rs", "use crate::{\n    error::Error,\n    estimator::Estimator,\n};"),
            ("data/rows.rs", "fn f() { let x = crate::linear::LinearSVC::new(); }"),
            ("data/rows.rs", "use super::super::observer::Observer;"),
            ("data/mod.rs", "use super::compose::Pipeline;"),
            ("data/rows.rs", "use crate::Fit;"),
            ("data/rows.rs", "use crate::prelude::*;"),
            ("data/rows.rs", "use crate::*;"),
            ("data/rows.rs", "pub(crate) use crate::nowhere::Thing;"),
            ("scalar.rs", "use super::random::Random;"),
            ("new_room/thing.rs", ""),
            ("data/rows.rs", "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::linear::LinearSVC;"),
            ("data/rows.rs", "#[cfg(test)]\nuse crate::linear::A;\nuse crate::linear::B;"),
            ("data/rows.rs", "const C: char = '\"'; use crate::linear::B; const D: char = '\"';"),
            ("data/rows.rs", "fn f<'a>(x: &'a str) {} use crate::linear::B; fn g<'a>() {}"),
        ] {
            assert_eq!(imports(path, text), 1, "{path}: {text}");
        }
    }

    #[test]
    fn let_right_imports_pass() {
        for (path, text) in [
            (
                "data/rows.rs",
                "use crate::error::Error; use crate::Error; use crate::data::Rows; use super::Rows;",
            ),
            (
                "data/rows.rs",
                "//! [`crate::linear::LinearSVC`]\n/* crate::linear /* nested */ crate::linear */",
            ),
            (
                "data/rows.rs",
                "/// use crate::linear::LinearSVC;\nfn f() { g(\"crate::linear\", r#\"\"crate::linear\"#) }",
            ),
            (
                "data/rows.rs",
                "#[cfg(test)]\nmod tests {\n    use crate::linear::LinearSVC;\n    fn f() { {} }\n}",
            ),
            ("lib.rs", "pub use crate::linear::LinearSVC;"),
            (
                "linear/svc.rs",
                "use crate::{solver::Report, loss::{Hinge, Loss}}; use super::LinearClassifier;",
            ),
            ("linear/svc.rs", "use super::super::solver::Report; use std::fmt; use ndarray::Axis;"),
        ] {
            assert_eq!(imports(path, text), 0, "{path}: {text}");
        }
    }

    #[test]
    fn find_what_no_file_may_contain() {
        let calls = |text: &str| bad_calls(&Source::new("data/rows.rs", text)).len();
        for call in FORBIDDEN {
            assert_eq!(
                calls(&format!("fn f() {{ x{}{call} ; }}", if call.starts_with('.') { "" } else { " " })),
                1
            );
            assert_eq!(calls(&format!("/// {call}\n//! {call}\nfn f() {{ \"{call}\" }} // {call}")), 0);
            assert_eq!(calls(&format!("#[cfg(test)]\nmod tests {{ fn f() {{ {call} }} }}")), 0);
        }
        assert_eq!(calls("#![forbid(unsafe_code)] fn unwrap_or() { x.unwrap_or(1); x.expected(); }"), 0);
    }

    #[test]
    fn find_long_files_and_items_in_the_prelude() {
        let lines = "fn f() {}\n".repeat(MAX_LINES);
        assert!(too_long(&Source::new("data/rows.rs", &lines)).is_none());
        let tests = format!("{lines}#[cfg(test)]\nmod tests {{\n{lines}}}\n");
        assert!(too_long(&Source::new("data/rows.rs", &tests)).is_none());
        assert!(too_long(&Source::new("data/rows.rs", &format!("{lines}fn g() {{}}"))).is_some());
        for item in
            ["pub fn f() {}", "struct S;", "impl S {}", "macro_rules! m { () => {} }", "pub type A = u8;"]
        {
            assert_eq!(bad_items(&Source::new("prelude.rs", item)).len(), 1, "{item}");
            assert!(bad_items(&Source::new("data/rows.rs", item)).is_empty());
        }
        assert!(bad_items(&Source::new("lib.rs", "#[cfg(doctest)]\nstruct Readme;")).is_empty());
        assert_eq!(bad_items(&Source::new("lib.rs", "#[cfg(doctest)]\nstruct A;\nstruct B;")).len(), 1);
        let good = "//! A fn.\nmod error;\npub mod data;\npub use error::{Error, Result};\n";
        assert!(bad_items(&Source::new("lib.rs", good)).is_empty());
    }
}
