//! Every line that `--json` prints is as `docs/schema` says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::common::{Run, Scratch, sample, text};

/// The schemas by name, and which of them had something to check.
struct Schemas {
    files: BTreeMap<String, Value>,
    used: BTreeSet<String>,
}

impl Schemas {
    fn load() -> Schemas {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        let named = files.map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let schema: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            assert_eq!(schema["$id"], format!("{name}.json"));
            (name, schema)
        });
        Schemas { files: named.collect(), used: BTreeSet::new() }
    }

    /// Asserts that `value` is as the schema `name` says.
    #[track_caller]
    fn check(&mut self, name: &str, value: &Value) {
        const BASE: &str = "https://isnad.invalid/schema/";
        let mut registry = jsonschema::Registry::new();
        for (name, schema) in &self.files {
            registry = registry.add(format!("{BASE}{name}.json"), with_base(schema, BASE)).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let wanted = serde_json::json!({ "$ref": format!("{BASE}{name}.json") });
        let validator = jsonschema::options().with_registry(&registry).build(&wanted).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{value}");
        self.used.insert(name.to_owned());
    }

    /// Checks every line of a run, the last one against another schema when there is a summary.
    #[track_caller]
    fn lines(&mut self, run: &Run, name: &str, summary: Option<&str>) {
        let mut lines = run.lines();
        assert!(!lines.is_empty(), "{name}: nothing was printed; {}", run.stderr);
        if let Some(summary) = summary {
            self.check(summary, &lines.pop().unwrap());
        }
        for line in &lines {
            self.check(name, line);
        }
    }
}

/// The schema under an absolute name, so that relative references resolve.
fn with_base(schema: &Value, base: &str) -> Value {
    let mut schema = schema.clone();
    schema["$id"] = format!("{base}{}", text(&schema, "$id")).into();
    schema
}

#[test]
fn every_output_is_as_its_schema_says() {
    let mut schemas = Schemas::load();
    let scratch = Scratch::new();
    let folder = sample();
    let folder = folder.to_str().unwrap();

    schemas.lines(&scratch.json(["init", "--public-url", "https://archive.example"]).is(0), "init", None);
    schemas.lines(&scratch.json(["ingest", folder]).is(0), "ingest", Some("ingest-summary"));
    schemas.lines(&scratch.json(["ingest", folder]).is(0), "ingest", Some("ingest-summary"));
    schemas.lines(&scratch.json(["ingest", folder, "--published", "2024-05"]).is(0), "ingest", Some("ingest-summary"));
    scratch.write("bad/empty.txt", "");
    scratch.write("bad/picture.png", "x");
    schemas.lines(&scratch.json(["ingest", "bad"]).is(1), "ingest", Some("ingest-summary"));
    schemas.lines(&scratch.json(["extract", folder]).is(0), "extract", None);
    schemas.lines(&scratch.json(["extract", "bad/empty.txt"]).is(1), "error", None);

    for quotation in [
        "لم نرمّم هذا الجسر ليكون صورة على بطاقة بريدية، بل ليعبر عليه تلاميذ الضفة الشرقية كل صباح",
        "انتظرنا هذه اللّحظة ٢٧ عاماً ولمّا أضاءت الإشارةُ الخضراء",
        "كنا ندور سبعة أميال حول اللسان الرملي لنبيع صيدنا، واليوم نصل إلى السوق قبل أن يذوب الثلج في الصناديق",
        "سوق الخميس يعود إلى ساحة المنارة بعد أعمال الرصف",
        "nobody wrote these seven words about lighthouses",
    ] {
        schemas.lines(&scratch.json(["audit", quotation]), "audit", None);
    }
    let engineer = "لم نرمّم هذا الجسر ليكون صورة على بطاقة بريدية، بل ليعبر عليه تلاميذ الضفة الشرقية كل صباح";
    schemas.lines(&scratch.json(["audit", engineer, "--compare", "1,2"]).is(0), "audit-compare", None);
    let article = scratch.json(["list", "--outlet", "alnahr.example"]).lines().remove(0);
    schemas.lines(&scratch.json(["audit", "--article", text(&article, "article")]).is(0), "audit", None);
    schemas.lines(&scratch.json(["search", "الجسر"]).is(0), "search", Some("search-summary"));
    schemas.lines(&scratch.json(["list"]).is(0), "list", None);
    schemas.lines(&scratch.json(["stats"]).is(0), "stats", None);
    schemas.lines(&scratch.json(["log", "checkpoint"]).is(0), "log-checkpoint", None);
    schemas.lines(&scratch.json(["log", "key"]).is(0), "log-key", None);
    schemas.lines(&scratch.json(["log", "export", "site/log", "--records", "site/r"]).is(0), "log-export", None);
    let key = scratch.run(["log", "key"]).is(0).text();
    let published = ["verify", "--log", "site/log", "--all", "--key", key.trim()];
    schemas.lines(&scratch.json(published).is(0), "verify", Some("verify-summary"));
    let nobody = ["log", "stamp", "--tsa", "http://127.0.0.1:9/"];
    schemas.lines(&scratch.json(nobody).is(2), "log-stamp", None);
    schemas.lines(&scratch.json(["log", "key", "--rotate"]).is(0), "log-key", None);
    let successor = ["log", "adopt", "--origin", "tests.example/successor"];
    schemas.lines(&scratch.json(successor).is(0), "log-adopt", None);
    schemas.lines(&scratch.json(["reindex"]).is(0), "reindex", None);
    let copy = scratch.path("copy.db");
    schemas.lines(&scratch.json(["backup", copy.to_str().unwrap()]).is(0), "backup", None);
    schemas.lines(&scratch.json(["export", "wacz", "-o", "out.wacz"]).is(0), "export", None);
    schemas.lines(&scratch.json(["verify", "--all"]).is(0), "verify", Some("verify-summary"));

    for capture in scratch.json(["list"]).lines() {
        let show = |key: &str| scratch.json(["show", text(&capture, key)]).is(0);
        schemas.lines(&show("article"), "show-article", None);
        schemas.lines(&show("record"), "show-record", None);
        schemas.lines(&show("reading"), "show-record", None);
        schemas.lines(&show("payload"), "show-payload", None);
        schemas.check("record-capture", &scratch.run(["show", text(&capture, "record")]).only());
        schemas.check("record-reading", &scratch.run(["show", text(&capture, "reading")]).only());
        schemas.lines(&scratch.json(["cite", text(&capture, "record")]).is(0), "cite", None);
        schemas.lines(&scratch.json(["log", "prove", text(&capture, "record")]).is(0), "log-prove", None);
    }
    let citation = scratch.path("citation.zip");
    let first = scratch.json(["list", "--limit", "1"]).lines().remove(0);
    let bundle = ["bundle", text(&first, "record"), "-o", citation.to_str().unwrap()];
    schemas.lines(&scratch.json(bundle).is(0), "bundle", None);
    schemas.lines(&scratch.json(["verify", citation.to_str().unwrap()]).is(0), "verify", Some("verify-summary"));
    let mut opened = zip::ZipArchive::new(std::fs::File::open(&citation).unwrap()).unwrap();
    let manifest = serde_json::from_reader(opened.by_name("manifest.json").unwrap()).unwrap();
    schemas.check("bundle-manifest", &manifest);
    let captures = scratch.json(["list", "--outlet", "alnahr.example"]).lines();
    let (one, two) = (text(&captures[0], "record"), text(captures.last().unwrap(), "record"));
    schemas.lines(&scratch.json(["diff", one, two]), "diff", None);
    let words = ["cite", one, "--quote", "عند السادسة صباحًا والسابعة مساءً"];
    schemas.lines(&scratch.json(words).is(0), "cite", None);

    schemas.lines(&scratch.json(["withhold", one, "--reason", "privacy", "--yes"]).is(0), "takedown", None);
    schemas.lines(&scratch.json(["list"]).is(0), "list", None);
    schemas.lines(&scratch.json(["withhold", one, "--undo", "--yes"]).is(0), "takedown", None);
    schemas.lines(&scratch.json(["erase", one, "--reason", "legal", "--yes"]).is(0), "takedown", Some("erase-summary"));
    schemas.lines(&scratch.json(["show", one]).is(1), "error", None);
    schemas.lines(&scratch.json(["verify", "--all"]).is(0), "verify", Some("verify-summary"));

    scratch.write("private.txt", "Words that only the archivist reads.\nAnd a second paragraph of the same kind.");
    let private = scratch.json(["ingest", "--private", "private.txt"]).is(0).documents().remove(0);
    schemas.lines(&scratch.json(["audit", "Words that only the archivist reads"]).is(0), "audit", None);
    schemas.lines(&scratch.json(["search", "archivist"]).is(0), "search", Some("search-summary"));
    for _ in 0..2 {
        schemas.lines(&scratch.json(["publish", text(&private, "record")]).is(0), "publish", None);
    }

    for mistake in [&["show", "0123"][..], &["show", "01234567"], &["nonsense"], &["--archive", "none", "list"]] {
        schemas.lines(&scratch.json(mistake), "error", None);
    }

    schemas.used.insert("common".to_owned());
    let all: BTreeSet<String> = schemas.files.keys().cloned().collect();
    assert_eq!(all, schemas.used, "every schema had something to check");
}

#[test]
fn captures_are_told_of_as_ingestions_are() {
    let mut schemas = Schemas::load();
    let site = crate::site::Site::start(|path, socket| {
        let reply = match path {
            "/moved" => crate::site::answer("302 Found", "Location: /page\r\n", b""),
            "/picture" => crate::site::answer("200 OK", "Content-Type: image/png\r\n", b"x"),
            _ => crate::site::answer("200 OK", "Content-Type: text/html\r\n", b"<title>A page</title><p>It has words."),
        };
        crate::site::send(socket, &reply);
    });
    let scratch = Scratch::with_archive();
    let urls = [site.url("/moved"), site.url("/picture"), "http://127.0.0.2:9/".to_owned(), "nonsense".to_owned()];
    let mut args = vec!["capture", "--allow-private=127.0.0.1", "--delay", "0"];
    args.extend(urls.iter().map(String::as_str));
    let run = scratch.json(args).is(1);
    schemas.lines(&run, "ingest", Some("ingest-summary"));
    let mut statuses: Vec<_> = run.documents().iter().map(|document| text(document, "status").to_owned()).collect();
    statuses.sort();
    assert_eq!(statuses, ["new", "new", "rejected", "rejected", "skipped"]);
    let record = scratch.json(["list"]).is(0).lines().remove(0);
    schemas.check("record-capture", &scratch.run(["show", text(&record, "record")]).only());
    schemas.lines(&scratch.json(["verify", "--all"]).is(0), "verify", Some("verify-summary"));
    schemas.lines(&scratch.json(["backup", "copy.db"]).is(0), "backup", None);
    std::fs::remove_dir_all(scratch.path("archive/warc")).unwrap();
    std::fs::write(scratch.path("archive/warc"), "no folder").unwrap();
    schemas.lines(&scratch.json(["verify"]).is(2), "verify", Some("verify-summary"));
    schemas.lines(&scratch.json(["backup", "without.db"]).is(1), "backup", None);
}

#[test]
fn damage_is_reported_as_the_schema_says() {
    let mut schemas = Schemas::load();
    let scratch = Scratch::with_sample();
    scratch.sqlite().execute("UPDATE capture SET title = 'Another'", []).unwrap();
    schemas.lines(&scratch.json(["verify"]).is(1), "verify", Some("verify-summary"));
    std::fs::write(scratch.database(), "no database").unwrap();
    schemas.lines(&scratch.json(["verify"]).is(2), "error", None);
}
