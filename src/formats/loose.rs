//! A loose file: one text or one HTML page.

use super::packed::Packing;
use super::window::{Stop, Window};
use super::{Captured, Item, MAX_PAYLOAD, Origin, SourceKind};

/// Reads the whole of a loose file as one document.
pub(super) fn read(mut window: Window, origin: &Origin, kind: SourceKind, media_type: &str) -> Item {
    if let Some(error) = size_beyond_limit(&mut window) {
        return reject(origin, error);
    }
    if window.ensure(MAX_PAYLOAD + 1) > MAX_PAYLOAD {
        return reject(origin, too_large(&format!("more than {MAX_PAYLOAD} bytes")));
    }
    if let Some(Stop::Damaged(damage)) = window.stop() {
        return reject(
            origin,
            format!("{} at byte {}, after {} sound bytes", damage.what, damage.at, window.bytes().len()),
        );
    }
    Item::Captured(Box::new(Captured::new(kind, &origin.place, &origin.basename, media_type, window.bytes().to_vec())))
}

/// Says so when a plain file is known to be too large, without reading it.
pub(super) fn size_beyond_limit(window: &mut Window) -> Option<String> {
    if window.packing() != Packing::Plain {
        return None;
    }
    let size = window.source().raw().size()?;
    (size > MAX_PAYLOAD as u64).then(|| too_large(&format!("{size} bytes")))
}

fn too_large(size: &str) -> String {
    format!("{size} are too many for one document; the limit is {MAX_PAYLOAD}")
}

fn reject(origin: &Origin, error: String) -> Item {
    Item::Rejected { source: origin.place.clone(), error }
}
