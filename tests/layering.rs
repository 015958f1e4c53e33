//! The rooms of the crate import only what DESIGN.md section 8 lets them.
//!
//! Every path that a file of `src/` names is looked at (`use` lines and paths in expressions, types and macros alike);
//! code under `#[cfg(test)]` may name what it likes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// A room, the rooms it may name, and whether it is pure (no file, clock, socket, randomness).
const ROOMS: [(&str, &[&str], bool); 11] = [
    ("domain", &[], true),
    ("tlog", &[], true),
    ("stamp", &[], true),
    ("formats", &["domain", "stamp"], true),
    ("page", &["domain"], true),
    ("quote", &["domain"], true),
    ("fetch", &[], false),
    ("store", &["domain", "tlog", "quote", "stamp"], false),
    ("archive", &["domain", "tlog", "stamp", "fetch", "formats", "page", "quote", "store"], false),
    ("web", &["domain", "tlog", "stamp", "formats", "page", "quote", "archive"], false),
    ("cli", &["domain", "tlog", "stamp", "formats", "page", "quote", "archive"], false),
];

/// The one file of a room that may name one more.
const EXCEPTIONS: [(&str, &str); 1] = [("cli/serve.rs", "web")];

/// Crates that only these rooms may name.
const CRATES: [(&str, &[&str]); 23] = [
    ("tokio", &["web"]),
    ("rlimit", &["web"]),
    ("axum", &["web"]),
    ("tower", &["web"]),
    ("tower_http", &["web"]),
    ("hyper", &["web"]),
    ("askama", &["web"]),
    ("rusqlite", &["store"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("ctrlc", &["cli"]),
    ("getrandom", &["archive", "cli"]),
    ("rayon", &["archive", "web", "store"]),
    ("crossbeam_channel", &["archive"]),
    ("rsa", &["stamp"]),
    ("hmac", &["archive"]),
    ("ureq", &["archive"]),
    ("httparse", &["fetch"]),
    ("rustls", &["fetch"]),
    ("webpki_roots", &["fetch"]),
    ("url", &["fetch", "domain"]),
];

/// Addresses are values; they open nothing.
const PURE_AFTER_ALL: [&str; 3] = ["std::net::IpAddr", "std::net::Ipv4Addr", "std::net::Ipv6Addr"];

/// What pure rooms do not name.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "chrono::Utc::now",
    "chrono::Local",
];

/// The paths that a file names, `use` trees written out.
#[derive(Default)]
struct Named {
    paths: Vec<String>,
}

fn is_test_code(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl Named {
    fn tree(&mut self, prefix: &str, tree: &syn::UseTree) {
        let join = |name: &dyn std::fmt::Display| {
            if prefix.is_empty() { name.to_string() } else { format!("{prefix}::{name}") }
        };
        match tree {
            syn::UseTree::Path(path) => self.tree(&join(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.paths.push(join(&name.ident)),
            syn::UseTree::Rename(rename) => self.paths.push(join(&rename.ident)),
            syn::UseTree::Glob(_) => self.paths.push(join(&"*")),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(prefix, item)),
        }
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test_code(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test_code(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test_code(&item.attrs) {
            self.tree("", &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.paths.push(names.join("::"));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // A macro's tokens have no syntax tree; printed, the parts of a path stand between " :: ".
        let tokens = item.tokens.to_string().replace(" :: ", "::");
        let paths = tokens.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        self.paths.extend(paths.filter(|path| path.contains("::")).map(str::to_owned));
        syn::visit::visit_macro(self, item);
    }
}

/// The modules that stand in files of their own and are compiled for tests only.
#[derive(Default)]
struct TestFiles {
    names: Vec<String>,
}

impl<'ast> Visit<'ast> for TestFiles {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_none() && is_test_code(&item.attrs) {
            self.names.push(item.ident.to_string());
        }
    }
}

/// Writes a path from the root of the crate: `crate::…` as it is, `super::…` resolved against the file's module.
fn resolved(path: &str, module: &[String]) -> String {
    let mut segments: Vec<&str> = path.split("::").collect();
    if segments[0] == "self" {
        segments.remove(0);
        return std::iter::once("crate")
            .chain(module.iter().map(String::as_str))
            .chain(segments)
            .collect::<Vec<_>>()
            .join("::");
    }
    let ups = segments.iter().take_while(|segment| **segment == "super").count();
    if ups == 0 {
        return path.to_owned();
    }
    let kept = module.len().saturating_sub(ups);
    let base = module[..kept].iter().map(String::as_str);
    std::iter::once("crate").chain(base).chain(segments.split_off(ups)).collect::<Vec<_>>().join("::")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The modules that lead to a file below `src`.
fn module_of(relative: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        relative.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// What is wrong with the imports of one file.
fn broken_rules(relative: &Path, source: &str) -> Vec<String> {
    let module = module_of(relative);
    let file = relative.display().to_string();
    let Some((room, allowed, pure)) = ROOMS.iter().find(|(room, _, _)| module[0] == *room) else {
        return vec![format!("src/{file}: this room is not in DESIGN.md section 8")];
    };
    let mut named = Named::default();
    named.visit_file(&syn::parse_file(source).unwrap());
    let rooms: Vec<&str> = ROOMS.iter().map(|(room, _, _)| *room).collect();
    let mut broken = Vec::new();
    for path in &named.paths {
        let path = resolved(path, &module);
        let mut say = |why: String| broken.push(format!("src/{file}: {path}: {why}"));
        if let Some(other) = path.strip_prefix("crate::").and_then(|rest| rest.split("::").next()) {
            let excepted = EXCEPTIONS.contains(&(file.as_str(), other));
            if rooms.contains(&other) && other != *room && !allowed.contains(&other) && !excepted {
                say(format!("{room} may not import {other}"));
            }
        }
        let first = path.split("::").next().unwrap_or_default();
        if let Some((name, may)) = CRATES.iter().find(|(name, _)| *name == first)
            && !may.contains(room)
        {
            say(format!("{name} belongs to {}", may.join(", ")));
        }
        let value = PURE_AFTER_ALL.iter().any(|value| path.starts_with(value));
        if *pure && !value && IMPURE.iter().any(|impure| path == *impure || path.starts_with(&format!("{impure}::"))) {
            say(format!("{room} is pure: no file, clock, socket or process"));
        }
    }
    broken.sort();
    broken.dedup();
    broken
}

#[test]
fn rooms_import_only_what_the_design_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 50, "the sources are there");
    let sources: Vec<(PathBuf, String)> = files
        .iter()
        .map(|file| (file.strip_prefix(&src).unwrap().to_owned(), std::fs::read_to_string(file).unwrap()))
        .filter(|(relative, _)| relative != Path::new("main.rs") && relative != Path::new("lib.rs"))
        .collect();
    let mut tests: Vec<Vec<String>> = Vec::new();
    for (relative, source) in &sources {
        let mut found = TestFiles::default();
        found.visit_file(&syn::parse_file(source).unwrap());
        tests.extend(found.names.into_iter().map(|name| [module_of(relative), vec![name]].concat()));
    }
    let mut broken = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (relative, source) in &sources {
        let module = module_of(relative);
        *seen.entry(module[0].clone()).or_default() += 1;
        if !tests.iter().any(|test| module.starts_with(test)) {
            broken.extend(broken_rules(relative, source));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    for (room, _, _) in ROOMS {
        assert!(seen.contains_key(room), "{room} has no file; this test looks at nothing there");
    }
}

#[test]
fn the_check_sees_what_it_must() {
    let broken = |file: &str, source: &str| broken_rules(Path::new(file), source).len();
    assert_eq!(broken("page/plain/mod.rs", "use crate::domain::Role; use super::tweet;"), 0);
    assert_eq!(broken("page/plain/mod.rs", "use crate::quote::fold;"), 1);
    assert_eq!(broken("page/plain/mod.rs", "use crate::{domain::Role, store::{Store, Reader}};"), 2);
    assert_eq!(broken("page/plain/mod.rs", "use super::super::formats::Item;"), 1);
    assert_eq!(broken("page/mod.rs", "fn f() { let _ = std::fs::read(\"x\"); }"), 1);
    assert_eq!(broken("page/mod.rs", "fn f() { println!(\"{:?}\", std::time::SystemTime::now()); }"), 1);
    assert_eq!(broken("page/mod.rs", "#[cfg(test)] mod tests { use std::fs; use crate::quote::fold; }"), 0);
    assert_eq!(broken("domain/mod.rs", "use std::time::Duration;"), 0);
    assert_eq!(broken("archive/open.rs", "use rusqlite::Connection;"), 1);
    assert_eq!(broken("web/mod.rs", "use crate::store::Store;"), 1);
    assert_eq!(broken("cli/serve.rs", "use crate::web::serve;"), 0);
    assert_eq!(broken("cli/list.rs", "use crate::web::serve;"), 1);
    assert_eq!(broken("attic/mod.rs", ""), 1);
}
