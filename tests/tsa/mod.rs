//! A time-stamping authority on this machine: `openssl ts`.

use std::path::Path;
use std::process::Command;

/// Runs openssl in a folder.
pub(crate) fn openssl(folder: &Path, args: &[&str]) {
    let output = Command::new("openssl").current_dir(folder).args(args).output().unwrap();
    assert!(output.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a root and an authority under it: `root.pem`, `tsa.pem`, `tsa.key`, `conf`.
pub(crate) fn authority(folder: &Path) {
    let config = "[dn]\nCN = x\n[req]\ndistinguished_name = dn\n\
        [root]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\nsubjectKeyIdentifier = hash\n\
        [leaf]\nbasicConstraints = CA:FALSE\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\nsubjectKeyIdentifier = hash\n\
        [tsa]\ndefault_tsa = conf\n[conf]\nserial = serial\ndefault_policy = 1.3.6.1.4.1.32473.1\ndigests = sha256\naccuracy = secs:1\n\
        signer_digest = sha256\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n";
    std::fs::write(folder.join("conf"), config).unwrap();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let root = ["req", "-x509", "-nodes", "-config", "conf", "-extensions", "root", "-subj", "/CN=Test Root"];
    openssl(folder, &[&root[..], &curve, &["-days", "30", "-keyout", "root.key", "-out", "root.pem"]].concat());
    signer(folder, "tsa", &curve);
}

/// Makes a certificate for time stamps under the root, with a key of this kind: `NAME.pem`, `NAME.key`.
pub(crate) fn signer(folder: &Path, name: &str, kind: &[&str]) {
    let [key, request, certificate] = ["key", "csr", "pem"].map(|ending| format!("{name}.{ending}"));
    let mut args =
        vec!["req", "-nodes", "-config", "conf", "-subj", "/CN=Test Authority", "-keyout", &key, "-out", &request];
    args.extend(kind);
    openssl(folder, &args);
    let under = ["x509", "-req", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "20"];
    let as_leaf = ["-extfile", "conf", "-extensions", "leaf", "-in", &request, "-out", &certificate];
    openssl(folder, &[&under[..], &as_leaf].concat());
}

/// Answers a request as `openssl ts` does.
pub(crate) fn reply(folder: &Path, query: &[u8]) -> Vec<u8> {
    let own = tempfile::tempdir().unwrap();
    let (ask, answer) = (own.path().join("q.tsq"), own.path().join("a.tsr"));
    std::fs::write(&ask, query).unwrap();
    std::fs::copy(folder.join("conf"), own.path().join("conf")).unwrap();
    for file in ["tsa.pem", "tsa.key"] {
        std::fs::copy(folder.join(file), own.path().join(file)).unwrap();
    }
    std::fs::write(own.path().join("serial"), "01\n").unwrap();
    let (ask, answer_text) = (ask.to_str().unwrap(), answer.to_str().unwrap());
    openssl(
        own.path(),
        &[
            "ts",
            "-reply",
            "-config",
            "conf",
            "-section",
            "conf",
            "-queryfile",
            ask,
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            answer_text,
        ],
    );
    std::fs::read(answer).unwrap()
}
