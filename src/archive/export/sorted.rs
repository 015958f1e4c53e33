//! Lines in order, however many: sorted in runs that lie on disk, then merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};

use super::output::{Part, Scratch};
use crate::archive::Error;

/// Bytes of lines that are held in memory.
const RUN_BYTES: usize = 16 << 20;

/// Takes lines in any order.
#[derive(Default)]
pub(super) struct Sorted {
    lines: Vec<String>,
    bytes: usize,
    runs: Vec<Scratch>,
}

impl Sorted {
    /// Takes a line, which ends with a line end; runs go to scratch files beside `part`.
    pub(super) fn push(&mut self, line: String, part: &Part) -> Result<(), Error> {
        self.bytes += line.len() + size_of::<String>();
        self.lines.push(line);
        if self.bytes > RUN_BYTES {
            self.spill(part)?;
        }
        Ok(())
    }

    fn spill(&mut self, part: &Part) -> Result<(), Error> {
        let mut run = part.scratch(&format!("index-{}", self.runs.len()))?;
        self.lines.sort_unstable();
        write_run(&self.lines, &mut run.file).map_err(|error| part.failed(&error))?;
        self.runs.push(run);
        self.lines.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Hands every line to `take`, in the order of their bytes.
    pub(super) fn merge(mut self, mut take: impl FnMut(String) -> io::Result<()>) -> io::Result<()> {
        self.lines.sort_unstable();
        let mut readers: Vec<BufReader<&File>> = Vec::new();
        for run in &self.runs {
            (&run.file).rewind()?;
            readers.push(BufReader::new(&run.file));
        }
        let mut rest = self.lines.into_iter();
        let last = readers.len();
        let mut heap = BinaryHeap::new();
        let mut next = |from: usize| -> io::Result<Option<Reverse<(String, usize)>>> {
            let line = if from == last { rest.next() } else { read(&mut readers[from])? };
            Ok(line.map(|line| Reverse((line, from))))
        };
        for from in 0..=last {
            heap.extend(next(from)?);
        }
        while let Some(Reverse((line, from))) = heap.pop() {
            take(line)?;
            heap.extend(next(from)?);
        }
        Ok(())
    }
}

fn write_run(lines: &[String], file: &mut File) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    for line in lines {
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

fn read(run: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    Ok((run.read_line(&mut line)? > 0).then_some(line))
}
