//! Captures as WARC records, in one file.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use super::output::{Counting, Out, Part, Tally, failed};
use super::source::Source;
use super::summary::Summary;
use super::{Origin, SOFTWARE, Sink};
use crate::archive::Error;
use crate::domain::PayloadId;
use crate::formats::write::cdxj::Line;
use crate::formats::write::entry::{Original, rfc3339};
use crate::formats::write::warc::{Packing, Record, warcinfo};
use crate::store::ReadTx;

/// Writes records and remembers those that revisits will refer to.
pub(super) struct Records {
    packing: Packing,
    /// The first record of each payload that comes again, by payload and kind of record.
    originals: HashMap<(PayloadId, String), Original>,
}

/// The media type that an index gives to revisits.
const REVISIT: &str = "warc/revisit";

impl Records {
    pub(super) fn new(packing: Packing) -> Self {
        Records { packing, originals: HashMap::new() }
    }

    /// Opens the file.
    pub(super) fn begin(&self, origin: &Origin, out: &mut impl Write) -> io::Result<()> {
        let body = format!(
            "software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\n\
             conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
             isPartOf: {}\r\nisnad-log-size: {}\r\nisnad-log-root: {}\r\n",
            origin.name, origin.size, origin.root
        );
        warcinfo(&rfc3339(origin.at), body.as_bytes()).write_packed(self.packing, out)
    }

    /// Writes the records of one capture; returns where the first of them lies.
    pub(super) fn capture<W: Write>(
        &mut self,
        tx: &ReadTx<'_>,
        source: &Source,
        out: &mut Counting<'_, W>,
        summary: &mut Summary,
        fail: impl Fn(&io::Error) -> Error,
    ) -> Result<Line, Error> {
        let entry = source.entry();
        let key = (source.row.payload, entry.class());
        let original = self.originals.get(&key).cloned();
        if original.is_none() && tx.is_repeated(source.row.key)? {
            self.originals.insert(key, entry.original());
        }
        let offset = out.tally.bytes;
        let record = entry.captured_record(original.as_ref());
        let mut write = |record: &Record<'_>| record.write_packed(self.packing, out).map_err(|error| fail(&error));
        write(&record)?;
        let length = out.tally.bytes - offset;
        let mut write = |record: &Record<'_>| record.write_packed(self.packing, out).map_err(|error| fail(&error));
        write(&entry.statement_record())?;
        summary.captures += 1;
        summary.records += 2;
        match record.kind {
            "revisit" => summary.revisits += 1,
            "response" => summary.responses += 1,
            _ => summary.resources += 1,
        }
        let essence = source.row.media_type.split(';').next().unwrap_or_default().trim();
        let mime = if record.kind == "revisit" { REVISIT } else { essence };
        Ok(Line {
            kind: record.kind,
            url: entry.target(),
            date: record.date,
            mime: mime.to_owned(),
            status: entry.status(),
            digest: entry.digest(),
            offset,
            length,
        })
    }
}

/// A WARC file or pipe.
pub(super) struct WarcSink {
    records: Records,
    out: BufWriter<Box<dyn Write>>,
    tally: Tally,
    part: Option<Part>,
}

impl WarcSink {
    pub(super) fn new(out: Out, origin: &Origin) -> Result<Self, Error> {
        let plain = out.name().to_ascii_lowercase().ends_with(".warc");
        let records = Records::new(if plain { Packing::Plain } else { Packing::Members });
        let (writer, part) = out.writer()?;
        let mut sink = WarcSink { records, out: BufWriter::new(writer), tally: Tally::default(), part };
        let mut counting = Counting { out: &mut sink.out, tally: &mut sink.tally };
        sink.records.begin(origin, &mut counting).map_err(|error| failed(sink.part.as_ref(), &error))?;
        Ok(sink)
    }
}

impl Sink for WarcSink {
    fn capture(&mut self, tx: &ReadTx<'_>, source: &Source, summary: &mut Summary) -> Result<(), Error> {
        let mut counting = Counting { out: &mut self.out, tally: &mut self.tally };
        let fail = |error: &io::Error| failed(self.part.as_ref(), error);
        self.records.capture(tx, source, &mut counting, summary, fail).map(|_| ())
    }

    fn finish(mut self: Box<Self>, summary: &mut Summary) -> Result<(), Error> {
        self.out.flush().map_err(|error| failed(self.part.as_ref(), &error))?;
        summary.records += 1;
        summary.bytes = self.tally.bytes;
        self.part.take().map_or(Ok(()), |part| part.publish(summary))
    }
}
