//! Bundles that hold and bundles that do not, each with the status that every verifier must give.

use std::path::PathBuf;

use crate::forge::{Files, Parts, hex, replace, seal, vkey, zip, zip_of};

/// How a case is looked at by the shell, which is slow and reads folders only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shell {
    Too,
    Not,
}

pub(crate) struct Case {
    pub(crate) name: String,
    /// The files, where they can lie in a folder.
    pub(crate) files: Option<Files>,
    pub(crate) zip: Vec<u8>,
    /// One key, or several with a space between them.
    pub(crate) key: Option<String>,
    /// Certificates of authorities that are believed.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) status: i32,
    /// What those say that ask openssl, which knows more kinds of signatures.
    pub(crate) by_openssl: i32,
    pub(crate) shell: Shell,
}

impl Case {
    pub(crate) fn of(name: impl Into<String>, files: Files, key: &str, status: i32, shell: Shell) -> Case {
        let zip = zip_of(&files);
        Case {
            name: name.into(),
            files: Some(files),
            zip,
            key: Some(key.to_owned()),
            ca: None,
            status,
            by_openssl: status,
            shell,
        }
    }

    fn zip(name: &str, zip: Vec<u8>, key: &str) -> Case {
        Case {
            name: name.to_owned(),
            files: None,
            zip,
            key: Some(key.to_owned()),
            ca: None,
            status: 1,
            by_openssl: 1,
            shell: Shell::Not,
        }
    }
}

/// Every kind of change to a bundle that an archive made.
pub(crate) fn of_real(real: &Files, vkey_real: &str) -> Vec<Case> {
    let mut cases = vec![Case::of("real: as it is", real.clone(), vkey_real, 0, Shell::Too)];
    let case = |name: String, files: Files, status, shell| Case::of(name, files, vkey_real, status, shell);
    cases.push(Case { key: None, status: 2, ..case("real: no key".to_owned(), real.clone(), 2, Shell::Too) });
    let stranger = isnad::tlog::SigningKey::from_seed(vkey_real.split('+').next().unwrap().parse().unwrap(), &[9; 32]);
    cases.push(Case::of(
        "real: another key of that name",
        real.clone(),
        &stranger.verifier().to_string(),
        1,
        Shell::Too,
    ));
    cases.push(Case::of("real: the key of another log", real.clone(), &vkey(), 1, Shell::Too));
    let mistyped = vkey_real.replace("+A", "+B");
    cases.push(Case::of("real: a mistyped key", real.clone(), &mistyped, 2, Shell::Too));
    let strangers = stranger.verifier().to_string();
    for (name, keys, status) in [
        ("its key and another one", format!("{vkey_real} {strangers}"), 0),
        ("another key and its own", format!("{strangers} {vkey_real}"), 0),
        ("the key of another log and its own", format!("{} {vkey_real}", vkey()), 0),
        ("two keys that did not sign", format!("{strangers} {}", vkey()), 1),
        ("its key and a mistyped one", format!("{vkey_real} {mistyped}"), 2),
    ] {
        cases.push(Case::of(format!("real: {name}"), real.clone(), &keys, status, Shell::Too));
    }
    for (name, bytes) in real {
        let unsigned = ["README.txt", "verify.html", "verify.py", "verify.sh"].contains(&name.as_str());
        let places = if bytes.is_empty() { vec![] } else { vec![0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] };
        for at in places {
            let mut files = real.clone();
            files.get_mut(name).unwrap()[at] ^= 0x04;
            let shell = if at == 0 && !unsigned { Shell::Too } else { Shell::Not };
            if at == bytes.len() / 2 {
                cases.push(case(format!("real: byte {at} of {name}"), files.clone(), 1, Shell::Not));
            }
            if name != "manifest.json" {
                // The manifest is nobody's word: it may say anything. What nobody signs, nobody vouches for.
                let status = if unsigned { 0 } else { 1 };
                cases.push(case(format!("real: byte {at} of {name}, manifest too"), seal(files), status, shell));
            }
        }
        for (what, more) in
            [("longer", &[bytes.as_slice(), b"\n"].concat()[..]), ("shorter", &bytes[..bytes.len().max(1) - 1])]
        {
            if name != "manifest.json" && !unsigned {
                let mut files = real.clone();
                files.insert(name.clone(), more.to_vec());
                cases.push(case(format!("real: {name} {what}"), seal(files), 1, Shell::Not));
            }
        }
        let mut files = real.clone();
        files.remove(name);
        cases.push(case(format!("real: without {name}"), files.clone(), 1, Shell::Not));
        if name != "manifest.json" {
            let shell = if name == "article.txt" || name == "payload.bin" { Shell::Too } else { Shell::Not };
            cases.push(case(format!("real: without {name}, manifest too"), seal(files), 1, shell));
        }
    }
    for name in [
        "article.txt.bak",
        "evil.exe",
        "attachments/99.bin",
        "evidence/1/article.txt",
        "stamps/1.tsr",
        "blocks/x",
        "audit.json",
    ] {
        let mut files = real.clone();
        files.insert(name.to_owned(), b"more".to_vec());
        cases.push(case(format!("real: with {name}"), seal(files), 1, Shell::Too));
    }
    let mut files = real.clone();
    let (capture, reading) = (real["citation.tlog-proof"].clone(), real["reading.tlog-proof"].clone());
    files.insert("citation.tlog-proof".to_owned(), reading);
    files.insert("reading.tlog-proof".to_owned(), capture);
    cases.push(case("real: the proofs of each other".to_owned(), seal(files), 1, Shell::Too));
    cases
}

/// Zips that are none of a bundle.
pub(crate) fn of_zip(real: &Files, vkey: &str) -> Vec<Case> {
    let good = zip_of(real);
    let mut cases = Vec::new();
    for (name, length) in [
        ("empty", 0),
        ("head", 20),
        ("half", good.len() / 2),
        ("no directory", good.len() - 200),
        ("last byte", good.len() - 1),
    ] {
        cases.push(Case::zip(&format!("zip: cut off: {name}"), good[..length].to_vec(), vkey));
    }
    cases.push(Case::zip("zip: bytes behind it", [good.as_slice(), b"\0"].concat(), vkey));
    cases.push(Case::zip("zip: bytes before it", [b"\0", good.as_slice()].concat(), vkey));
    let members = || real.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    cases.push(Case::zip("zip: order of members", zip(members().rev()), vkey));
    let twice = members().chain([("README.txt", &b"another"[..])]);
    cases.push(Case::zip("zip: a name twice", zip(twice), vkey));
    for name in
        ["/etc/passwd", "../article.txt", "C:\\article.txt", "a/../article.txt", "./article.txt", "article.txt\n"]
    {
        cases.push(Case::zip(
            &format!("zip: names {name:?}"),
            zip([(name, &b"x"[..])].into_iter().chain(members())),
            vkey,
        ));
        cases.push(Case::zip(&format!("zip: names {name:?} last"), zip(members().chain([(name, &b"x"[..])])), vkey));
    }
    let deflated = |bytes: &[u8]| {
        use std::io::Write as _;
        let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Deflated);
        for (name, real) in members() {
            writer.start_file(name, options).unwrap();
            writer.write_all(if name == "payload.bin" { bytes } else { real }).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    cases.push(Case::zip("zip: deflated", deflated(&real["payload.bin"]), vkey));
    cases.push(Case::zip("zip: a bomb", deflated(&vec![0; 64 << 20]), vkey));
    let mut large = good.clone();
    large[18..26].copy_from_slice(&[0xff; 8]);
    cases.push(Case::zip("zip: claims 4 GiB", large, vkey));
    cases.push(Case::zip("zip: a text", b"not a zip at all".to_vec(), vkey));
    cases
}

/// What a log that lies can sign, and every verifier must read the same.
pub(crate) fn of_liar() -> Vec<Case> {
    let good = Parts::good;
    let mut cases = Vec::new();
    let mut case = |name: &str, files: Files, status| {
        cases.push(Case::of(format!("liar: {name}"), files, &vkey(), status, Shell::Too))
    };
    case("as it is", good().bundle(), 0);
    case(
        "no article",
        {
            let mut p = good();
            p.text = None;
            p.blocks = b"".to_vec();
            p.read();
            p
        }
        .bundle(),
        0,
    );
    case("one block", Parts::with_text("t", &["b"]).bundle(), 0);

    // Records.
    for (name, from, to) in [
        ("a space", r#""v":1"#, r#""v": 1"#),
        ("a line feed behind it", r#""v":1}"#, "\"v\":1}\n"),
        ("a space before it", r#"{"attachments""#, r#" {"attachments""#),
        ("a byte order mark", r#"{"attachments""#, "\u{feff}{\"attachments\""),
        ("CRLF", r#","kind":"capture""#, ",\r\n\"kind\":\"capture\""),
        ("a key twice", r#""kind":"capture""#, r#""kind":"reading","kind":"capture""#),
        ("a key twice, alike", r#""v":1"#, r#""v":1,"v":1"#),
        ("keys unsorted", r#","v":1}"#, r#","v":1,"a":0}"#),
        ("a fraction", r#""v":1"#, r#""v":1.0"#),
        ("an exponent", r#""v":1"#, r#""v":1e0"#),
        ("minus nought", r#""title":"#, r#""q":-0,"title":"#),
        ("a leading nought", r#""v":1"#, r#""v":01"#),
        ("a plus", r#""v":1"#, r#""v":+1"#),
        ("a number too large", r#""title":"#, r#""q":9007199254740992,"title":"#),
        ("a number beyond 64 bits", r#""title":"#, r#""q":18446744073709551616,"title":"#),
        ("a number of 5,000 digits", r#""title":"#, &format!("\"q\":{},\"title\":", "9".repeat(5_000))),
        ("NaN", r#""title":"#, r#""q":NaN,"title":"#),
        ("true for 1", r#""v":1"#, r#""v":true"#),
        ("another version", r#""v":1"#, r#""v":2"#),
        ("another kind", r#""kind":"capture""#, r#""kind":"reading""#),
        ("an escaped slash", r#""media_type":"text/html""#, r#""media_type":"text\/html""#),
        ("an escaped letter", r#""media_type":"text/html""#, r#""media_type":"\u0074ext/html""#),
        ("a long escape", r#"\n"#, r#"\u000a"#),
        ("capital digits in an escape", r#"\u001f"#, r#"\u001F"#),
        ("an escape that is none", r#"\n"#, r#"\x0a"#),
        ("half a surrogate", r#"\n"#, r#"\ud800"#),
        ("surrogates for a letter", r#"\n"#, r#"\ud83d\ude00"#),
        ("a control as itself", r#"\n"#, "\n"),
        ("NUL", r#"\n"#, "\0"),
        ("a comma at the end", r#","v":1}"#, r#","v":1,}"#),
        ("a comment", r#","v":1}"#, r#","v":1/**/}"#),
        ("single quotes", r#""v":1"#, "'v':1"),
        ("a second value", r#""v":1}"#, r#""v":1}{}"#),
        ("a key that is no word", r#""title":"#, r#""t.x":0,"title":"#),
        ("a key with an escape", r#""title":"#, r#""t\n":0,"title":"#),
        ("an empty key", r#"{"attachments""#, r#"{"":0,"attachments""#),
        ("a key of other letters", r#","v":1}"#, r#","v":1,"é":0}"#),
        ("no attachments", r#""attachments":["#, r#""attachment":["#),
        ("a payload that is a list", r#""payload":{"#, r#""payload":[{"#),
        ("a length as text", r#""bytes":17"#, r#""bytes":"17""#),
        ("a negative length", r#""bytes":17"#, r#""bytes":-17"#),
        ("another length", r#""bytes":17"#, r#""bytes":18"#),
        (
            "one attachment more",
            r#""attachments":["#,
            &format!(r#""attachments":[{{"kind":"x","sha256":"{}"}},"#, hex(b"x")),
        ),
        ("nesting too deep", r#""title":"#, &format!(r#""q":{}0{},"title":"#, "[".repeat(16), "]".repeat(16))),
        (
            "nesting beyond reason",
            r#""title":"#,
            &format!(r#""q":{}0{},"title":"#, "[".repeat(5_000), "]".repeat(5_000)),
        ),
        ("too long", r#""title":"#, &format!(r#""q":"{}","title":"#, "x".repeat(16_200))),
    ] {
        let parts = good();
        assert!(parts.payload.len() == 17, "the words above name its length");
        case(name, parts.capture(from, to).bundle(), 1);
    }
    for (name, from, to) in [
        ("a field more", r#""title":"#, r#""q":{"a-b":[],"c_D":{}},"title":"#),
        ("the largest number", r#""title":"#, r#""q":[9007199254740991,-9007199254740991,0,-1],"title":"#),
        ("nesting just deep enough", r#""title":"#, &format!(r#""q":{}0{},"title":"#, "[".repeat(15), "]".repeat(15))),
        ("letters beyond the plane", r#"\n"#, "😀\u{7f}\u{10ffff}"),
        ("words of JavaScript", r#"{"attachments""#, r#"{"__proto__":{"kind":"x"},"attachments""#),
        (
            "as long as may be",
            r#""title":"#,
            &format!(r#""q":"{}","title":"#, "x".repeat(16_384 - 9 - good().capture.len() + 1)),
        ),
    ] {
        case(name, good().capture(from, to).bundle(), 0);
    }
    let upper = |hash: String| hash.to_uppercase();
    let payload = hex(&good().payload);
    case("capital digits of a digest", good().capture(&payload, &upper(payload.clone())).bundle(), 1);
    case(
        "another payload",
        {
            let mut p = good();
            p.payload.push(0);
            p
        }
        .bundle(),
        1,
    );
    case(
        "another attachment",
        {
            let mut p = good();
            p.attachments[0].push(0);
            p
        }
        .bundle(),
        1,
    );
    case(
        "no attachment",
        {
            let mut p = good();
            p.attachments.clear();
            p
        }
        .bundle(),
        1,
    );
    case(
        "not UTF-8",
        {
            let mut p = good();
            p.capture = replace(&p.capture, "é".as_bytes(), b"\xc3");
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "an overlong letter",
        {
            let mut p = good();
            p.capture = replace(&p.capture, "é".as_bytes(), b"\xc0\xa9");
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "a surrogate in UTF-8",
        {
            let mut p = good();
            p.capture = replace(&p.capture, "é".as_bytes(), b"\xed\xa0\x80");
            p.read();
            p
        }
        .bundle(),
        1,
    );
    let zeros = "0".repeat(64);
    let capture = hex(&good().capture);
    case("a reading of another capture", good().reading(&capture, &zeros).bundle(), 1);
    case("a reading without article", good().reading(r#""article""#, r#""artikel""#).bundle(), 1);
    case(
        "a reading that says there is no article",
        {
            let mut p = good();
            let text = p.text.take();
            p.read();
            p.text = text;
            p
        }
        .bundle(),
        1,
    );
    case(
        "a reading whose article is missing",
        {
            let mut p = good();
            p.text = None;
            p
        }
        .bundle(),
        1,
    );
    case(
        "a reading of a text of another length",
        {
            let p = good();
            let n = p.text.as_ref().unwrap().len();
            p.reading(&format!("\"bytes\":{n}"), &format!("\"bytes\":{}", n + 1))
        }
        .bundle(),
        1,
    );

    // Lists of blocks, and the text that they make.
    case("blocks with CRLF", good().blocks(|list| list.replace('\n', "\r\n")).bundle(), 1);
    case("blocks without the last line feed", good().blocks(|list| list.trim_end().to_owned()).bundle(), 1);
    case("blocks with an empty line", good().blocks(|list| format!("{list}\n")).bundle(), 1);
    case("blocks with a role nobody knows", good().blocks(|list| list.replace("caption", "picture")).bundle(), 1);
    case("blocks with two spaces", good().blocks(|list| list.replacen(' ', "  ", 1)).bundle(), 1);
    case("blocks with NUL", good().blocks(|list| list.replacen("caption", "\0caption", 1)).bundle(), 1);
    case(
        "blocks in another order",
        good().blocks(|list| list.lines().rev().map(|line| format!("{line}\n")).collect()).bundle(),
        1,
    );
    case(
        "a block less",
        good().blocks(|list| list.lines().take(4).map(|line| format!("{line}\n")).collect()).bundle(),
        1,
    );
    case("a block more", good().blocks(|list| format!("{list}body {}\n", hex(b"x"))).bundle(), 1);
    case("a second title", good().blocks(|list| format!("{list}title {}\n", hex(b"x"))).bundle(), 0);
    case("furniture more", good().blocks(|list| format!("{list}furniture {}\n", hex(b"x"))).bundle(), 0);
    case("text with CRLF", good().text("\n\n", "\r\n\r\n").bundle(), 1);
    case("text with a line break", good().text("\n\n", "\n").bundle(), 1);
    case("text with an empty block", good().text("\n\n", "\n\n\n\n").bundle(), 1);
    case("text with three line feeds", good().text("\n\n", "\n\n\n").bundle(), 1);
    case("text with NUL", good().text("\n\n", "\0\n\n").bundle(), 1);
    case(
        "text without its last line feed",
        {
            let mut p = good();
            p.text.as_mut().unwrap().pop();
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "text with two last line feeds",
        {
            let mut p = good();
            p.text.as_mut().unwrap().push(b'\n');
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "text with three last line feeds",
        {
            let mut p = good();
            p.text.as_mut().unwrap().extend(b"\n\n");
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "text with a byte order mark",
        {
            let mut p = good();
            p.text.as_mut().unwrap().splice(0..0, "\u{feff}".bytes());
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "an empty text",
        {
            let mut p = good();
            p.text = Some(Vec::new());
            p.read();
            p
        }
        .bundle(),
        1,
    );
    case(
        "a text that is a line feed",
        {
            let mut p = good();
            p.text = Some(b"\n".to_vec());
            p.blocks = Vec::new();
            p.read();
            p
        }
        .bundle(),
        1,
    );

    crate::heads::cases(&mut case);
    let mut files = good().bundle();
    let lower = replace(&files["capture.leaf"], b" capture ", b" reading ");
    files.insert("capture.leaf".to_owned(), lower);
    case("a leaf of another kind", seal(files), 1);
    cases
}
