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
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "conf"];
    let with = |rest: &[&str]| {
        let mut args = vec!["req"];
        args.extend(curve);
        args.extend(rest);
        openssl(folder, &args);
    };
    with(&[
        "-x509",
        "-extensions",
        "root",
        "-subj",
        "/CN=Test Root",
        "-days",
        "30",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
    ]);
    with(&["-subj", "/CN=Test Authority", "-keyout", "tsa.key", "-out", "tsa.csr"]);
    openssl(
        folder,
        &[
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "20",
            "-extfile",
            "conf",
            "-extensions",
            "leaf",
            "-out",
            "tsa.pem",
        ],
    );
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
