"""Every column that holds words somebody typed, and every one that doesn't; a new column has to say which it is."""

from __future__ import annotations

WRITTEN = {
    "act_appeals": ("text", "answer"),
    "api_tokens": ("name",),
    "artists": ("name", "tagline", "bio_md", "label_name"),
    "audit_exports": ("auditor", "reason"),
    "ballot_acts": ("reason",),
    "ballot_appeals": ("words", "answer"),
    "ballot_rejections": ("reason",),
    "bundles": ("title",),
    "comments": ("body_md",),
    "contest_changes": ("reason",),
    "contest_products": ("title",),
    "contests": ("title", "brief_md", "prize", "cancel_reason"),
    "credit_shares": ("note",),
    "deliveries": ("error",),
    "drops": ("title", "story_md", "cancel_reason"),
    "escalations": ("outcome",),
    "export_templates": ("name",),
    "exports": ("failure", "filename"),
    "finalist_words": ("body",),
    "kit_items": ("label",),
    "mentions": ("name",),
    "moderation_acts": ("reason",),
    "newsletter_letters": ("subject", "preheader", "body_md", "button_text"),
    "order_batches": ("reason", "tracking", "failure"),
    "outgoing_mails": ("error",),
    "parcel_imports": ("filename",),
    "passkeys": ("name",),
    "payments": ("failure", "reason", "method"),
    "people": ("display_name", "suspended_reason"),
    "pick_links": ("for_name",),
    "pick_notes": ("body",),
    "picks": ("reason", "void_reason"),
    "preorders": ("name", "cancel_reason", "tracking"),
    "print_files": ("original_name",),
    "production_packs": ("failure",),
    "products": ("title",),
    "question_answers": ("body_md",),
    "questions": ("words",),
    "refusing_addresses": ("said",),
    "reports": ("note",),
    "revisions": ("original_name",),
    "saved_views": ("name",),
    "sessions": ("user_agent",),
    "shipments": ("tracking",),
    "shipping_zones": ("name",),
    "submissions": ("title", "alt", "description"),
    "suggestions": ("answer",),
    "takedowns": ("address", "claimant", "work", "statement"),
    "tax_rates": ("name",),
    "variants": ("colour", "size", "sku"),
    "word_lists": ("words",),
}
"""Columns of words: somebody's here, or what a stranger's program said."""

WITHIN = {
    "audit_log": {"details": ("reason", "name", "title", "words")},
    "contest_changes": {"before": (), "after": ()},
    "contest_products": {"colours": (), "sizes": ()},
    "crowds": {"params": ("title", "artist", "contest", "name", "words"), "people": ()},
    "data_requests": {"receipt": ()},
    "escalations": {"evidence": ()},
    "export_templates": {"columns": (), "filters": ()},
    "exports": {"filters": (), "columns": ()},
    "newsletter_letters": {"segment": ()},
    "notices": {"params": ("title", "artist", "contest", "name", "words", "question", "reason")},
    "order_batches": {"filters": (), "chosen": (), "refusals": ()},
    "order_events": {"params": ("reason", "tracking")},
    "outgoing_mails": {"params": ()},
    "parcel_imports": {"rows": (), "left": ()},
    "preorders": {"address": ("line1", "postcode", "city", "phone", "note")},
    "products": {"size_chart": ()},
    "saved_views": {"query": ("q",)},
    "studio_drafts": {"front": (), "back": ()},
}
"""JSON that words stand in, and under which keys a test of pages may put others; the rest has a test of its own."""

MACHINE = """
    act_appeals outcome | api_tokens scopes token_hash | artists brand_colour portrait_key slug
    audit_exports token_hash | audit_log action subject | ballot_acts batch from_state reason_code rule to_state
    ballot_appeals outcome | ballot_rejections ballots outcome reason_code
    ballot_versions added choices removed salt | ballots state trail | comment_reactions word | comments rule state
    consents kind text_hash
    contest_changes kind | contest_products currency kind | contest_visitors device_hash
    contests final_method method preset rights rights_hash seed seed_hash slug timezone | credit_shares role state
    crowds dedupe kind
    data_requests failure file_key kind | decisions record sha256 | deliveries handler | digest_lines letter
    drop_forecasts day told_by | drops address_when currency payment slug timezone | escalations subject_kind
    export_templates base format sort | exports file_key format sha256 sort state template
    exposure_reports report | facts name origin payload | finalist_counts kind
    followings kind | finalist_kits failure_code files report state | guardian_requests action terms_hash
    guardians email nonce token_hash | idempotency_keys key request_hash scope | impressions stage
    invitations email role token_hash | kit_items kind value | known_devices mark | log_keys public_key
    log_leaves hash kind salt | log_nodes hash
    log_roots counted_root facts label public_key root signature
    moderation_acts act reason_code state_before subject_kind | newsletter_deliveries state
    newsletter_letters button_path locale picture saved_from state
    newsletter_subscriptions address ended_by locale source text_hash zone | notice_preferences kind pace
    mentions place | notices dedupe kind | order_batches action token | order_events kind | order_tallies country state
    order_words word | outgoing_mails address dedupe kind locale message_id state zone
    passkeys credential_id handle public_key transports | payment_events event_id object_id provider type
    payments currency customer intent kind provider reference state url | pending_ballots choices device_id trail via
    pending_votes device_id via | people age_band country email locale password_hash timezone
    pick_link_acts act | pick_links for_email locale nonce token_hash | pick_notes owner
    preorders asked country currency email idempotency_key number state
    public_profiles code
    print_files failure_code format original_key original_sha256 print_report renditions report state wish
    production_packs contents file_key sha256 | products kind tax_class | question_answers role
    questions rule state | recovery_codes code_hash | refusing_addresses address status | remakes failure_code
    reports outcome reason subject_kind | result_bundles label sha256
    revisions dhash failure_code format mockups original_key original_sha256 print_files print_report recipe
    revisions renditions report share_card_key source state | rounds kind method result root
    royalty_statements currency parts | sessions device_mark token_hash | shipments carrier
    shipping_zones countries | sign_in_codes code_hash email purpose | signal_clusters key rule signals tie
    signal_runs alarms input_sha256 outcome_sha256
    studio_assets code device_id failure_code original_key proxy_key report sha256 state wish
    studio_drafts code colour device_id | submissions ai_use code rights_hash state | suggestions status
    takedowns email locale outcome | tax_rates country tax_class | team_members role
    upload_counts sender span | variants colour_hex
    votes state via | voting_features agent device prefix | waitlist_entries state | would_wear device_id size
"""
"""What programs write, or what is checked against a list or a shape so narrow that no words fit."""


def machine() -> set[tuple[str, str]]:
    """Return (table, column) of what is nobody's words."""
    lines = (each.split() for each in MACHINE.replace("\n", "|").split("|"))
    return {(table, column) for table, *columns in filter(None, lines) for column in columns}


def words() -> set[tuple[str, str]]:
    """Return (table, column) of what somebody typed."""
    plain = {(table, column) for table, columns in WRITTEN.items() for column in columns}
    return plain | {(table, column) for table, columns in WITHIN.items() for column in columns}
