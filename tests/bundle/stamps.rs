//! Stamps in bundles: of a real authority, changed, of others, under keys that changed.

use std::path::Path;

use isnad::domain::sha256;
use isnad::stamp::Request;

use crate::cases::{Case, Shell};
use crate::forge::{Files, Parts, key, note, replace, seal, vkey};
use crate::tsa;

/// A bundle whose stamp 1 has this response, on `checkpoint` with `proof`.
fn stamped(files: &Files, checkpoint: &[u8], proof: &[u8], response: &[u8]) -> Files {
    let mut files = files.clone();
    files.insert("stamps/1.checkpoint".to_owned(), checkpoint.to_vec());
    files.insert("stamps/1.tlog-proof".to_owned(), proof.to_vec());
    files.insert("stamps/1.tsr".to_owned(), response.to_vec());
    seal(files)
}

fn place(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).expect("it is there")
}

/// The same answer signed by `openssl cms` with another certificate: `openssl ts` cannot sign with RSA-PSS.
fn signed_anew(folder: &Path, response: &[u8], name: &str, options: &[&str]) -> Vec<u8> {
    let own = tempfile::tempdir().unwrap();
    let path = |name: &str| own.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("a.tsr"), response).unwrap();
    let [answer, token, info, signed] = ["a.tsr", "token", "info", "signed"].map(path);
    tsa::openssl(folder, &["ts", "-reply", "-in", &answer, "-token_out", "-out", &token]);
    let taken_out = ["-noverify", "-binary", "-certfile", "tsa.pem", "-inform", "DER", "-in", &token, "-out", &info];
    tsa::openssl(folder, &[&["cms", "-verify"], &taken_out[..]].concat());
    let [key, certificate] = ["key", "pem"].map(|ending| format!("{name}.{ending}"));
    let what = ["cms", "-sign", "-binary", "-nodetach", "-cades", "-econtent_type", "id-smime-ct-TSTInfo"];
    let whose = ["-in", &info, "-outform", "DER", "-out", &signed, "-signer", &certificate, "-inkey", &key];
    tsa::openssl(folder, &[&what[..], &whose, options].concat());
    // Granted, and the token.
    let content = [b"\x30\x03\x02\x01\x00", &std::fs::read(signed).unwrap()[..]].concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [b"\x30\x82", &length[..], &content].concat()
}

pub(crate) fn cases(scratch: &Path) -> Vec<Case> {
    let (folder, strange) = (scratch.join("authority"), scratch.join("stranger"));
    for folder in [&folder, &strange] {
        std::fs::create_dir(folder).unwrap();
        tsa::authority(folder);
    }
    let on = |bytes: &[u8]| tsa::reply(&folder, &Request::new(sha256(bytes), 7).to_der());
    let files = Parts::good().bundle();
    let (head, proof) = (files["checkpoint"].clone(), files["citation.tlog-proof"].clone());
    let response = on(&head);
    let mut cases = Vec::new();
    let mut case = |name: &str, files: Files, keys: &str, status: i32| {
        cases.push(Case::of(format!("stamp: {name}"), files, keys, status, Shell::Too));
    };
    let good = stamped(&files, &head, &proof, &response);
    case("of this head", good.clone(), &vkey(), 0);
    let mut two = good.clone();
    for ending in ["checkpoint", "tlog-proof", "tsr"] {
        two.insert(format!("stamps/2.{ending}"), good[&format!("stamps/1.{ending}")].clone());
    }
    case("two of them", seal(two), &vkey(), 0);
    case("of something else", stamped(&files, &head, &proof, &on(b"something else")), &vkey(), 1);
    case(
        "with the proof of another entry",
        stamped(&files, &head, &files["reading.tlog-proof"], &response),
        &vkey(),
        1,
    );
    case("with no proof", stamped(&files, &head, b"", &response), &vkey(), 1);
    case("that is empty", stamped(&files, &head, &proof, b""), &vkey(), 1);
    let mut imprint = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20".to_vec();
    imprint.extend(sha256(&head));
    case(
        "that only holds the hash",
        stamped(&files, &head, &proof, &[b"\x30\x60", &imprint[..], b"rest"].concat()),
        &vkey(),
        1,
    );
    case("with a byte more", stamped(&files, &head, &proof, &[&response[..], b"\0"].concat()), &vkey(), 1);
    case("that is cut off", stamped(&files, &head, &proof, &response[..response.len() - 9]), &vkey(), 1);
    case(
        "said to be refused",
        stamped(&files, &head, &proof, &replace(&response, b"\x02\x01\0", b"\x02\x01\x02")),
        &vkey(),
        1,
    );
    // Words of the authority, its signature, its certificate.
    let digest = place(&response, &sha256(&head));
    for (what, at) in [
        ("hash", digest + 5),
        ("time", place(&response[digest..], b"\x18\x0f") + digest + 15),
        ("policy", digest - 22),
        ("certificate's purpose", place(&response, b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08") + 9),
        ("certificate's name", place(&response, b"Test Authority") + 3),
        ("signature", response.len() - 1),
    ] {
        let mut changed = response.clone();
        changed[at] ^= 1;
        case(&format!("with its {what} changed"), stamped(&files, &head, &proof, &changed), &vkey(), 1);
    }

    // Signed with RSA-PSS, by keys for any RSA and for it alone.
    let rsa = ["-newkey", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"];
    let only = ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"];
    let limits = ["md:sha256", "mgf1_md:sha256", "saltlen:32"].map(|limit| format!("rsa_pss_keygen_{limit}"));
    let limited = [&only[..], &limits.iter().flat_map(|limit| ["-pkeyopt", limit]).collect::<Vec<_>>()].concat();
    for (name, kind) in [("rsa", &rsa[..]), ("only-pss", &only), ("limited-pss", &limited)] {
        tsa::signer(&folder, name, kind);
    }
    let padded = ["-keyopt", "rsa_padding_mode:pss"];
    // Stamped anew: the certificates were not valid before.
    let response = on(&head);
    let pss = |name: &str, more: &[&str]| signed_anew(&folder, &response, name, &[&padded, more].concat());
    for (what, name, more) in [
        ("the longest salt", "rsa", &["-md", "sha256"][..]),
        ("SHA-512 and a salt of 20", "rsa", &["-md", "sha512", "-keyopt", "rsa_pss_saltlen:20"]),
        ("SHA-384 and a salt of 48", "rsa", &["-md", "sha384", "-keyopt", "rsa_pss_saltlen:48"]),
        ("no salt", "rsa", &["-md", "sha256", "-keyopt", "rsa_pss_saltlen:0"]),
        ("a key for it alone", "only-pss", &["-md", "sha256"]),
        ("a key with limits", "limited-pss", &["-md", "sha256"]),
    ] {
        case(&format!("RSA-PSS with {what}"), stamped(&files, &head, &proof, &pss(name, more)), &vkey(), 0);
    }
    let good_pss = pss("rsa", &["-md", "sha256", "-keyopt", "rsa_pss_saltlen:32"]);
    let digest = place(&good_pss, &sha256(&head));
    let salt = place(&good_pss, b"\xa2\x03\x02\x01\x20") + 4;
    for (what, at) in [
        ("signature", good_pss.len() - 1),
        ("hash", digest + 5),
        ("time", place(&good_pss[digest..], b"\x18\x0f") + digest + 15),
        ("salt's length", salt),
    ] {
        let mut changed = good_pss.clone();
        changed[at] ^= 1;
        case(&format!("RSA-PSS with its {what} changed"), stamped(&files, &head, &proof, &changed), &vkey(), 1);
    }
    let elsewhere = signed_anew(&folder, &on(b"something else"), "rsa", &padded);
    case("RSA-PSS of something else", stamped(&files, &head, &proof, &elsewhere), &vkey(), 1);

    // The head was stamped before the log changed its key.
    let text = String::from_utf8(head.clone()).unwrap();
    let text = &text[..text.find("\n\n").unwrap() + 1];
    let under = |note: &[u8]| {
        let above = &proof[..proof.len() - head.len()];
        stamped(&files, note, &[above, note].concat(), &on(note))
    };
    let older = under(&note(text, &[key(2)], ""));
    let both = |first: u8, second: u8| format!("{} {}", key(first).verifier(), key(second).verifier());
    case("under an older key, both given", older.clone(), &both(1, 2), 0);
    case("under an older key, the other way round", older.clone(), &both(2, 1), 0);
    case("under an older key, the new one given", older.clone(), &vkey(), 2);
    case("under an older key, the old one given", older, &key(2).verifier().to_string(), 1);
    let false_line = format!("{}\n", key(1).sign("another text\n"));
    case("under a false signature", under(&note(text, &[key(2)], &false_line)), &both(1, 2), 1);
    case(
        "of a head of another origin",
        under(&note(&text.replace("liar.example/log", "a.example"), &[key(1)], "")),
        &vkey(),
        1,
    );

    for (name, folder, status) in [("believed", &folder, 0), ("not believed", &strange, 1)] {
        let mut believed =
            Case::of(format!("stamp: its authority is {name}"), good.clone(), &vkey(), status, Shell::Too);
        believed.ca = Some(folder.join("root.pem"));
        cases.push(believed);
    }
    for (name, folder, status) in [("believed", &folder, 0), ("not believed", &strange, 1)] {
        let files = stamped(&files, &head, &proof, &good_pss);
        let mut believed =
            Case::of(format!("stamp: RSA-PSS, its authority is {name}"), files, &vkey(), status, Shell::Too);
        believed.ca = Some(folder.join("root.pem"));
        cases.push(believed);
    }
    // The program and the page do not know these, and say so.
    for (what, more) in [
        ("two hashes", &["-md", "sha256", "-keyopt", "rsa_mgf1_md:sha512"][..]),
        ("SHA-1", &["-md", "sha1", "-keyopt", "rsa_pss_saltlen:20"]),
    ] {
        let files = stamped(&files, &head, &proof, &pss("rsa", more));
        let name = format!("stamp: RSA-PSS with {what}");
        cases.push(Case { by_openssl: 0, ..Case::of(name, files, &vkey(), 2, Shell::Too) });
    }
    cases
}
