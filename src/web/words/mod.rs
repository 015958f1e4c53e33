//! What the interface says, one file a language.

mod ar;
mod en;

macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// Every text of the interface in one language.
        #[derive(Debug)]
        pub(in crate::web) struct Words {
            /// BCP 47 tag.
            pub(in crate::web) tag: &'static str,
            /// Direction of the script.
            pub(in crate::web) dir: &'static str,
            /// The language in its own words.
            pub(in crate::web) own_name: &'static str,
            /// January to December.
            pub(in crate::web) months: [&'static str; 12],
            $(pub(in crate::web) $name: &'static str,)*
        }
    };
}

words! {
    skip,
    nav,
    nav_audit,
    nav_search,
    nav_outlets,
    nav_verify,
    footer,
    footer_verify,
    pager,
    previous,
    next,
    newest,
    older,
    home_title,
    home_heading,
    home_lead,
    ask_label,
    ask_audit,
    ask_search,
    home_inside,
    home_root,
    home_latest,
    home_empty,
    article,
    articles,
    captures,
    tweets,
    quotations_count,
    log_entries,
    outlet,
    outlet_unknown,
    untitled,
    unknown,
    capture_record,
    reading_record,
    entry,
    bytes,
    pages,
    caption,
    role_title,
    role_subhead,
    role_body,
    role_tweet,
    role_byline,
    role_caption,
    role_furniture,
    published,
    published_means,
    published_unknown,
    captured,
    captured_means,
    logged,
    logged_as,
    logged_means,
    stamped,
    stamped_not,
    stamped_means,
    basis_meta,
    basis_json_ld,
    basis_text,
    basis_weekday,
    basis_tweet,
    basis_url,
    basis_declared,
    basis_warc_date,
    basis_http,
    basis_ingest,
    basis_inferred,
    basis_rfc3161,
    time_at,
    time_zone_unknown,
    time_until,
    time_since,
    time_between,
    time_one_of,
    time_day_in_years,
    list_comma,
    list_or,
    evidence,
    clocks,
    note_published_differ,
    note_bidi,
    note_corrected,
    note_captured_before,
    hash_heading,
    hash_means,
    text_file,
    how_to_verify,
    bundle,
    cite,
    cite_text,
    cite_files,
    cite_whole,
    cite_passage,
    passage_label,
    passage_button,
    passage_not_here,
    compare_earlier,
    compare,
    corrected,
    original,
    versions,
    same_url,
    shared_blocks,
    quotations,
    quotations_lead,
    speaker,
    speaker_unknown,
    via,
    trace,
    tweet_nobody,
    tweet_date,
    tweet_snowflake,
    tweet_id,
    tweet_disagrees,
    passage,
    passage_in_text,
    whole_article,
    passage_original,
    passage_link,
    passage_bytes,
    passage_audit,
    passage_only_here,
    passage_elsewhere,
    passage_too_long,
    audit_full,
    passage_check,
    passage_bad_range,
    audit_title,
    audit_heading,
    verdict,
    verdict_found,
    verdict_respelled,
    verdict_altered,
    verdict_furniture,
    verdict_absent,
    order_determined,
    order_here,
    order_undetermined,
    undated,
    first,
    contenders,
    contenders_lead,
    occurrences,
    occurrences_furniture,
    occurrences_possibly,
    timeline,
    timeline_lead,
    match_exact,
    match_respelled,
    match_reworded,
    in_article,
    lines_of,
    common_formula,
    common_gloss,
    common_background,
    common_too,
    lane_places,
    lanes_more,
    chain,
    chain_lead,
    chain_named,
    chain_wording,
    chain_link,
    drift_added,
    drift_dropped,
    drift_respelled,
    drift_inflected,
    drift_replaced,
    change_number,
    change_negation,
    change_name,
    change_date,
    change_contrary,
    change_condition,
    change_claim,
    change_vowels,
    change_nothing,
    near_also,
    near_this,
    near_other,
    differs_speaker,
    differs_verb,
    differs_medium,
    differs_source,
    differs_lead,
    nobody,
    more_links,
    more_places,
    compare_two,
    compare_a,
    compare_b,
    compare_do,
    compare_same,
    possibly_lead,
    audit_cut,
    remarks,
    extent,
    search_title,
    search_heading,
    search_label,
    search_button,
    search_outlet,
    search_all,
    search_none,
    results,
    recurring,
    recurring_lead,
    provenance,
    step_source,
    step_payload,
    step_payload_lead,
    step_claims,
    step_claims_lead,
    step_log,
    step_log_lead,
    step_read,
    step_read_lead,
    step_read_what,
    step_reading_lead,
    source_kind,
    source_text,
    source_html,
    source_warc,
    source_arc,
    source_wacz,
    source_jsonl,
    source_http,
    source_file,
    source_record,
    source_container,
    source_status,
    source_digest,
    digest_matches,
    digest_differs,
    digest_not_checked,
    kept_sidecar,
    kept_headers,
    collector,
    collector_nobody,
    payload_hash,
    payload_size,
    media_type,
    claim_url,
    nothing_stated,
    log_after,
    log_root,
    corrects,
    extractor,
    block_list,
    blocks_article,
    blocks_attached,
    blocks_furniture,
    date_in_text,
    date_today,
    date_past,
    date_future,
    date_named,
    record_article,
    record_no_article,
    record_furniture,
    record_furniture_lead,
    record_furniture_show,
    record_bytes,
    record_bytes_means,
    diff_title,
    diff_from,
    diff_to,
    diff_legend,
    diff_removed,
    diff_added,
    diff_same,
    diff_article,
    diff_furniture,
    diff_needs_two,
    problem_gone,
    gone_withheld,
    gone_erased,
    gone_reason,
    gone_at,
    gone_clock,
    gone_index,
    gone_proof,
    gone_check,
    code_legal,
    code_privacy,
    code_safety,
    code_error,
    code_other,
    problem_not_found,
    problem_ambiguous,
    problem_usage,
    problem_busy,
    problem_inside,
    problem_damaged,
    problem_way_on,
    problem_status,
    bundle_too_large,
    quote_too_long,
    quote_no_words,
    bad_number,
}

/// A language of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::web) enum Language {
    #[default]
    English,
    Arabic,
}

impl Language {
    /// The language of a BCP 47 tag, when we speak it.
    pub(in crate::web) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Language::English),
            "ar" => Some(Language::Arabic),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110, section 12.5.4); English where it names none.
    pub(in crate::web) fn accepted(header: &str) -> Self {
        let mut best: Option<(f32, Language)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::of_tag) else { continue };
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, language));
            }
        }
        best.map_or(Language::English, |(_, language)| language)
    }

    /// The one that the switch leads to.
    pub(in crate::web) fn other(self) -> Self {
        match self {
            Language::English => Language::Arabic,
            Language::Arabic => Language::English,
        }
    }

    /// Its tag.
    pub(in crate::web) fn tag(self) -> &'static str {
        self.words().tag
    }

    /// Its texts.
    pub(in crate::web) fn words(self) -> &'static Words {
        match self {
            Language::English => &en::WORDS,
            Language::Arabic => &ar::WORDS,
        }
    }
}

/// Puts values into the places `{}` of a text, in their order.
pub(in crate::web) fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut values = values.iter();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{}") {
        out.push_str(before);
        out.push_str(values.next().copied().unwrap_or_default());
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_s_preference_decides() {
        for (header, language) in [
            ("", Language::English),
            ("ar", Language::Arabic),
            ("de, ar-SY;q=0.8, en;q=0.9", Language::English),
            ("fr;q=1, AR;q=0.3, *;q=0.1", Language::Arabic),
            ("ar;q=0, en;q=0.1", Language::English),
            ("ar;q=x", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn values_stand_in_their_places() {
        assert_eq!(fill("{} to {}", &["a", "b"]), "a to b");
        assert_eq!(fill("{} {}", &["{}"]), "{} ");
    }
}
