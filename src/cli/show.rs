use clap::Args;

use super::{Context, Held};
use crate::archive::refs::Target;
use crate::archive::{Archive, Error};

/// Print what a reference names, byte for byte
///
/// An article prints its canonical text, a record its JSON, a payload the captured bytes: what the id is the hash of.
/// With --json, everything known about it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  isnad show 36bcd21c | sha256sum")]
pub(super) struct Show {
    /// Id, prefix of at least 8 digits, citation URL, or URL of a captured page
    #[arg(value_name = "REF")]
    reference: String,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<Held, Error> {
        let out = context.out;
        let archive = context.open()?;
        let resolved = archive.resolve(&self.reference)?;
        let missing = || Error::not_found(&self.reference, format!("{}: it is not in the archive", self.reference));
        if out.json {
            out.object(&details(&archive, resolved.target)?.ok_or_else(missing)?);
        } else {
            let bytes = match resolved.target {
                Target::Article(id) => {
                    let text = archive.canonical_text(&id)?.ok_or_else(missing)?;
                    match resolved.passage {
                        None => text.into_bytes(),
                        Some((start, end)) => {
                            let passage = crate::domain::Passage { article: id, start, end };
                            let words = passage.words(&text).map_err(|e| Error::usage(e.to_string()))?;
                            words.as_bytes().to_vec()
                        }
                    }
                }
                Target::Capture(id) | Target::Reading(id) => archive.record_bytes(&id)?.ok_or_else(missing)?,
                Target::Payload(id) => archive.payload_bytes(&id)?.ok_or_else(missing)?.0,
            };
            out.bytes(&bytes);
        }
        if let Target::Capture(id) | Target::Reading(id) = resolved.target
            && let Some(takedown) = archive.takedown(&id)?
        {
            out.say(format!("withheld from the public on {} ({})", takedown.at, takedown.code));
        }
        if is_private(&archive, resolved.target)? {
            out.say("private: only the local user sees it; `isnad publish` shows it to everybody");
        }
        for other in &resolved.also {
            out.say(format!("also: {}", other.path()));
        }
        Ok(Held::Yes)
    }
}

/// Whether no public capture shows it.
fn is_private(archive: &Archive, target: Target) -> Result<bool, Error> {
    let captures = archive.takedown_plan(&target.path())?.captures;
    Ok(captures.iter().all(|capture| capture.private))
}

fn details(archive: &Archive, target: Target) -> Result<Option<serde_json::Value>, Error> {
    let value = |value: serde_json::Result<serde_json::Value>| value.map(Some).map_err(|e| Error::usage(e.to_string()));
    match target {
        Target::Article(id) => match archive.article(&id)? {
            Some(view) => value(serde_json::to_value(view)),
            None => Ok(None),
        },
        Target::Capture(id) | Target::Reading(id) => {
            let record = match target {
                Target::Reading(_) => archive.capture_of_reading(&id)?.unwrap_or(id),
                _ => id,
            };
            let Some((capture, blocks)) = archive.capture(&record)? else { return Ok(None) };
            let Some(bytes) = archive.record_bytes(&id)? else { return Ok(None) };
            let stated: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
            Ok(Some(serde_json::json!({"record": id, "stated": stated, "capture": capture, "blocks": blocks})))
        }
        Target::Payload(id) => match archive.payload_bytes(&id)? {
            Some((bytes, media_type)) => {
                Ok(Some(serde_json::json!({"payload": id, "bytes": bytes.len(), "media_type": media_type})))
            }
            None => Ok(None),
        },
    }
}
