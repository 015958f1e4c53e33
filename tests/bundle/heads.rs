//! Heads and proofs that are not as they must be: of a log that signs whatever it likes.

use isnad::tlog::Hash;

use crate::forge::{Files, Parts, key, note, replace, seal};

pub(crate) fn cases(case: &mut impl FnMut(&str, Files, i32)) {
    let good = Parts::good;
    // Heads and signatures.
    type Sign = fn(&str) -> Vec<u8>;
    let signs: [(&str, Sign, i32); 22] = [
        ("a second key's signature", |text| note(text, &[key(2), key(1)], ""), 0),
        ("a line of somebody unknown", |text| note(text, &[key(1)], "— witness.example AAAAAAA=\n"), 0),
        ("a line of a name in other letters", |text| note(text, &[key(1)], "— شاهد.مثال AAAAAAA=\n"), 0),
        ("an extension", |text| note(&format!("{text}more\n"), &[key(1)], ""), 0),
        ("only another key's signature", |text| note(text, &[key(2)], ""), 1),
        (
            "a second, false signature of the key",
            |text| {
                let false_one = key(1).sign("another text\n");
                note(text, &[key(1)], &format!("{false_one}\n"))
            },
            1,
        ),
        ("the same signature twice", |text| note(text, &[key(1), key(1)], ""), 0),
        (
            "a signature that is cut",
            |text| {
                note(text, &[key(2)], &{
                    let mut short = key(1).sign(text);
                    short.bytes.pop();
                    format!("{short}\n")
                })
            },
            1,
        ),
        ("a name with a no-break space", |text| note(text, &[key(1)], "— a\u{a0}b AAAAAAA=\n"), 1),
        ("a name with an ideographic space", |text| note(text, &[key(1)], "— a\u{3000}b AAAAAAA=\n"), 1),
        ("a name with a plus", |text| note(text, &[key(1)], "— a+b AAAAAAA=\n"), 1),
        ("a name with a delete", |text| note(text, &[key(1)], "— a\u{7f} AAAAAAA=\n"), 1),
        ("an empty line behind", |text| note(text, &[key(1)], "\n"), 1),
        ("a hyphen for a dash", |text| note(text, &[key(1)], "- a AAAAAAA=\n"), 1),
        ("base64 that is not canonical", |text| note(text, &[key(1)], "— a AAAAAAB=\n"), 1),
        ("base64 with a blank", |text| note(text, &[key(1)], "— a AAAA AAA=\n"), 1),
        ("a signature that is too short", |text| note(text, &[key(1)], "— a AAAAAA==\n"), 1),
        (
            "no line feed at the end",
            |text| {
                let mut n = note(text, &[key(1)], "");
                n.pop();
                n
            },
            1,
        ),
        (
            "CRLF at the end",
            |text| {
                let mut n = note(text, &[key(1)], "");
                n.pop();
                n.extend(b"\r\n");
                n
            },
            1,
        ),
        ("a byte that is not UTF-8", |text| [&note(text, &[key(1)], "— ")[..], b"\xff AAAAAAA=\n"].concat(), 1),
        ("a leading nought", |text| note(&text.replace("\n5\n", "\n05\n"), &[key(1)], ""), 1),
        ("another size that its proofs do not fit", |text| note(&text.replace("\n5\n", "\n9\n"), &[key(1)], ""), 1),
    ];
    for (name, sign, status) in signs {
        let files = good().bundle_with(|head| sign(&head.to_string()), |_| ());
        case(&format!("head: {name}"), files, status);
    }
    let many = good().bundle_with(|head| note(&head.to_string(), &[key(1)], &"— a AAAAAAA=\n".repeat(100)), |_| ());
    case("head: 101 signatures", many, 1);
    let other = good().bundle_with(
        |head| note(&head.to_string().replace("liar.example/log", "other.example"), &[key(1)], ""),
        |_| (),
    );
    case("head: of another origin", other, 1);

    // Proofs.
    let proof = |change: &dyn Fn(&mut isnad::tlog::TlogProof)| {
        good().bundle_with(|head| note(&head.to_string(), &[key(1)], ""), change)
    };
    case("proof: another index", proof(&|proof| proof.index += 1), 1);
    case("proof: an index beyond the log", proof(&|proof| proof.index += 8), 1);
    case("proof: one hash more", proof(&|proof| proof.path.push(Hash([0; 32]))), 1);
    case(
        "proof: one hash less",
        proof(&|proof| {
            let _ = proof.path.pop();
        }),
        1,
    );
    case("proof: no hash", proof(&|proof| proof.path.clear()), 1);
    case("proof: hashes in another order", proof(&|proof| proof.path.reverse()), 1);
    case("proof: an extra line", proof(&|proof| proof.extra = Some(b"x".to_vec())), 1);
    for (name, from, to) in [
        ("CRLF", "@v1\n", "@v1\r\n"),
        ("another version", "@v1\n", "@v2\n"),
        ("a leading nought", "index ", "index 0"),
        ("two spaces", "index ", "index  "),
        ("a plus", "index ", "index +"),
        ("an empty line more", "\n\n", "\n\n\n"),
    ] {
        let mut files = good().bundle();
        let changed = replace(&files["citation.tlog-proof"], from.as_bytes(), to.as_bytes());
        files.insert("citation.tlog-proof".to_owned(), changed);
        case(&format!("proof: {name}"), seal(files), 1);
    }
}
