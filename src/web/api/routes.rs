//! What the API offers: the one list that the router and the description are made of.

use super::{article, audit, browse, openapi, outlets, record, search, stats};
use crate::web::server::Handler;

/// One path that answers GET and HEAD.
pub(in crate::web) struct Route {
    pub(in crate::web) path: &'static str,
    pub(in crate::web) handler: Handler,
    pub(super) summary: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// The schema of the answer, by its file under `docs/schema` without the ending; none where it is any object.
    pub(super) schema: Option<&'static str>,
}

/// A part of the path or of the query.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) place: Place,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
}

/// Where a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    /// In the query; the request makes no sense without it.
    Needed,
    Query,
}

/// What a parameter may be.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Hexadecimal digits of an id, eight at least.
    Id,
    /// Two byte offsets with a dash between them.
    Range,
    /// A number up to this one.
    UpTo(u64),
    /// Words of a person, at most so many characters.
    Words(u64),
    /// Any other text.
    Text,
}

const fn parameter(name: &'static str, place: Place, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, about, kind }
}

const ID: Parameter = parameter("id", Place::Path, Kind::Id, "The id, or its first digits where they fit one thing");
const QUOTE: Parameter = parameter("q", Place::Needed, Kind::Words(4_000), "The words");
const CURSOR: Parameter = parameter(
    "cursor",
    Place::Query,
    Kind::UpTo(browse::FURTHEST),
    "Where to go on: what the last answer gave as next",
);
const LIMIT: Parameter = parameter("limit", Place::Query, Kind::UpTo(1_000), "At most so many; 100 when not given");
const OUTLET: Parameter = parameter("outlet", Place::Query, Kind::Text, "Only this outlet");

/// Everything under `/api/v1`.
pub(in crate::web) const ROUTES: [Route; 12] = [
    Route {
        path: "/api/v1/audit",
        handler: audit,
        summary: "Where these words first appeared: the line of `audit --json`",
        parameters: &[QUOTE, LIMIT],
        schema: Some("audit"),
    },
    Route {
        path: "/api/v1/search",
        handler: search,
        summary: "What carries every word",
        parameters: &[
            QUOTE,
            OUTLET,
            parameter("in", Place::Query, Kind::Text, "Only pages that say they are in this language: ar, en …"),
            parameter("role", Place::Query, Kind::Text, "Only blocks with this role"),
            parameter("clock", Place::Query, Kind::Text, "By which clock: published, captured, logged or stamped"),
            parameter("from", Place::Query, Kind::Text, "Only from this day on, by that clock"),
            parameter("to", Place::Query, Kind::Text, "Only up to this day"),
            parameter("sort", Place::Query, Kind::Text, "relevance, or one of the clocks"),
            parameter("order", Place::Query, Kind::Text, "new or old first, when sorted by a clock"),
            parameter("cursor", Place::Query, Kind::Text, "What an answer gave as cursor"),
            parameter("offset", Place::Query, Kind::UpTo(10_000), "Results to pass over"),
            parameter("limit", Place::Query, Kind::UpTo(100), "At most so many; 20 when not given"),
        ],
        schema: Some("api/search"),
    },
    Route {
        path: "/api/v1/articles/{id}",
        handler: article,
        summary: "An article, its captures and its versions",
        parameters: &[ID],
        schema: Some("show-article"),
    },
    Route {
        path: "/api/v1/articles/{id}/passages/{range}",
        handler: browse::passage,
        summary: "Words of an article by their bytes in its canonical text",
        parameters: &[ID, parameter("range", Place::Path, Kind::Range, "First byte, dash, byte after the last")],
        schema: Some("api/passage"),
    },
    Route {
        path: "/api/v1/records/{id}",
        handler: record,
        summary: "A record of a capture or a reading, with the page as it was read",
        parameters: &[ID],
        schema: Some("api/record"),
    },
    Route {
        path: "/api/v1/captures",
        handler: browse::captures,
        summary: "Captures, newest in the log first",
        parameters: &[OUTLET, CURSOR, LIMIT],
        schema: Some("api/captures"),
    },
    Route {
        path: "/api/v1/timeline",
        handler: browse::timeline,
        summary: "Every capture of one URL over time",
        parameters: &[parameter("url", Place::Needed, Kind::Text, "The URL, as it was captured")],
        schema: Some("api/timeline"),
    },
    Route {
        path: "/api/v1/diff",
        handler: browse::diff,
        summary: "What changed from one article or capture to another: the line of `diff --json`",
        parameters: &[
            parameter("from", Place::Needed, Kind::Text, "An id, a path or a captured URL"),
            parameter("to", Place::Needed, Kind::Text, "An id, a path or a captured URL"),
        ],
        schema: Some("diff"),
    },
    Route {
        path: "/api/v1/outlets",
        handler: outlets,
        summary: "Every outlet with its counts",
        parameters: &[],
        schema: Some("api/outlets"),
    },
    Route {
        path: "/api/v1/outlets/{name}",
        handler: browse::outlet,
        summary: "An outlet, its captures and the furniture that recurs on its pages",
        parameters: &[parameter("name", Place::Path, Kind::Text, "Registrable domain or name"), CURSOR, LIMIT],
        schema: Some("api/outlet"),
    },
    Route {
        path: "/api/v1/stats",
        handler: stats,
        summary: "What is in the archive: the line of `stats --json`",
        parameters: &[],
        schema: Some("stats"),
    },
    Route {
        path: "/api/v1/openapi.json",
        handler: openapi::openapi,
        summary: "This description",
        parameters: &[],
        schema: None,
    },
];
