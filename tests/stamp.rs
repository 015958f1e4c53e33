//! Time stamps that the openssl command line made: what holds holds, and nothing else does.
//!
//! `tests/fixtures/stamp/` has stamps made once; the last test has this machine's openssl make them anew.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

use isnad::formats::{Input, Item, Options, items_with};
use isnad::stamp::{Anchors, Certificate, Chain, Hash, Request, Response, Stamp, StampError, Token};
use proptest::prelude::*;

/// The SHA-256 of what was stamped.
fn digest() -> [u8; 32] {
    Hash::Sha256.of(b"isnad\n").try_into().unwrap()
}

const NONCE: u64 = 0x8899_aabb_ccdd_eeff;

/// A folder of stamps.
struct Made(PathBuf);

impl Made {
    fn checked_in() -> Self {
        Self(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stamp"))
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn certificates(&self, name: &str) -> Vec<Certificate> {
        Certificate::from_pem(&String::from_utf8(self.bytes(name)).unwrap()).unwrap()
    }

    fn root(&self) -> Anchors {
        Anchors::read(&self.bytes("root.pem")).unwrap()
    }

    fn response(&self, name: &str) -> Response {
        Response::parse(&self.bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn token(&self, name: &str) -> Result<Stamp, StampError> {
        Token::parse(&self.bytes(name))?.verify(&digest(), None, &self.root())
    }

    /// Everything that is expected of a folder.
    fn check(&self) {
        self.what_holds();
        self.what_does_not_hold();
        self.what_was_refused();
        self.certificates_given_aside();
        self.signed_packages();
    }

    fn what_holds(&self) {
        for (name, nonce, signature, issued) in [
            ("rsa-sha256.tsr", Some(NONCE), "RSA with SHA-256", "rsa"),
            ("rsa-sha512.tsr", Some(NONCE), "RSA with SHA-512", "rsa"),
            ("p256.tsr", Some(NONCE), "ECDSA P-256 with SHA-256", "p256"),
            ("p384-sha384.tsr", Some(NONCE), "ECDSA P-384 with SHA-384", "p384"),
            ("sha1-identity.tsr", Some(NONCE), "RSA with SHA-256", "rsa"),
            ("expired-since.tsr", Some(NONCE), "ECDSA P-256 with SHA-256", "shortlived"),
            ("without-nonce.tsr", None, "ECDSA P-256 with SHA-256", "p256"),
        ] {
            let stamp = self.response(name).verify(&digest(), nonce, &self.root());
            let stamp = stamp.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(stamp.signature, signature, "{name}");
            let names = [issued, "issuer", "root"].map(|name| format!("CN={name},O=isnad fixtures"));
            assert_eq!(stamp.chain, Chain::Trusted(names.to_vec()), "{name}");
            assert_eq!(stamp.authority, names[0], "{name}");
            assert_eq!(stamp.policy, "1.3.6.1.4.1.32473.1", "{name}");
            assert_eq!(
                stamp.from,
                stamp.micros.div_euclid(1_000_000) - i64::from(stamp.accuracy.is_some()) * 2,
                "{name}"
            );
            assert!(stamp.to > stamp.from, "{name}");
            assert_eq!(stamp.accuracy.is_none(), name == "sha1-identity.tsr", "{name}");

            let alone = self.response(name).verify(&digest(), nonce, &Anchors::none()).unwrap();
            let Chain::NotChecked { claimed, .. } = &alone.chain else { panic!("{name}: {:?}", alone.chain) };
            assert_eq!(*claimed, names, "{name}");
            assert!(!alone.is_trusted() && alone.not_checked[0].contains("no trusted certificate was named"), "{name}");
        }
        for (name, signature) in [
            ("rsa-pss.token", "RSA-PSS with SHA-256"),
            ("rsa-pss-sha512.token", "RSA-PSS with SHA-512"),
            ("by-key-identifier.token", "ECDSA P-384 with SHA-384"),
        ] {
            let stamp = self.token(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((stamp.signature.as_str(), stamp.is_trusted()), (signature, true), "{name}");
        }
        let wide = self.response("sha512-imprint.tsr");
        let wide = wide.token().unwrap();
        assert!(wide.verify_content(b"isnad\n", &self.root()).unwrap().is_trusted());
        assert!(matches!(wide.verify_content(b"isnad", &self.root()), Err(StampError::Mismatch(_))));
        assert!(matches!(wide.verify(&digest(), None, &self.root()), Err(StampError::Mismatch(_))));
    }

    fn what_does_not_hold(&self) {
        let good = self.response("p256.tsr");
        let error =
            |digest: &[u8; 32], nonce, anchors: &Anchors| good.verify(digest, nonce, anchors).unwrap_err().to_string();
        assert!(error(&[0; 32], Some(NONCE), &self.root()).contains("another hash"));
        assert!(error(&digest(), Some(NONCE - 1), &self.root()).contains("nonce is not the one"));
        let stranger = Anchors::read(&self.bytes("stranger.pem")).unwrap();
        let untrusted = good.verify(&digest(), Some(NONCE), &stranger).unwrap_err();
        assert!(matches!(untrusted, StampError::Untrusted(_)), "{untrusted}");
        let bare = self.response("without-nonce.tsr").verify(&digest(), Some(NONCE), &self.root()).unwrap_err();
        assert!(bare.to_string().contains("carries no nonce"), "{bare}");
        // An authority that is believed itself needs no issuer; an issuer that is believed needs no root.
        for pinned in ["p256.pem", "issuer.pem"] {
            let pinned = Anchors::trusting(self.certificates(pinned));
            assert!(good.verify(&digest(), Some(NONCE), &pinned).unwrap().is_trusted());
        }
        for (name, said) in [
            ("expired-before.token", "the time of the stamp"),
            ("not-yet-valid.token", "the time of the stamp"),
            ("purpose-not-critical.token", "does not mark its purpose as critical"),
            ("purpose-server.token", "is not for signing time stamps alone"),
            ("issuer-is-no-authority.token", "CN=rsa,O=isnad fixtures is not that of an authority"),
            ("rsa-sha1.token", "is not one that is accepted"),
            ("no-identity.token", "the signed attributes name no certificate"),
            ("other-content.token", "version 3"),
        ] {
            let error = self.token(name).unwrap_err();
            assert!(error.to_string().contains(said), "{name}: {error}");
            assert_eq!(error.is_verdict(), name != "rsa-sha1.token", "{name}");
        }
    }

    fn what_was_refused(&self) {
        let rejected = self.response("rejected.tsr");
        assert!(!rejected.status().granted() && rejected.token().is_none());
        assert_eq!(rejected.status().code, 2);
        assert_eq!(rejected.status().failures, ["badAlg: the hash algorithm is not known or not accepted"]);
        let error = rejected.verify(&digest(), Some(NONCE), &self.root()).unwrap_err();
        assert!(matches!(&error, StampError::Refused(why) if why.starts_with("rejected; ")), "{error}");
    }

    /// What reading the package says of its signature when these are believed; `change` is made to the signed data first.
    fn signature(&self, trusted: Anchors, change: impl Fn(&mut serde_json::Value)) -> (bool, String) {
        let source = Made::checked_in();
        let mut digest: serde_json::Value = serde_json::from_slice(&self.bytes("datapackage-digest.json")).unwrap();
        change(&mut digest["signedData"]);
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in [
            ("archive/data.warc", source.bytes("data.warc")),
            ("datapackage.json", source.bytes("datapackage.json")),
            ("datapackage-digest.json", digest.to_string().into_bytes()),
        ] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, &bytes).unwrap();
        }
        let input = Input::File(Box::new(std::io::Cursor::new(zip.finish().unwrap().into_inner())));
        let options = Options { trusted, ..Options::default() };
        let items: Vec<Item> = items_with("signed.wacz", input, &options).collect();
        assert_eq!(items.iter().filter(|item| matches!(item, Item::Captured(_))).count(), 1);
        let told = items.iter().find_map(|item| match item {
            Item::Skipped { source, why } if source.ends_with("datapackage-digest.json") => Some((true, why.clone())),
            Item::Rejected { source, error } if source.ends_with("datapackage-digest.json") => {
                Some((false, error.clone()))
            }
            _ => None,
        });
        told.unwrap()
    }

    fn signed_packages(&self) {
        use base64ct::{Base64, Encoding};
        let (holds, said) = self.signature(self.root(), |_| ());
        assert!(holds && said.starts_with("verified: "), "{said}");
        assert!(said.contains("names archive.example") && said.contains("CN=root"), "{said}");
        assert!(said.contains("CN=p256,O=isnad fixtures stamped the signature at 20"), "{said}");

        let stranger = Anchors::read(&self.bytes("stranger.pem")).unwrap();
        let site = |signed: &serde_json::Value| {
            Anchors::trusting(Certificate::from_pem(signed["domainCert"].as_str().unwrap()).unwrap())
        };
        let digest: serde_json::Value = serde_json::from_slice(&self.bytes("datapackage-digest.json")).unwrap();
        for (trusted, words) in [
            (Anchors::none(), "so who signed, and when, stays unproven"),
            (stranger, "so who signed, and when, stays unproven"),
            (Anchors::trusting(self.certificates("issuer.pem")), "who signed stays unproven"),
            (site(&digest["signedData"]), "so when it was signed stays unproven"),
        ] {
            let (holds, said) = self.signature(trusted, |_| ());
            assert!(holds && said.starts_with("not-checked: ") && said.contains(words), "{said}");
        }
        let (holds, said) = self.signature(self.root(), |signed| signed["timeSignature"] = serde_json::Value::Null);
        assert!(holds && said.contains("not-checked: ") && said.contains("there is no time stamp"), "{said}");

        let other = Base64::encode_string(&self.bytes("p256.tsr"));
        let mut bent = Base64::decode_vec(digest["signedData"]["timeSignature"].as_str().unwrap()).unwrap();
        *bent.last_mut().unwrap() ^= 1;
        let bent = Base64::encode_string(&bent);
        for (key, value, words) in [
            ("timeSignature", other.as_str(), "it is on another hash"),
            ("timeSignature", &bent, "the ECDSA signature is wrong"),
            ("timeSignature", "AAAA", "time stamp"),
            ("domain", "other.example", "does not name other.example"),
            ("signature", "AAAA", "the signature does not hold"),
        ] {
            for trusted in [self.root(), Anchors::none()] {
                let (holds, said) = self.signature(trusted, |signed| signed[key] = value.into());
                assert!(!holds && said.contains(words), "{key}: {said}");
            }
        }
        // A stamp from before the certificate's time, or a certificate that its issuer did not sign, refutes.
        let (holds, said) = self.signature(self.root(), |signed| {
            let pem = signed["domainCert"].as_str().unwrap();
            let mut der = Certificate::from_pem(pem).unwrap()[0].der().to_vec();
            *der.last_mut().unwrap() ^= 1;
            let pem = format!("-----BEGIN CERTIFICATE-----{}-----END CERTIFICATE-----", Base64::encode_string(&der));
            signed["domainCert"] = pem.into();
        });
        assert!(!holds && said.contains("is not what signed the certificate"), "{said}");
    }

    fn certificates_given_aside(&self) {
        let bare = self.response("without-certificates.tsr");
        let verify = |anchors: &Anchors| bare.verify(&digest(), None, anchors);
        let error = verify(&self.root()).unwrap_err();
        assert!(matches!(&error, StampError::Untrusted(why) if why.contains("neither in the stamp nor")), "{error}");
        let aside = [self.certificates("p256.pem"), self.certificates("issuer.pem")].concat();
        assert!(verify(&self.root().with_helpers(aside.clone())).unwrap().is_trusted());
        assert!(!verify(&Anchors::none().with_helpers(aside)).unwrap().is_trusted());
        let wrong = self.certificates("rsa.pem");
        assert!(verify(&self.root().with_helpers(wrong)).is_err());
    }
}

#[test]
fn stamps_that_openssl_made_hold_and_nothing_else() {
    Made::checked_in().check();
}

#[test]
fn the_request_is_the_one_that_openssl_answered() {
    assert_eq!(Request::new(digest(), NONCE).to_der(), Made::checked_in().bytes("query.tsq"));
    let small = Request::new([0; 32], 0).to_der();
    assert!(small.ends_with(&[2, 1, 0, 1, 1, 0xff]));
}

#[test]
fn a_time_stamp_of_openssl_has_the_time_that_openssl_prints() {
    let made = Made::checked_in();
    let Ok(printed) =
        Command::new("openssl").args(["ts", "-reply", "-text", "-in"]).arg(made.0.join("p256.tsr")).output()
    else {
        return eprintln!("SKIP: there is no openssl here");
    };
    let printed = String::from_utf8(printed.stdout).unwrap();
    let stamp = made.response("p256.tsr").verify(&digest(), Some(NONCE), &made.root()).unwrap();
    let time =
        chrono::DateTime::from_timestamp_micros(stamp.micros).unwrap().format("%b %e %H:%M:%S %Y GMT").to_string();
    assert!(printed.contains(&format!("Time stamp: {time}")), "{time}\n{printed}");
    let serial = stamp.serial.trim_start_matches('0').to_uppercase();
    assert!(
        printed.contains(&format!("Serial number: 0x{serial}"))
            || printed.contains(&format!("Serial number: 0x0{serial}")),
        "{serial}\n{printed}"
    );
}

/// A flip that is not noticed may only be where nothing is said: the words of the status, certificates that are not needed,
/// the name of the signer beside its hash.
#[test]
fn no_flipped_bit_changes_what_a_stamp_proves() {
    let made = Made::checked_in();
    let root = made.root();
    for name in ["p256.tsr", "rsa-sha256.tsr"] {
        let bytes = made.bytes(name);
        let honest = made.response(name).verify(&digest(), Some(NONCE), &root).unwrap();
        let token = made.response(name).token().unwrap().clone();
        let signer = token.certificates().iter().find(|one| one.sha256() == honest.certificate).unwrap().der().to_vec();
        let at = |part: &[u8]| bytes.windows(part.len()).position(|window| window == part).unwrap();
        // The signer's certificate, what it signed, and the signature: every bit counts.
        let content = at(&digest());
        let signature = bytes.len() - 60..bytes.len();
        let covered = [at(&signer)..at(&signer) + signer.len(), content - 40..content + 60, signature];
        let mut unnoticed = 0;
        for index in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[index] ^= 1 << (index % 8);
            if let Some(proven) = proven(&flipped, &root) {
                assert!(!covered.iter().any(|range| range.contains(&index)), "{name}: byte {index}");
                assert_eq!(proven, proven_by(&honest), "{name}: byte {index}");
                unnoticed += 1;
            }
        }
        // The root that openssl put in although it is given here, and the version of the answer.
        assert!(unnoticed < bytes.len() / 3, "{name}: {unnoticed} flips of {} were not noticed", bytes.len());
    }
}

/// What a response proves, if it holds; that a needless certificate in it cannot be read any more is said, but no matter.
fn proven(bytes: &[u8], anchors: &Anchors) -> Option<Stamp> {
    let stamp = Response::parse(bytes).and_then(|response| response.verify(&digest(), Some(NONCE), anchors)).ok()?;
    Some(proven_by(&stamp))
}

fn proven_by(stamp: &Stamp) -> Stamp {
    Stamp { not_checked: Vec::new(), ..stamp.clone() }
}

#[test]
fn a_cut_stamp_is_an_error() {
    let bytes = Made::checked_in().bytes("p256.tsr");
    for length in 0..bytes.len() {
        assert!(Response::parse(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Response::parse(&[bytes, vec![0]].concat()).is_err());
}

#[test]
fn a_list_of_trusted_certificates_is_read_whole_or_not_at_all() {
    let made = Made::checked_in();
    let both = [made.bytes("root.pem"), b"# the next\n".to_vec(), made.bytes("stranger.pem")].concat();
    let anchors = Anchors::read(&both).unwrap();
    assert!(made.response("p256.tsr").verify(&digest(), Some(NONCE), &anchors).unwrap().is_trusted());
    let der = made.certificates("root.pem")[0].der().to_vec();
    assert_eq!(Anchors::read(&der).unwrap(), made.root());
    for (bytes, said) in [
        (b"".to_vec(), "no certificate"),
        (b"-----BEGIN PRIVATE KEY-----".to_vec(), "holds no certificate"),
        (both[..both.len() - 40].to_vec(), "begins and does not end"),
        (
            [made.bytes("root.pem"), b"-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----".to_vec()].concat(),
            "number 2",
        ),
    ] {
        let error = Anchors::read(&bytes).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Response::parse(&bytes);
        let _ = Token::parse(&bytes);
        let _ = Certificate::from_der(&bytes);
        let _ = Anchors::read(&bytes);
    }

    #[test]
    fn mutated_stamps_never_panic_and_never_prove_more(
        name in prop::sample::select(vec!["p256.tsr", "rsa-sha256.tsr", "sha1-identity.tsr", "rejected.tsr"]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let made = Made::checked_in();
        let mut bytes = made.bytes(name);
        for (index, value, kind) in edits {
            let index = index.index(bytes.len());
            match kind {
                0 => bytes[index] = value,
                1 => bytes.insert(index, value),
                _ => drop(bytes.remove(index)),
            }
        }
        let anchors = made.root();
        if let Some(stamp) = proven(&bytes, &anchors) {
            prop_assert_eq!(Some(stamp), proven(&made.bytes(name), &anchors));
        }
    }
}

#[test]
fn stamps_of_the_openssl_of_this_machine_hold() {
    let script = Made::checked_in().0.join("make.sh");
    let folder = tempfile::tempdir().unwrap();
    if Command::new("openssl").arg("version").output().is_err() {
        return eprintln!("SKIP: there is no openssl here");
    }
    let made = Command::new("sh").arg(script).arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Made(folder.path().to_owned()).check();
}
