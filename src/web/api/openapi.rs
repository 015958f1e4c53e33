//! The description of the API in OpenAPI 3.1, made of the routes and of the schemas in `docs/schema`.

use std::sync::LazyLock;

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::routes::{Kind, Parameter, Place, ROUTES, Route};
use crate::web::problem::Problem;
use crate::web::server::Server;
use crate::web::visit::Visit;

macro_rules! schemas {
    ($($name:literal)*) => {
        /// The schemas that answers name, as their files hold them.
        const SCHEMAS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../docs/schema/", $name, ".json")))),*];
    };
}

schemas! {
    "audit" "diff" "record-capture" "record-reading" "search" "show-article" "stats"
    "api/captures" "api/outlet" "api/outlets" "api/passage" "api/problem" "api/record" "api/search" "api/timeline"
}
const COMMON: &str = include_str!("../../../docs/schema/common.json");

static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);

/// `/api/v1/openapi.json`
pub(super) fn openapi(_: &Server, visit: &Visit) -> Result<Response, Problem> {
    super::answer(visit, &*DESCRIPTION)
}

fn describe() -> Value {
    let mut schemas = Map::new();
    for (name, text) in SCHEMAS {
        schemas.insert(component(name), part(parsed(text)));
    }
    if let Value::Object(common) = parsed(COMMON)["$defs"].take() {
        schemas.extend(common.into_iter().map(|(name, schema)| (name, part(schema))));
    }
    let paths: Map<String, Value> =
        ROUTES.iter().map(|route| (route.path.to_owned(), json!({ "get": operation(route) }))).collect();
    json!({
        "openapi": "3.1.1",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "isnad",
            "version": "1",
            "summary": "A source-provenance archive, read-only",
            "description": "Times are evidence: an interval of UTC seconds with its basis. Ids are SHA-256.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "paths": paths,
        "components": { "schemas": schemas, "responses": { "Problem": problem() } },
    })
}

fn operation(route: &Route) -> Value {
    let schema = match route.schema {
        Some(name) => json!({ "$ref": format!("#/components/schemas/{}", component(name)) }),
        None => json!({ "type": "object" }),
    };
    let tag = json!({ "description": "SHA-256 of the answer", "schema": { "type": "string" } });
    let refused = json!({ "$ref": "#/components/responses/Problem" });
    let mut responses = json!({
        "200": {
            "description": "As the summary says",
            "headers": { "ETag": tag },
            "content": { "application/json": { "schema": schema } },
        },
        "304": { "description": "The client has it already" },
        "4XX": refused,
        "5XX": refused,
    });
    if route.parameters.iter().any(|parameter| matches!(parameter.kind, Kind::Id)) || route.path.ends_with("/diff") {
        responses["300"] = refused;
    }
    let id: Vec<&str> = route.path.split(['/', '{', '}', '.']).skip(3).filter(|part| !part.is_empty()).collect();
    json!({
        "operationId": id.join("-"),
        "summary": route.summary,
        "parameters": route.parameters.iter().map(described).collect::<Vec<_>>(),
        "responses": responses,
    })
}

fn described(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Id => json!({ "type": "string", "pattern": "^[0-9a-f]{8,64}$" }),
        Kind::Range => json!({ "type": "string", "pattern": "^(0|[1-9][0-9]{0,9})-[1-9][0-9]{0,9}$" }),
        Kind::UpTo(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Kind::Words(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
    };
    json!({
        "name": parameter.name,
        "in": if parameter.place == Place::Path { "path" } else { "query" },
        "required": parameter.place != Place::Query,
        "description": parameter.about,
        "schema": schema,
    })
}

fn problem() -> Value {
    json!({
        "description": "Why there is no answer (RFC 9457)",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/api-problem" } } },
    })
}

/// The name of a schema file as a component.
fn component(file: &str) -> String {
    file.replace('/', "-")
}

/// The files are compiled in and read by tests; one that is no JSON would describe nothing.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A schema as a part of the description: no name of its own, references to its neighbours here.
fn part(mut schema: Value) -> Value {
    if let Value::Object(object) = &mut schema {
        object.remove("$schema");
        object.remove("$id");
    }
    relink(&mut schema);
    schema
}

fn relink(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                match inner {
                    Value::String(reference) if key == "$ref" => {
                        let file = reference.trim_start_matches("../");
                        let name = file.strip_prefix("common.json#/$defs/").map(str::to_owned);
                        let name = name.unwrap_or_else(|| component(file.trim_end_matches(".json")));
                        *reference = format!("#/components/schemas/{name}");
                    }
                    inner => relink(inner),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(relink),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` of a value.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_to_something() {
        let mut found = Vec::new();
        references(&DESCRIPTION, &mut found);
        assert!(found.len() > 50, "{}", found.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap_or_default();
            assert!(!pointer.is_empty() && DESCRIPTION.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn no_schema_hides_another() {
        let common = parsed(COMMON)["$defs"].as_object().unwrap().len();
        assert_eq!(DESCRIPTION["components"]["schemas"].as_object().unwrap().len(), common + SCHEMAS.len());
    }

    #[test]
    fn every_part_of_a_path_is_described() {
        for route in &ROUTES {
            let inside: Vec<&str> = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let named = route.parameters.iter().filter(|parameter| parameter.place == Place::Path);
            assert_eq!(inside, named.map(|parameter| parameter.name).collect::<Vec<_>>(), "{}", route.path);
        }
    }
}
