//! Captures as a signed WACZ: a zip of stored parts, the WARC file first.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::output::{Counting, Out, Part, Scratch, Tally};
use super::sorted::Sorted;
use super::source::Source;
use super::summary::Summary;
use super::warc::Records;
use super::{Origin, SOFTWARE, Sink};
use crate::archive::{Error, open};
use crate::formats::write::cdxj::{Blocks, digits};
use crate::formats::write::entry::rfc3339;
use crate::formats::write::wacz;
use crate::formats::write::warc::Packing;
use crate::store::ReadTx;

/// A package that is being written.
pub(super) struct WaczSink {
    records: Records,
    zip: ZipWriter<BufWriter<File>>,
    warc: Tally,
    index: Sorted,
    pages: BufWriter<Scratch>,
    first_page: Option<(String, String)>,
    title: String,
    /// When the log's head was made: the package says so of itself, and is the same whenever it is made of the same log.
    at: i64,
    part: Part,
}

impl Write for Scratch {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Every part is stored, and has the zip format's first date.
fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .large_file(true)
}

impl WaczSink {
    pub(super) fn new(out: Out, origin: &Origin) -> Result<Self, Error> {
        let Out::File(part) = out else { return Err(Error::usage("a WACZ cannot go to a pipe; name a file")) };
        let pages = BufWriter::new(part.scratch("pages")?);
        let zip = ZipWriter::new(BufWriter::with_capacity(256 << 10, part.writer()?));
        let mut sink = WaczSink {
            records: Records::new(Packing::Members),
            zip,
            warc: Tally::default(),
            index: Sorted::default(),
            pages,
            first_page: None,
            title: format!("{}, {} log entries", origin.name, origin.size),
            at: origin.at,
            part,
        };
        sink.start(wacz::WARC)?;
        let mut counting = Counting { out: &mut sink.zip, tally: &mut sink.warc };
        sink.records.begin(origin, &mut counting).map_err(|error| sink.part.failed(&error))?;
        sink.pages.write_all(wacz::pages_header().as_bytes()).map_err(|error| sink.part.failed(&error))?;
        Ok(sink)
    }

    fn start(&mut self, path: &str) -> Result<(), Error> {
        self.zip.start_file(path, stored()).map_err(|error| self.part.failed(&error.into()))
    }

    /// Lists an article's page under the moment that its record has in the index.
    fn page(&mut self, source: &Source, url: &str, date: &str) -> io::Result<()> {
        let digits = digits(date);
        let moment = format!(
            "{}-{}-{}T{}:{}:{}Z",
            &digits[..4],
            &digits[4..6],
            &digits[6..8],
            &digits[8..10],
            &digits[10..12],
            &digits[12..]
        );
        let line = wacz::page_line(&source.row.record.to_string(), url, &moment, source.row.title.as_deref());
        self.first_page.get_or_insert_with(|| (url.to_owned(), moment));
        self.pages.write_all(line.as_bytes())
    }

    /// Writes index, list of its blocks, and pages.
    fn lists(&mut self) -> Result<Vec<wacz::Part>, Error> {
        let (mut parts, index) = (Vec::new(), std::mem::take(&mut self.index));
        let fail = |part: &Part, error: &io::Error| part.failed(error);
        self.start(wacz::INDEX)?;
        let mut tally = Tally::default();
        let mut blocks = Blocks::new("index.cdx.gz");
        let mut out = Counting { out: &mut self.zip, tally: &mut tally };
        index.merge(|line| blocks.push(line, &mut out)).map_err(|error| fail(&self.part, &error))?;
        let listed = blocks.finish(&mut out).map_err(|error| fail(&self.part, &error))?;
        parts.push(named(wacz::INDEX, tally));
        parts.push(self.whole(wacz::INDEX_LIST, listed.as_bytes())?);
        self.start(wacz::PAGES)?;
        let mut tally = Tally::default();
        let copied = self.pages.flush().and_then(|()| {
            let pages = &mut self.pages.get_mut().file;
            pages.rewind()?;
            io::copy(pages, &mut Counting { out: &mut self.zip, tally: &mut tally })
        });
        copied.map_err(|error| fail(&self.part, &error))?;
        parts.push(named(wacz::PAGES, tally));
        Ok(parts)
    }

    /// Writes a part that is in memory.
    fn whole(&mut self, path: &'static str, bytes: &[u8]) -> Result<wacz::Part, Error> {
        self.start(path)?;
        let mut tally = Tally::default();
        let written = Counting { out: &mut self.zip, tally: &mut tally }.write_all(bytes);
        written.map_err(|error| self.part.failed(&error))?;
        Ok(named(path, tally))
    }

    /// The signature over the description, by a key that is used this once.
    fn signature(&self, description: &[u8]) -> Result<(Vec<u8>, String), Error> {
        loop {
            // One in 2¹⁹⁰ draws is no key.
            if let Some(signed) = wacz::signature(description, &open::random()?, SOFTWARE, &rfc3339(self.at)) {
                return Ok(signed);
            }
        }
    }
}

fn named(path: &'static str, tally: Tally) -> wacz::Part {
    let (bytes, sha256) = tally.finish();
    wacz::Part { path, sha256, bytes }
}

impl Sink for WaczSink {
    fn capture(&mut self, tx: &ReadTx<'_>, source: &Source, summary: &mut Summary) -> Result<(), Error> {
        let mut counting = Counting { out: &mut self.zip, tally: &mut self.warc };
        let fail = |error: &io::Error| self.part.failed(error);
        let line = self.records.capture(tx, source, &mut counting, summary, fail)?;
        // A conversion is not what the page showed; indexers pass over it too.
        if line.kind == "conversion" {
            return Ok(());
        }
        if source.reading.as_ref().is_some_and(|reading| reading.article.is_some()) {
            summary.pages += 1;
            self.page(source, &line.url, &line.date).map_err(|error| self.part.failed(&error))?;
        }
        self.index.push(line.format("data.warc.gz"), &self.part)
    }

    fn finish(mut self: Box<Self>, summary: &mut Summary) -> Result<(), Error> {
        summary.records += 1;
        let warc = named(wacz::WARC, std::mem::take(&mut self.warc));
        let mut parts = vec![warc];
        parts.extend(self.lists()?);
        let first = self.first_page.as_ref().map(|(url, moment)| (url.as_str(), moment.as_str()));
        let description = wacz::description(&parts, &self.title, SOFTWARE, &rfc3339(self.at), first);
        self.whole(wacz::DESCRIPTION, &description)?;
        let (signature, key) = self.signature(&description)?;
        self.whole(wacz::SIGNATURE, &signature)?;
        summary.signed_by = Some(key);
        let WaczSink { zip, part, .. } = *self;
        let flushed = zip.finish().map_err(io::Error::from).and_then(|mut out| out.flush());
        flushed.map_err(|error| part.failed(&error))?;
        part.publish(summary)
    }
}
