//! What witnesses say of a head (c2sp.org/tlog-cosignature), for people.

use crate::archive::article::utc;
use crate::tlog::{Note, OpenedCheckpoint, unverified_time};

/// Who saw a head, and when: witnesses whose keys were given, then lines that only look like those of witnesses.
pub(in crate::archive) fn seen_by(note: &Note, opened: &OpenedCheckpoint) -> String {
    let at = |time: u64| utc(i64::try_from(time).unwrap_or(i64::MAX));
    let mut said: Vec<String> =
        opened.cosignatures.iter().map(|by| format!("{} saw it at {}", by.name, at(by.time))).collect();
    for line in note.signatures() {
        let checked = opened.cosignatures.iter().any(|by| by.name == line.name && by.id == line.id)
            || opened.signed_by.iter().any(|key| *key.name() == line.name && key.id() == line.id);
        if let (false, Some(time)) = (checked, unverified_time(line)) {
            let (name, id) = (&line.name, line.id);
            said.push(format!("{name} (key {id}, not given, so not checked) says that it saw it at {}", at(time)));
        }
    }
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlog::{Checkpoint, Cosignature};

    #[test]
    fn witnesses_that_are_known_are_told_from_those_that_are_not() {
        let note = "log.example/a\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n\
            — other.example AAAAAAA=\n";
        let note = Note::parse(note.as_bytes()).unwrap();
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        let mut opened = OpenedCheckpoint { checkpoint, signed_by: Vec::new(), cosignatures: Vec::new() };
        assert_eq!(
            seen_by(&note, &opened),
            "witness.example.com/w1 (key 8d66cf3f, not given, so not checked) says that it saw it at 2023-03-20T12:25:47Z"
        );
        let by = &note.signatures()[0];
        opened.cosignatures = vec![Cosignature { name: by.name.clone(), id: by.id, time: 1_679_315_147 }];
        assert_eq!(seen_by(&note, &opened), "witness.example.com/w1 saw it at 2023-03-20T12:25:47Z");
    }
}
