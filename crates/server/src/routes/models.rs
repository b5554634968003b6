//! `GET /v1/models` and `GET /v1/models/{id}`; an id may contain slashes. Clients of Anthropic's API tell themselves by a
//! header, and get that API's fields beside the others.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Json;
use http::HeaderMap;
use sconce_openai::anthropic::{ModelFields, PageFields};
use sconce_openai::{Model as Entry, ModelList};

use super::anthropic::VERSION;
use crate::app::App;
use crate::error::ApiError;
use crate::paging;
use crate::params::Pairs;
use crate::table;

/// Models of a page, unless it is said, and at most, in Anthropic's API. OpenAI's has no pages.
const LIMITS: (usize, usize) = (20, 1000);

/// All served models; aliases are names of their own.
pub(crate) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    pairs: Result<Pairs, ApiError>,
) -> Result<Json<ModelList>, ApiError> {
    let anthropic = headers.contains_key(VERSION);
    let all = app.models().iter().flat_map(|model| model.names().map(|name| entry(name, model, anthropic)));
    let (data, has_more) = if anthropic { page(all.collect(), &pairs?.0)? } else { (all.collect(), false) };
    let id = |entry: Option<&Entry>| entry.map(|entry| entry.id.clone());
    let page = anthropic.then(|| PageFields { has_more, first_id: id(data.first()), last_id: id(data.last()) });
    Ok(Json(ModelList { object: "list".to_owned(), data, page }))
}

/// The models that Anthropic's query asks for, and whether there are more on its far side.
fn page(mut all: Vec<Entry>, pairs: &[(String, String)]) -> Result<(Vec<Entry>, bool), ApiError> {
    let invalid = |param: &str, message: String| ApiError::invalid(param, message).code("invalid_value");
    let place = |param: &str, id: &str| {
        let message = || format!("Invalid value for '{param}': no model of this list has that id.");
        all.iter().position(|entry| entry.id == id).ok_or_else(|| invalid(param, message()))
    };
    let (mut limit, most) = LIMITS;
    let (mut first, mut end, mut backwards) = (0, all.len(), false);
    for (name, value) in pairs {
        match name.as_str() {
            "limit" => limit = paging::number("limit", value)?,
            "after_id" => first = place(name, value)? + 1,
            "before_id" => (end, backwards) = (place(name, value)?, true),
            _ => {}
        }
    }
    if !(1..=most).contains(&limit) {
        return Err(invalid("limit", format!("Invalid value for 'limit': expected 1 to {most}.")));
    }
    let over = end.saturating_sub(first).saturating_sub(limit);
    if backwards {
        first += over;
    } else {
        end -= over;
    }
    all.truncate(end);
    Ok((all.drain(first.min(all.len())..).collect(), over > 0))
}

/// One of them.
pub(crate) async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Entry>, ApiError> {
    // A path that is not UTF-8 names no model.
    let Path(id) = id.map_err(|_| ApiError::model_not_found("?"))?;
    let model = app.models().entry(&id)?;
    Ok(Json(entry(&id, model, headers.contains_key(VERSION))))
}

fn entry(name: &str, model: &table::Entry, anthropic: bool) -> Entry {
    let (created, owned_by) = model.origin();
    Entry {
        id: name.to_owned(),
        object: "model".to_owned(),
        created,
        owned_by: owned_by.to_owned(),
        root: model.id().to_owned(),
        parent: model.parent().map(str::to_owned),
        max_model_len: model.max_len(),
        permission: Vec::new(),
        anthropic: anthropic.then(|| ModelFields {
            kind: "model".to_owned(),
            display_name: name.to_owned(),
            created_at: rfc3339(created),
            lifecycle: "active".to_owned(),
            max_input_tokens: model.max_len(),
            max_tokens: model.max_len(),
            capabilities: None,
            deprecated_at: None,
            retires_at: None,
            line: None,
        }),
    }
}

/// Unix seconds as a date and time of UTC, after Howard Hinnant's `civil_from_days`.
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let z = days + 719_468;
    let (era, of_era) = (z / 146_097, z % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let entry = |id: &str| Entry {
            id: id.to_owned(),
            object: "model".to_owned(),
            created: 0,
            owned_by: String::new(),
            root: String::new(),
            parent: None,
            max_model_len: 1,
            permission: Vec::new(),
            anthropic: None,
        };
        let ids = |query: &[(&str, &str)]| {
            let pairs: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let (page, more) = page(["a", "b", "c", "d"].map(entry).into(), &pairs).unwrap();
            (page.iter().map(|entry| entry.id.as_str()).collect::<String>(), more)
        };
        assert_eq!(ids(&[]), ("abcd".to_owned(), false));
        assert_eq!(ids(&[("limit", "2")]), ("ab".to_owned(), true));
        assert_eq!(ids(&[("limit", "2"), ("after_id", "b")]), ("cd".to_owned(), false));
        assert_eq!(ids(&[("before_id", "d"), ("limit", "2")]), ("bc".to_owned(), true));
        assert_eq!(ids(&[("before_id", "d"), ("after_id", "a")]), ("bc".to_owned(), false));
        assert_eq!(ids(&[("after_id", "c"), ("before_id", "b")]), (String::new(), false));
        assert_eq!(ids(&[("after_id", "d")]), (String::new(), false));
    }

    #[test]
    fn seconds_are_dates() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), date);
        }
    }
}
