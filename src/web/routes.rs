//! Which path is answered by what.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use super::server::{Handler, Limits, Server};
use super::visit::Visit;
use super::{
    api, article, assets, audit, bundle, calendar, diff, feed, guard, home, log, memento, outlets, page, passage,
    payload, problem, record, search, verify,
};
use crate::archive::Archive;

/// Answers every request about what is public in `archive`.
pub fn router(archive: Archive, limits: Limits) -> Router {
    routes(Server::new(archive, limits))
}

/// The same for a server that stands already.
pub(super) fn routes(server: Arc<Server>) -> Router {
    let api = api::ROUTES.iter().fold(Router::new(), |router, route| router.route(route.path, on(route.handler)));
    api.route("/", kept(home::home))
        .route("/a/{article}", kept(article::article))
        .route("/a/{article}/{range}", kept(passage::passage))
        .route("/r/{record}", kept(record::record))
        .route("/p/{payload}", on(payload::payload))
        .route("/audit", on(audit::audit))
        .route("/search", on(search::search))
        .route("/captures", on(calendar::captures))
        .route("/diff", on(diff::diff))
        .route("/o/", kept(outlets::outlets))
        .route("/o/{outlet}", kept(outlets::outlet))
        .route("/verify", kept(verify::verify))
        .route("/healthz", on(health))
        .route("/feed.atom", on(feed::captures))
        .route("/audit.atom", on(feed::audit))
        .route("/timemap/link/{*url}", on(memento::timemap))
        .route("/timegate/{*url}", on(memento::timegate))
        .route("/bundle/{file}", on(bundle::bundle))
        .route("/log", on(log::log))
        .route("/log/checkpoint", on(log::checkpoint))
        .route("/log/vkey", on(log::vkey))
        .route("/log/tile/{*tile}", on(log::tile))
        .route(&assets::STYLE_PATH, on(assets::style))
        .route(&assets::SELECT_PATH, on(assets::select))
        .route("/favicon.svg", on(assets::favicon))
        .route("/favicon.ico", on(assets::favicon))
        .route("/robots.txt", on(assets::robots))
        .fallback_service(on(problem::no_such_page).with_state(Arc::clone(&server)))
        .method_not_allowed_fallback(not_allowed)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&server), guard::guard))
        .with_state(server)
}

/// GET and HEAD, answered by a handler on a blocking thread.
fn on(handler: Handler) -> MethodRouter<Arc<Server>> {
    get(move |State(server): State<Arc<Server>>, visit: Visit| server.answer(handler, visit))
}

/// The same, answered as the last time while the archive has not changed.
fn kept(handler: Handler) -> MethodRouter<Arc<Server>> {
    get(move |State(server): State<Arc<Server>>, visit: Visit| server.answer_kept(handler, visit))
}

/// `/healthz`: whether the archive can be read.
fn health(server: &Server, _: &Visit) -> Result<Response, problem::Problem> {
    server.archive.head()?;
    Ok(page::in_confidence("ok\n".into_response()))
}

async fn not_allowed(visit: Visit) -> Response {
    problem::Problem::not_allowed().answer(&visit)
}
