/**
 * The types of all tables. Generated: `npm run schema-types` writes this file from the rooms' `schema.sql`, and from what a database that is made of
 * them says of itself. Nobody edits it; a test compares.
 */
import type { OwnLimits, Standing } from "./catalogue/accounts/account-standing.ts";
import type { GrantGift } from "./catalogue/grants/grant-gift.ts";
import type { BulkProblem } from "./catalogue/vouchers/bulk-vouchers.ts";
import type { CallAnswer } from "./fleet/link/call-answer.ts";
import type { SilentSite } from "./fleet/link/silent-sites.ts";
import type { Channel } from "./fleet/releases/release-channels.ts";
import type { backUpCauses, backUpStates, restoreStates, schedulePeriods } from "./fleet/router-back-ups/back-up-states.ts";
import type { Cause } from "./fleet/router-back-ups/who-changed.ts";
import type { StoredAction } from "./fleet/router-orders/order-policy.ts";
import type { FurtherSecretProblem } from "./fleet/router-services/further-secret-problems.ts";
import type { InterfaceHour } from "./fleet/routers/hour-of-figures.ts";
import type { ReadingProblem } from "./fleet/routers/read-router.ts";
import type { RotationCause, RotationProblem } from "./fleet/secret-rotation/rotation-policy.ts";
import type { StepStates } from "./fleet/set-up/report-policy.ts";
import type { Meaning } from "./fleet/site-import/site-csv.ts";
import type { DeviceMark, Party } from "./ground/amounts/parties.ts";
import type { Fixed } from "./ground/db/schema.ts";
import type { MappedRole } from "./identity/radius/radius-policy.ts";
import type { Locale } from "./messaging/texts/every-language.ts";
import type { GroupWho } from "./modules/group-messages/group-members.ts";
import type { CheckItem } from "./modules/installations/installation.ts";
import type { PlanLimits } from "./modules/platform-billing/plan-limits.ts";
import type { CustomerSource } from "./modules/takeover/customers/customer-file.ts";
import type { Totals } from "./modules/takeover/customers/plan-customers.ts";
import type { Source } from "./modules/takeover/foreign-book.ts";
import type { TakeoverTotal } from "./modules/takeover/listing.ts";
import type { Readiness } from "./modules/takeover/readiness.ts";
import type { AnswerWay, Targets } from "./modules/tickets/ticket.ts";
import type { BusinessEvent } from "./modules/webhooks/business-events.ts";
import type { ChannelSettings } from "./money/channels/channel.ts";
import type { ChargeLine, DocumentKind, DocumentLine, Seller } from "./money/documents/document-facts.ts";
import type { ChannelTrouble, EvidenceSource, FailureReason } from "./money/evidence/evidence.ts";
import type { FiscalDocument } from "./money/fiscal/fiscal-contract.ts";
import type { InvoiceLine } from "./money/invoices/invoice-line.ts";
import type { Review } from "./money/purchases/transition/purchase-facts.ts";
import type { EarlierRate } from "./money/sellers/sellers.ts";
import type { Phase } from "./money/subscriptions/subscription-policy.ts";
import type { PublicPart } from "./operations/public-face/status-policy.ts";
import type { ReturnReason } from "./operations/restored/judge-returned.ts";
import type { RevokedKind } from "./operations/restored/revoked-again.ts";
import type { ByLanguage, WordsByLanguage } from "./tenancy/brand/by-language.ts";
import type { PayWindow } from "./tenancy/providers/pay-window.ts";
import type { AccountAddress } from "@karibu/protocol/accounts/customer-account";
import type { FeedKind, LeaseUse, ListedMore } from "@karibu/protocol/feed";
import type { PlacePrice } from "@karibu/protocol/offers/place-price";
import type { Gift, Promotion } from "@karibu/protocol/offers/promotion";
import type { Terms, Trial } from "@karibu/protocol/plan";
import type { ReportName } from "@karibu/protocol/report-names";
import type { RouterActionKind } from "@karibu/protocol/router/router-actions";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SiteFinding } from "@karibu/protocol/router/router-health";
import type { ProofOutcome, RouterProofKind } from "@karibu/protocol/router/router-proofs";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { TestedRouter, ToldTestStep } from "@karibu/protocol/router/router-test";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { ColumnType, Generated, GeneratedAlways } from "kysely";

declare module "./ground/db/schema.ts" {
  interface Schema {
    // back-office/personal-data/schema.sql
    person_erasures: {
      provider_id: string;
      erasure_id: string;
      customer_id: string;
      party: string | null;
      grants: GeneratedAlways<readonly string[] | null>;
      devices: GeneratedAlways<readonly string[] | null>;
      pseudonym: string;
      asked_by: string;
      at_ms: number;
      counts: GeneratedAlways<Readonly<Record<string, number>>>;
    };
    // catalogue/accounts/schema.sql
    account_sites: {
      provider_id: string;
      account_id: string;
      site_id: string;
      static_address: string | null;
    };
    accounts: {
      provider_id: string;
      account_id: string;
      customer_id: string;
      username: string;
      username_key: GeneratedAlways<string>;
      service: "hotspot" | "pppoe" | "any";
      nt_hash_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      plan_id: string;
      plan_name: string;
      terms: Terms;
      own_limits: OwnLimits;
      address: AccountAddress | null;
      macs: string[];
      standing: Standing;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
      billing: Generated<"subscription" | "free">;
      free_reason: string | null;
      weak_password: "is-name" | "short" | null;
    };
    // catalogue/customers/schema.sql
    customer_numbers: {
      provider_id: string;
      customer_id: string;
      number_id: string;
      phone_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      phone_hash: Party;
      phone_masked: string;
      until_ms: number;
    };
    customers: {
      provider_id: string;
      customer_id: string;
      name: string;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phone_hash: Party | null;
      phone_masked: string | null;
      email: string | null;
      site_id: string | null;
      note: string | null;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
      name_key: GeneratedAlways<string>;
      last_name_key: GeneratedAlways<string | null>;
      phone_tail_key: string | null;
      phone_head_key: string | null;
    };
    // catalogue/grants/schema.sql
    code_guards: {
      provider_id: string;
      grant_id: string;
      site_id: string;
      guard_id: string;
      paused: boolean;
      pin_salt: string | null;
      pin_hash: string | null;
      guarded_at_ms: number;
      lifted_at_ms: number | null;
    };
    grant_change_log: {
      provider_id: string;
      change_id: string;
      site_id: string;
      grant_id: string;
      kind: "given" | "paused" | "resumed" | "taken-off" | "guard-lifted";
      what: Fixed<GrantGift>;
      reason: string;
      changed_by: string | null;
      gift_id: string | null;
      at_ms: number;
    };
    grant_changes: {
      provider_id: string;
      site_id: string;
      grant_id: string;
      seconds: Generated<number>;
      use_seconds: Generated<number>;
      data_bytes: Generated<number>;
      down_kbps: number | null;
      up_kbps: number | null;
      devices: number | null;
      paused_at_ms: number | null;
      paused_reason: string | null;
      changed_at_ms: number;
    };
    grant_gifts: {
      provider_id: string;
      gift_id: string;
      site_id: string;
      what: Fixed<GrantGift>;
      reason: string;
      grant_ids: Fixed<readonly string[]>;
      done: Generated<number>;
      failed: Generated<number>;
      started_by: string | null;
      created_at_ms: number;
      stopped_at_ms: number | null;
      finished_at_ms: number | null;
    };
    grant_leases: {
      provider_id: string;
      grant_id: string;
      lease_id: string;
      number: number;
      site_id: string;
      from_site_id: string;
      moved_at_ms: number;
      terms: Terms;
      started_at_ms: number | null;
      ends_at_ms: number | null;
      retired_at_ms: number | null;
    };
    grant_starts: {
      provider_id: string;
      grant_id: string;
      site_id: string;
      origin: "voucher" | "purchase" | "account";
      plan_name: string;
      started_at_ms: number;
      ends_at_ms: number | null;
      valid_until_ms: number | null;
      uncut_ends_at_ms: number | null;
      began_elsewhere: Generated<boolean>;
      settled: Generated<boolean>;
      epoch: string;
      seq: number;
      received_at_ms: number;
      bridge: Generated<boolean>;
      retired_at_ms: number | null;
      unremembered: Generated<boolean>;
    };
    grants: {
      provider_id: string;
      grant_id: string;
      site_id: string;
      purchase_id: string | null;
      origin: "purchase";
      plan_name: string;
      terms: Fixed<Terms>;
      phone_hash: Party | null;
      unverified: boolean;
      created_at_ms: number;
      revoked_at_ms: number | null;
      renews_grant_id: string | null;
      code: string | null;
      retired_at_ms: number | null;
      sold: string | null;
      suspended_at_ms: number | null;
      bundle_purchase_id: string | null;
      is_test: Generated<boolean>;
    };
    outage_credits: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      from_ms: number;
      to_ms: number;
      received_at_ms: number;
    };
    repeated_starts: {
      provider_id: string;
      grant_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      plan_name: string;
      started_at_ms: number;
      started_stamped_ms: number;
      ends_at_ms: number | null;
      valid_until_ms: number | null;
      uncut_ends_at_ms: number | null;
      began_elsewhere: boolean;
      settled: Generated<boolean>;
      unremembered: boolean;
      received_at_ms: number;
    };
    // catalogue/leases/schema.sql
    batch_sites: {
      provider_id: string;
      batch_id: string;
      site_id: string;
      added_at_ms: number;
    };
    grant_releases: {
      provider_id: string;
      lease_id: string;
      site_id: string;
      released_at_ms: number;
      use: LeaseUse;
    };
    roaming_sites: {
      provider_id: string;
      site_id: string;
      added_at_ms: number;
    };
    voucher_leases: {
      provider_id: string;
      batch_id: string;
      serial: number;
      site_id: string;
      from_site_id: string;
      moved_at_ms: number;
      use: LeaseUse;
    };
    voucher_releases: {
      provider_id: string;
      batch_id: string;
      serial: number;
      site_id: string;
      released_at_ms: number;
      use: LeaseUse;
    };
    // catalogue/plans/schema.sql
    plan_groups: {
      provider_id: string;
      group_id: string;
      name: string;
      position: number;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
    };
    plans: {
      provider_id: string;
      plan_id: string;
      name: string;
      price_cents: number;
      currency: string;
      active: boolean;
      terms: Terms;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
      group_id: string | null;
      archived_at_ms: number | null;
      prices: Generated<readonly PlacePrice[]>;
      trial: Trial | null;
    };
    // catalogue/printing/schema.sql
    portal_addresses: {
      provider_id: string;
      site_id: string;
      address: string;
      updated_at_ms: number;
    };
    voucher_designs: {
      provider_id: string;
      title: string | null;
      words: string | null;
      colour: string;
      picture_id: string | null;
      shows_price: boolean;
      shows_qr: boolean;
      updated_at_ms: number;
    };
    // catalogue/sessions/schema.sql
    devices_twice: {
      provider_id: string;
      mac: string;
      site_id: string;
      session_key: string;
      other_site_id: string;
      other_session_key: string;
      since_ms: number;
      seen_at_ms: number;
    };
    forgotten_use: {
      provider_id: string;
      grant_id: string;
      site_id: string;
      started_epoch: string;
      used_bytes: number;
      free_bytes: number;
      used_seconds: number;
      last_stopped_at_ms: number;
    };
    refused_log_ins: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      at_ms: number;
      username: string;
      mac: string | null;
      address: string | null;
      nas: string;
      service: "hotspot" | "ppp";
      reason: string;
      times: number;
      received_at_ms: number;
      found_by: GeneratedAlways<string>;
      refusal_id: GeneratedAlways<string>;
    };
    sessions: {
      provider_id: string;
      site_id: string;
      session_key: string;
      session_id: string | null;
      nas: string | null;
      grant_id: string | null;
      username: string | null;
      mac: string | null;
      address: string | null;
      started_at_ms: number | null;
      started_stamped_ms: number | null;
      started_epoch: string | null;
      started_seq: number | null;
      started_clock: "synced" | "estimated" | "unknown" | null;
      last_used_at_ms: number | null;
      last_used_epoch: string | null;
      last_used_seq: number | null;
      stopped_at_ms: number | null;
      stopped_stamped_ms: number | null;
      stopped_epoch: string | null;
      stopped_seq: number | null;
      cause: string | null;
      input_bytes: Generated<number>;
      output_bytes: Generated<number>;
      free_bytes: Generated<number>;
      online_seconds: Generated<number>;
      received_at_ms: number;
      begun_at_ms: GeneratedAlways<number>;
      found_by: GeneratedAlways<string>;
      why: string | null;
      service: "hotspot" | "pppoe" | "ppp" | null;
      kept_from_ms: Generated<number>;
    };
    sessions_forgotten: {
      provider_id: string;
      begun_ms: number;
    };
    usage_days: {
      provider_id: string;
      day: ColumnType<Date, string, string>;
      site_id: string;
      session_key: string;
      grant_id: string | null;
      input_bytes: number;
      output_bytes: number;
      online_seconds: number;
    };
    // catalogue/usual-hours/schema.sql
    site_usual_hours: {
      provider_id: string;
      site_id: string;
      log_ins_per_hour: number[];
      weeks: number;
      learned_at_ms: number;
    };
    // catalogue/vouchers/schema.sql
    listed_codes: {
      provider_id: string;
      batch_id: string;
      serial: number;
      hash: string;
      code_hidden: string;
      more: Omit<ListedMore, "at">;
      mac_erased: Generated<boolean>;
    };
    voucher_batches: {
      provider_id: string;
      batch_id: string;
      plan_id: string;
      plan_name: string;
      terms: Terms;
      price_cents: number;
      currency: string;
      home_site_id: string | null;
      key_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      prefix: string;
      length: number;
      alphabet: "digits" | "letters";
      quantity: number;
      holes: number[];
      expires_at_ms: number | null;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      state: Generated<"making" | "ready" | "failed">;
      progress_percent: Generated<number>;
      printed_at_ms: number | null;
      switched_at_ms: number | null;
      takeover_id: string | null;
      pin_digits: Fixed<number | null>;
      booking: Generated<"first-use" | "handed-out" | "elsewhere" | "given-away">;
    };
    voucher_bulk_jobs: {
      provider_id: string;
      job_id: string;
      action: "disable" | "enable";
      voucher_ids: Fixed<string[]>;
      done: Generated<number>;
      failed: Generated<number>;
      problems: Generated<BulkProblem[]>;
      started_by: string;
      created_at_ms: number;
      finished_at_ms: number | null;
    };
    voucher_exceptions: {
      provider_id: string;
      batch_id: string;
      serial: number;
      state: "disabled" | "redeemed-elsewhere" | "transferred";
      at_ms: number;
    };
    voucher_owners: {
      provider_id: string;
      batch_id: string;
      serial: number;
      customer_id: string | null;
      given_by: string;
      since_ms: number;
    };
    voucher_past_owners: {
      provider_id: string;
      batch_id: string;
      serial: number;
      since_ms: number;
      until_ms: number;
      customer_id: string;
    };
    voucher_redemptions: {
      provider_id: string;
      batch_id: string;
      serial: number;
      site_id: string;
      grant_id: string;
      epoch: string;
      seq: number;
    };
    // customer-page/log-in/schema.sql
    customer_codes: {
      provider_id: string;
      code_id: string;
      party: Party;
      code_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      tries: number;
      used_at_ms: number | null;
      made_at_ms: number;
      expires_at_ms: number;
    };
    customer_sessions: {
      provider_id: string;
      session_id: string;
      customer_id: string;
      token_hash: ColumnType<Buffer, Uint8Array, never>;
      way: "code" | "password";
      proof: string;
      device: string;
      made_at_ms: number;
      last_used_at_ms: number;
      expires_at_ms: number;
    };
    // customer-page/settings/schema.sql
    customer_page_settings: {
      provider_id: string;
      is_open: boolean;
      codes_a_day: number;
      plan_ids: string[];
    };
    // customer-page/trials/schema.sql
    trial_claims: {
      provider_id: string;
      party: Party;
      plan_id: string;
      site_id: string;
      grant_id: string;
      claimed_at_ms: number;
      phone_masked: string | null;
    };
    trial_codes: {
      provider_id: string;
      code_id: string;
      party: Party;
      code_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      tries: number;
      used_at_ms: number | null;
      made_at_ms: number;
      expires_at_ms: number;
    };
    // fleet/access-points/schema.sql
    access_point_changes: {
      provider_id: string;
      site_id: string;
      address: string;
      at_ms: number;
      state: "up" | "down";
      loss_percent: number;
      round_trip_us: number | null;
      epoch: string;
      seq: number;
      received_at_ms: number;
    };
    site_access_points: {
      provider_id: string;
      site_id: string;
      address: string;
      name: string;
      made_at_ms: number;
      state: "up" | "down" | null;
      loss_percent: number | null;
      round_trip_us: number | null;
      since_ms: number | null;
      told_at_ms: number | null;
    };
    // fleet/alarms/schema.sql
    alarm_conditions_seen: {
      provider_id: string;
      alarm_id: string;
      since_ms: number;
      acknowledged_at_ms: number;
      acknowledged_by: string;
    };
    alarms: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      name: string;
      fields: GeneratedAlways<Record<string, string | number | boolean>>;
      at_ms: number;
      received_at_ms: number;
      acknowledged_at_ms: number | null;
      acknowledged_by: string | null;
    };
    site_silences: {
      provider_id: string;
      site_id: string;
      since_ms: number;
      expected: number;
    };
    // fleet/enrolment/schema.sql
    agents: {
      provider_id: string;
      site_id: string;
      public_key: string;
      enrolled_at_ms: number;
      revoked_at_ms: number | null;
    };
    enrolment_tokens: {
      provider_id: string;
      token_hash: string;
      site_id: string;
      expires_at_ms: number;
      used_at_ms: number | null;
      used_by_key: string | null;
    };
    hub_identity: {
      only_row: Generated<boolean>;
      generation: string;
      public_key: string;
      seed_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
    };
    readmissions: {
      provider_id: string;
      site_id: string;
      readmission_id: string;
      public_key: string;
      token_hash: string;
      remote_address: string;
      asked_at_ms: number;
      last_asked_at_ms: number;
    };
    // fleet/hosted-sites/schema.sql
    hosted_sites: {
      provider_id: string;
      site_id: string;
      host_id: string;
      hosting_id: string;
      radius_secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
    };
    hosts: {
      host_id: string;
      name: string;
      token_hash: string | null;
      token_expires_at_ms: number | null;
      public_key: string | null;
      made_at_ms: number;
      enrolled_at_ms: number | null;
      revoked_at_ms: number | null;
      connected_at_ms: number | null;
      disconnected_at_ms: number | null;
      agent_version: string | null;
      process_id: string | null;
      link_id: string | null;
    };
    // fleet/journal/schema.sql
    journal_epochs: {
      provider_id: string;
      site_id: string;
      epoch: string;
      last_seq: Generated<number>;
      forked: Generated<boolean>;
      begun_at_ms: number;
      recalled: string | null;
      restored_seq: number | null;
    };
    journal_gaps: {
      provider_id: string;
      site_id: string;
      epoch: string;
      from_seq: number;
      to_seq: number;
      noticed_at_ms: number;
    };
    journal_records: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      kind: string | null;
      at_ms: number | null;
      clock: string | null;
      received_at_ms: number;
      raw: GeneratedAlways<unknown>;
      complaint: string | null;
    };
    passing_records: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      kind: string;
      at_ms: number;
      clock: string | null;
      received_at_ms: number;
      raw: GeneratedAlways<unknown>;
    };
    // fleet/link/schema.sql
    hub_processes: {
      process_id: string;
      seen_at_ms: number;
    };
    link_answers: {
      provider_id: string;
      site_id: string;
      request_id: string;
      answer: Fixed<Record<string, unknown>>;
      answered_at_ms: number;
    };
    site_absences: {
      provider_id: string;
      site_id: string;
      from_ms: number;
      until_ms: number;
    };
    site_calls: {
      provider_id: string;
      call_id: string;
      site_id: string;
      asked_by: string;
      asked_of: string;
      method: string;
      params: Fixed<unknown>;
      asked_at_ms: number;
      deadline_at_ms: number;
      cancelled: Generated<boolean>;
      answer: CallAnswer | null;
    };
    site_links: {
      provider_id: string;
      site_id: string;
      process_id: string | null;
      link_id: string | null;
      remote_address: string | null;
      connected_at_ms: number | null;
      disconnected_at_ms: number | null;
      last_heard_at_ms: number | null;
      connections: Generated<number>;
      protocol: number | null;
      agent_version: string | null;
      boot: number | null;
      epoch: string | null;
      last_seq: number | null;
      last_record_at_ms: number | null;
      last_record_received_at_ms: number | null;
      clock_quality: "synced" | "estimated" | "unknown" | null;
      damaged_records: Generated<number>;
      disk: "ok" | "refuses" | null;
      disk_since_ms: number | null;
      told_epoch: string | null;
      told_seq: number | null;
      router_standing: "ok" | "log-in" | "permissions" | "api" | null;
      router_since_ms: number | null;
      router_identity: string | null;
    };
    // fleet/releases/schema.sql
    release_channels: {
      channel: "stable" | "early";
      release_id: string | null;
      percent: number;
      paused: boolean;
      pause_reason: "by-hand" | "sites-failed" | "sites-lost" | null;
      watch_since_ms: number;
      updated_at_ms: number;
    };
    releases: {
      release_id: string;
      version: string;
      minimal_image: string;
      bytes: number;
      sha256: string;
      bundle: ColumnType<Buffer, Uint8Array, Uint8Array>;
      notes: string;
      uploaded_by: string;
      created_at_ms: number;
    };
    site_releases: {
      provider_id: string;
      site_id: string;
      channel: Generated<Channel>;
      goes_first: Generated<boolean>;
      pinned_release_id: string | null;
      given_release_id: string | null;
      given_exact: Generated<boolean>;
      given_at_ms: number | null;
      good_release_id: string | null;
      failed_release_id: string | null;
      failed_at_ms: number | null;
      outcome: "waiting" | "running" | "failed" | "refused" | "lost" | null;
      outcome_at_ms: number | null;
      outcome_why: string | null;
      failed_why: string | null;
    };
    // fleet/router-access/schema.sql
    router_access: {
      provider_id: string;
      site_id: string;
      port: number;
      user_name: string;
      password_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      changed_at_ms: number;
    };
    router_tests: {
      provider_id: string;
      site_id: string;
      test_id: string;
      host_id: string | null;
      port: number | null;
      user_name: string | null;
      password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      asked_at_ms: number;
      expires_at_ms: number;
      taken_at_ms: number | null;
      ended_at_ms: number | null;
      steps: readonly ToldTestStep[];
      router: TestedRouter | null;
    };
    // fleet/router-back-ups/schema.sql
    router_back_up_files: {
      provider_id: string;
      back_up_id: string;
      part: "binary" | "export";
      sha256: string;
      content: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    router_back_up_schedules: {
      provider_id: string;
      every: (typeof schedulePeriods)[number];
      kept: number;
      changed_at_ms: number;
      from_minute: number | null;
      until_minute: number | null;
    };
    router_back_up_site_schedules: {
      provider_id: string;
      site_id: string;
      every: (typeof schedulePeriods)[number];
      changed_at_ms: number;
    };
    router_back_ups: {
      provider_id: string;
      back_up_id: string;
      site_id: string;
      cause: (typeof backUpCauses)[number];
      state: (typeof backUpStates)[number];
      ordered_by: string | null;
      ordered_by_name: string;
      ordered_at_ms: number;
      expires_at_ms: number;
      tries: Generated<number>;
      held_by: string | null;
      held_until_ms: Generated<number>;
      next_at_ms: number;
      received_bytes: Generated<number>;
      ended_at_ms: number | null;
      why: string | null;
      board: string | null;
      version: string | null;
      serial: string | null;
      mark: string | null;
      key_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      binary_bytes: Generated<number>;
      export_bytes: Generated<number>;
      differences: number | null;
      causes: Generated<readonly Cause[]>;
    };
    router_restores: {
      provider_id: string;
      restore_id: string;
      site_id: string;
      back_up_id: string;
      before_id: string;
      state: (typeof restoreStates)[number];
      ordered_by: string;
      ordered_by_name: string;
      ordered_at_ms: number;
      held_by: string | null;
      held_until_ms: Generated<number>;
      next_at_ms: number;
      ticket_hash: string | null;
      ticket_until_ms: number | null;
      fetched_at_ms: number | null;
      sent_at_ms: number | null;
      ended_at_ms: number | null;
      why: string | null;
    };
    // fleet/router-health/schema.sql
    router_health: {
      provider_id: string;
      site_id: string;
      router_os: string | null;
      is_compared: boolean;
      findings: readonly SiteFinding[];
      told_at_ms: number;
    };
    router_policies: {
      provider_id: string;
      drift: "off" | "tell" | "repair";
      updated_at_ms: number;
    };
    // fleet/router-log-ins/schema.sql
    router_log_ins: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      at_ms: number;
      name: string;
      what: "accepted" | "refused" | "locked" | "began" | "ended";
      came_from: string | null;
      nas: string;
      received_at_ms: number;
      log_in_id: GeneratedAlways<string>;
    };
    router_passwords: {
      provider_id: string;
      password_id: string;
      site_id: string;
      name: string;
      level: "read" | "write" | "full";
      made_by: string;
      made_by_name: string;
      made_at_ms: number;
      expires_at_ms: number;
      ended_at_ms: number | null;
      ended_by_name: string | null;
      ended_how: "told" | "away" | "not-taken" | null;
      leaving: "ask" | "end" | null;
    };
    // fleet/router-orders/schema.sql
    router_bulks: {
      provider_id: string;
      bulk_id: string;
      action: Fixed<StoredAction>;
      password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      site_ids: Fixed<readonly string[]>;
      first: number;
      pause_on_failure: boolean;
      expires_in_seconds: number;
      state: "running" | "paused" | "stopped" | "done";
      begun: Generated<number>;
      failures_seen: Generated<number>;
      made_by: string;
      made_by_name: string;
      made_at_ms: number;
      ended_at_ms: number | null;
    };
    router_lanes: {
      provider_id: string;
      site_id: string;
      held_by: string | null;
      held_until_ms: Generated<number>;
      next_at_ms: number | null;
      budget_milli: number;
      budget_at_ms: number;
    };
    router_orders: {
      provider_id: string;
      order_id: string;
      site_id: string;
      bulk_id: string | null;
      kind: RouterActionKind;
      action: Fixed<StoredAction>;
      password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      ordered_by: string;
      ordered_by_name: string;
      state: "waiting" | "sent" | "done" | "differs" | "refused" | "undone" | "expired" | "unknown" | "cancelled";
      ordered_at_ms: number;
      expires_at_ms: number;
      sent_at_ms: number | null;
      times_sent: Generated<number>;
      answered_at_ms: number | null;
      why: string | null;
      row: RouterRow | null;
    };
    // fleet/router-services/schema.sql
    site_further_routers: {
      provider_id: string;
      site_id: string;
      own_address: string;
      agent_side: string;
      name: string;
      version: string;
      interfaces: string[];
      network: string | null;
      max_sessions: number | null;
      pado_delay_ms: number | null;
      radius_secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
      hotspot_ports: string[] | null;
      hotspot_network: string | null;
      next_secret_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      secret_wanted_at_ms: number | null;
      secret_sent_at_ms: number | null;
      secret_tries: Generated<number>;
      secret_next_at_ms: number | null;
      secret_held_until_ms: Generated<number>;
      secret_problem: FurtherSecretProblem | null;
      secret_changed_at_ms: number | null;
      claim_hash: string | null;
      claim_until_ms: number | null;
      fresh_key_hash: string | null;
      own_key_hash: string | null;
      heard_at_ms: number | null;
      secret_tried_at_ms: number | null;
    };
    site_router_services: {
      provider_id: string;
      site_id: string;
      chosen: RouterServices;
      changed_at_ms: number;
      snmp_user: string | null;
      snmp_authentication_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      snmp_encryption_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      emergency_password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    // fleet/router-upgrades/schema.sql
    router_upgrade_sites: {
      provider_id: string;
      upgrade_id: string;
      site_id: string;
      place: number;
      state: "waiting" | "backing-up" | "ordered" | "rebooting" | "watching" | "done" | "failed" | "left-out";
      from_version: string | null;
      back_up_id: string | null;
      order_id: string | null;
      since_ms: number;
      why: string | null;
    };
    router_upgrades: {
      provider_id: string;
      upgrade_id: string;
      channel: "long-term" | "stable";
      version: string;
      healthy_minutes: number;
      window_from_minute: number | null;
      window_until_minute: number | null;
      state: "running" | "paused" | "stopped" | "done";
      begun: Generated<number>;
      failures_seen: Generated<number>;
      made_by: string;
      made_by_name: string;
      made_at_ms: number;
      ended_at_ms: number | null;
    };
    // fleet/routers/schema.sql
    router_figures: {
      provider_id: string;
      site_id: string;
      epoch: string;
      seq: number;
      from_ms: number;
      from_stamped_ms: number;
      packed: string | null;
      samples: number;
      cpu_percent: number | null;
      cpu_percent_max: number | null;
      free_memory_mib: number | null;
      total_memory_mib: number | null;
      free_disk_mib: number | null;
      sessions: number | null;
      temperature_tenths: number | null;
      interfaces: readonly InterfaceHour[];
      received_at_ms: number;
    };
    router_log_lines: {
      provider_id: string;
      site_id: string;
      line_key: string;
      severity: "error" | "warning";
      topics: string;
      message: string;
      times: number;
      router_time: string;
      first_at_ms: number;
      last_at_ms: number;
    };
    router_log_sites: {
      provider_id: string;
      site_id: string;
      next_key: Generated<string>;
      more: Generated<number>;
      problem: ReadingProblem | null;
      asked_at_ms: number;
      errors_since_ms: number | null;
    };
    router_log_watches: {
      provider_id: string;
      is_on: boolean;
      topics: readonly string[];
      changed_at_ms: number;
    };
    router_proofs: {
      provider_id: string;
      site_id: string;
      version: string;
      board: string;
      kind: RouterProofKind;
      outcome: ProofOutcome;
      words: string | null;
      tried_at_ms: number;
    };
    router_readings: {
      provider_id: string;
      site_id: string;
      view: string;
      is_here: boolean;
      rows: readonly RouterRow[];
      total: number;
      read_at_ms: number;
      kept_at_ms: number;
      is_stale: Generated<boolean>;
      problem: string | null;
      problem_at_ms: number | null;
    };
    router_watches: {
      provider_id: string;
      site_id: string;
      until_ms: number;
      next_at_ms: number;
    };
    // fleet/secret-rotation/schema.sql
    site_secret_rotations: {
      provider_id: string;
      site_id: string;
      rotation_id: string;
      cause: RotationCause;
      serial: string;
      radius_secret_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      api_password_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      wanted_at_ms: number;
      sent_at_ms: number | null;
      tries: Generated<number>;
      next_at_ms: number | null;
      held_until_ms: Generated<number>;
      problem: RotationProblem | null;
      why: string | null;
      done_at_ms: number | null;
    };
    // fleet/set-up/schema.sql
    site_scripts: {
      provider_id: string;
      site_id: string;
      serial: string;
      facts: RouterFacts;
      choices: SetUpChoices;
      enrol_token_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      radius_secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      api_password_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
      back_up_key_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    site_set_ups: {
      provider_id: string;
      site_id: string;
      token_hash: string;
      token_expires_at_ms: number;
      begun_at_ms: number;
      template: SetUpChoices | null;
      serial: string | null;
      public_key: string | null;
      resume_hash: string | null;
      claimed_at_ms: number | null;
      other_router_at_ms: number | null;
      facts: RouterFacts | null;
      facts_at_ms: number | null;
      chosen_at_ms: number | null;
      cancelled_at_ms: number | null;
      steps: Generated<StepStates>;
      image_sent_bytes: Generated<number>;
      image_bytes: number | null;
    };
    // fleet/site-import/schema.sql
    site_import_columns: {
      provider_id: string;
      header: string;
      meaning: Meaning;
      chosen_at_ms: number;
    };
    // fleet/site-templates/schema.sql
    site_templates: {
      provider_id: string;
      template_id: string;
      name: string;
      region: string | null;
      district: string | null;
      interim_seconds: number;
      auto_log_in: boolean;
      choices: Fixed<SetUpChoices | null>;
      made_at_ms: number;
    };
    // fleet/sites/schema.sql
    sites: {
      provider_id: string;
      site_id: string;
      name: string;
      region: string | null;
      district: string | null;
      latitude: number | null;
      longitude: number | null;
      interim_seconds: number;
      auto_log_in: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
      address: string | null;
      note: string | null;
    };
    // fleet/tunnel/schema.sql
    wireguard_hub: {
      only_row: Generated<boolean>;
      public_key: string;
      private_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
    };
    wireguard_peers: {
      provider_id: string;
      site_id: string;
      address: string;
      public_key: string | null;
      next_public_key: string | null;
      made_at_ms: number;
      rotated_at_ms: number | null;
      last_handshake_at_ms: number | null;
      received_bytes: Generated<number>;
      sent_bytes: Generated<number>;
      counted_received_bytes: Generated<number>;
      counted_sent_bytes: Generated<number>;
      endpoint: string | null;
      measured_at_ms: number | null;
      counted_by: string | null;
    };
    // ground/events/schema.sql
    event_counters: {
      provider_id: string;
      last_seq: number;
    };
    events: {
      provider_id: string;
      seq: number;
      at_ms: number;
      topic: string;
      id: string;
      action: string;
    };
    // ground/feed/schema.sql
    feed_applied: {
      provider_id: string;
      site_id: string;
      scope: string;
      version: number;
      at_ms: number;
    };
    feed_rows: {
      provider_id: string;
      scope: string;
      kind: string;
      key: string;
      version: number;
      body: GeneratedAlways<unknown>;
      changed_at_ms: number;
      restored_version: number | null;
    };
    feed_scopes: {
      provider_id: string;
      scope: string;
      version: number;
      horizon: Generated<number>;
    };
    // ground/http/schema.sql
    idempotent_answers: {
      provider_id: string;
      route: string;
      idempotency_key: string;
      request_hash: string;
      status: number | null;
      answer_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      begun_at_ms: number;
    };
    // ground/jobs/schema.sql
    dead_jobs: {
      job_id: string;
      name: string;
      queue: string;
      data: Fixed<object>;
      error: string | null;
      tries: number;
      created_at_ms: number;
      died_at_ms: number;
    };
    job_counts: {
      name: string;
      hour_ms: number;
      done: Generated<number>;
      failed: Generated<number>;
      dead: Generated<number>;
      busy_ms: Generated<number>;
    };
    job_outbox: {
      job_id: string;
      seq: GeneratedAlways<number>;
      name: string;
      data: Fixed<object>;
      singleton_key: string | null;
      run_at_ms: number;
      tries: Generated<number>;
      state: Generated<"waiting" | "held" | "moving" | "running" | "dead">;
      taken_at_ms: number | null;
      last_error: string | null;
      created_at_ms: number;
    };
    // ground/mail/schema.sql
    letter_days: {
      to_hash: string;
      cause: string;
      day_at_ms: number;
      letters: number;
    };
    mail_outbox: {
      provider_id: string;
      mail_id: string;
      to_address: string;
      subject: string;
      body_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      state: "waiting" | "sent" | "failed";
      tries: Generated<number>;
      last_error: string | null;
      created_at_ms: number;
      sent_at_ms: number | null;
      unsubscribe_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      attachment_sealed: ColumnType<Buffer | null, Uint8Array | null, never>;
      attachment_name: Fixed<string | null>;
      attachment_type: Fixed<string | null>;
      from_name: string | null;
      from_provider: Generated<boolean>;
    };
    mail_servers: {
      provider_id: string;
      host: string;
      port: number;
      login: string;
      password_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      from_address: string;
      changed_at_ms: number;
    };
    // ground/quotas/schema.sql
    provider_quotas: {
      provider_id: string;
      kind: string;
      limit_value: number | null;
      changed_at_ms: number;
      plan_limit: number | null;
    };
    quota_days: {
      provider_id: string;
      kind: string;
      day_at_ms: number;
      used: number;
      reached_at_ms: number | null;
    };
    shared_tries: {
      provider_id: string;
      kind: string;
      subject: string;
      remaining: number;
      at_ms: number;
    };
    // ground/restores/schema.sql
    restores: {
      generation: string;
      back_up_at_ms: number;
      restored_at_ms: number;
    };
    // ground/secrets/schema.sql
    party_secret: {
      only_row: Generated<boolean>;
      secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
    };
    // identity/api-tokens/schema.sql
    api_tokens: {
      provider_id: string;
      token_id: string;
      user_id: string;
      name: string;
      token_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      scopes: string[];
      expires_at_ms: number;
      last_used_at_ms: number | null;
      revoked_at_ms: number | null;
      created_at_ms: number;
      updated_at_ms: number;
    };
    // identity/audit/schema.sql
    audit: {
      provider_id: string;
      audit_id: string;
      at_ms: number;
      user_id: string | null;
      action: string;
      target: string | null;
      request_id: string | null;
      detail: Fixed<Record<string, unknown>>;
      via: Fixed<string | null>;
    };
    audit_readings: {
      provider_id: string;
      reader_key: string;
      slot_ms: number;
      audit_id: string;
      readings: number;
      last_at_ms: number;
    };
    // identity/credentials/schema.sql
    login_failures: {
      subject: string;
      account_hash: string | null;
      failures: number;
      last_at_ms: number;
      alerted_at_ms: number | null;
    };
    login_places: {
      provider_id: string;
      user_id: string;
      kind: "address" | "device";
      place: string;
      last_at_ms: number;
    };
    logins: {
      provider_id: string;
      login_id: string;
      user_id: string;
      token_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      token_expires_at_ms: number;
      refresh_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      previous_refresh_hash: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      refresh_expires_at_ms: number;
      refreshed_at_ms: number;
      created_at_ms: number;
      in_browser: Generated<boolean>;
      family_id: string | null;
      factor_at_ms: number | null;
      cut_at_ms: number | null;
      radius_at_ms: number | null;
      browser: string | null;
      used_at_ms: number | null;
    };
    mailed_tokens: {
      provider_id: string;
      token_id: string;
      kind: "password-reset" | "invitation" | "sign-up" | "sign-up-invitation";
      token_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      email: string;
      user_id: string | null;
      detail: Record<string, unknown>;
      created_by: string | null;
      created_at_ms: number;
      expires_at_ms: number;
      used_at_ms: number | null;
    };
    spent_refreshes: {
      provider_id: string;
      refresh_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      login_id: string;
      spent_at_ms: number;
    };
    tab_tokens: {
      provider_id: string;
      token_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      login_id: string;
      expires_at_ms: number;
    };
    // identity/radius/schema.sql
    console_radius: {
      provider_id: string;
      host: string | null;
      site_id: string | null;
      port: number;
      secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      names: "address" | "before-at";
      roles: string[];
      role_attribute: "class" | "filterId" | "mikrotikGroup" | null;
      role_map: MappedRole[];
      changed_at_ms: number;
      asked_at_ms: number | null;
      outcome: string | null;
      confirmed: Readonly<Record<string, readonly string[]>>;
      server_at_ms: number;
    };
    // identity/roles/schema.sql
    roles: {
      provider_id: string;
      role_id: string;
      name: string;
      permissions: string[];
      created_at_ms: number;
      updated_at_ms: number;
    };
    second_factor_roles: {
      provider_id: string;
      role: string;
      since_ms: number;
    };
    // identity/support-access/schema.sql
    impersonations: {
      provider_id: string;
      impersonation_id: string;
      admin_user_id: string;
      admin_name: string;
      admin_email: string;
      reason: string;
      read_only: boolean;
      token_hash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      started_at_ms: number;
      expires_at_ms: number;
      ended_at_ms: number | null;
      login_id: string | null;
    };
    // identity/users/schema.sql
    users: {
      provider_id: string;
      user_id: string;
      email: string;
      name: string;
      role: string;
      password_hash: string;
      active: boolean;
      failed_logins: Generated<number>;
      locked_until_ms: number | null;
      last_login_at_ms: number | null;
      created_at_ms: number;
      updated_at_ms: number;
      totp_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      totp_begun_at_ms: number | null;
      totp_confirmed: Generated<boolean>;
      totp_last_step: number | null;
      recovery_hashes: Generated<string[]>;
      address_elsewhere: Generated<boolean>;
      address_proved: Generated<boolean>;
    };
    // messaging/schema.sql
    message_consents: {
      provider_id: string;
      consent_id: string;
      to_hash: Party;
      to_masked: string;
      customer_id: string | null;
      channel: "sms" | "whatsapp" | "email";
      class: "service" | "marketing";
      allowed: boolean;
      how: "reply" | "link" | "staff" | "customer";
      who: string;
      said: string | null;
      at_ms: number;
    };
    message_events: {
      provider_id: string;
      event_key: string;
      message_id: string;
      customer_id: string | null;
      at_ms: number;
    };
    message_months: {
      provider_id: string;
      month: string;
      cost_millicents: number;
    };
    message_rules: {
      provider_id: string;
      quiet_from_minute: number;
      quiet_until_minute: number;
      marketing_from_minute: number;
      marketing_until_minute: number;
      way_out: string;
      part_price_millicents: number;
      month_cap_cents: number | null;
      reminder_days: readonly number[];
      reminder_minute: number;
      reminds_by_sms: boolean;
      reminds_by_email: boolean;
      notices: boolean;
      grant_notices_hours: number | null;
    };
    message_senders: {
      provider_id: string;
      sender_id: string;
      kind: "africastalking" | "advanta" | "twilio" | "whatsapp";
      name: string;
      keys_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      hook_token_hash: string;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
    };
    message_templates: {
      provider_id: string;
      template: string;
      locale: Locale;
      words: string;
      whatsapp_name: string | null;
      whatsapp_values: readonly string[] | null;
      changed_by: string;
      changed_at_ms: number;
    };
    messages: {
      provider_id: string;
      message_id: string;
      event_key: string;
      template: string;
      to_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      to_hash: Party;
      to_masked: string;
      text_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      sender_id: string | null;
      state: "waiting" | "sending" | "accepted" | "delivered" | "failed" | "unknown" | "skipped";
      remote_id: string | null;
      problem: string | null;
      tries: Generated<number>;
      doubts: Generated<number>;
      created_at_ms: number;
      changed_at_ms: number;
      class: Generated<"receipt" | "service" | "marketing">;
      channel: Generated<"sms" | "whatsapp" | "email">;
      customer_id: string | null;
      is_hash: Generated<boolean>;
      values_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      parts: number | null;
      cost_millicents: number | null;
      cost_currency: string | null;
      cost_told: Generated<boolean>;
    };
    opt_out_links: {
      provider_id: string;
      token_hash: string;
      to_hash: Party;
      to_masked: string;
      customer_id: string | null;
      created_at_ms: number;
    };
    whatsapp_windows: {
      provider_id: string;
      to_hash: Party;
      until_ms: number;
    };
    // modules/domains/schema.sql
    provider_domains: {
      provider_id: string;
      domain_id: string;
      host: string;
      token: string;
      state: "waiting" | "proved" | "lost" | "shut";
      proved_at_ms: number | null;
      lost_at_ms: number | null;
      checked_at_ms: number | null;
      created_at_ms: number;
    };
    // modules/group-messages/schema.sql
    group_messages: {
      provider_id: string;
      group_id: string;
      class: "service" | "marketing";
      words: string;
      who: Fixed<GroupWho>;
      count: number;
      state: "sending" | "stopped" | "done";
      made_by: string;
      idempotency_key: string;
      made_at_ms: number;
      changed_at_ms: number;
    };
    group_recipients: {
      provider_id: string;
      group_id: string;
      customer_id: string;
      state: "waiting" | "queued" | "skipped";
    };
    // modules/installations/schema.sql
    installation_numbers: {
      provider_id: string;
      last: number;
    };
    installation_pictures: {
      provider_id: string;
      picture_id: string;
      installation_id: string;
      who: string;
      media_type: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, never>;
      width: number;
      height: number;
      at_ms: number;
    };
    installations: {
      provider_id: string;
      installation_id: string;
      number: number;
      state: "lead" | "planned" | "working" | "done" | "cancelled";
      name: string;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phone_masked: string | null;
      latitude: number | null;
      longitude: number | null;
      place_note: string | null;
      plan_id: string | null;
      site_id: string | null;
      source: string | null;
      note: string | null;
      visit_from_ms: number | null;
      visit_until_ms: number | null;
      assigned_to: string | null;
      checklist: CheckItem[];
      cancel_reason: string | null;
      customer_id: string | null;
      account_id: string | null;
      subscription_id: string | null;
      made_by: string;
      created_at_ms: number;
      changed_at_ms: number;
      ended_at_ms: number | null;
      phone_hash: Party | null;
    };
    // modules/operator-tunnels/schema.sql
    operator_tunnel_sites: {
      provider_id: string;
      tunnel_id: string;
      site_id: string;
    };
    operator_tunnels: {
      provider_id: string;
      tunnel_id: string;
      user_id: string;
      login_id: string;
      password_mark: string;
      name: string;
      address: string;
      public_key: string;
      made_at_ms: number;
      expires_at_ms: number;
      ended_at_ms: number | null;
      last_handshake_at_ms: number | null;
      endpoint: string | null;
    };
    // modules/outage-notices/schema.sql
    outage_notices: {
      provider_id: string;
      outage_id: string;
      customer_id: string;
      phase: "down" | "back";
      state: "waiting" | "sent" | "skipped";
      at_ms: number;
    };
    outage_rules: {
      provider_id: string;
      mode: "off" | "ask" | "auto";
      after_minutes: number;
      tells_back: boolean;
      quiet_from_minute: number | null;
      quiet_until_minute: number | null;
      per_minute: number;
    };
    outage_wishes: {
      provider_id: string;
      customer_id: string;
      wished: boolean;
      how: string;
      since_ms: number;
    };
    outages: {
      provider_id: string;
      outage_id: string;
      site_id: string;
      kind: "outage" | "maintenance";
      state: "found" | "told" | "dismissed" | "over" | "cancelled";
      since_ms: number;
      until_ms: number | null;
      words: string | null;
      decided_by: string | null;
      made_at_ms: number;
      changed_at_ms: number;
    };
    // modules/platform-billing/schema.sql
    platform_charges: {
      provider_id: string;
      period: number;
      plan_id: string;
      plan_name: string;
      amount_cents: number;
      currency: string;
      every_months: number;
      from_ms: number;
      until_ms: number;
      due_at_ms: number;
      invoice_id: string;
      created_at_ms: number;
    };
    platform_notices: {
      provider_id: string;
      period: number;
      ordinal: number;
      sent_at_ms: number;
      waived_ms: Generated<number>;
    };
    platform_plans: {
      provider_id: string;
      plan_id: string;
      name: string;
      price_cents: number;
      currency: string;
      every_months: number;
      trial_days: number;
      limits: PlanLimits;
      active: boolean;
      for_new: boolean;
      created_at_ms: number;
      updated_at_ms: number;
    };
    platform_subscriptions: {
      provider_id: string;
      plan_id: string;
      next_plan_id: string | null;
      anchor_ms: number;
      every_months: number;
      utc_offset_minutes: number;
      created_at_ms: number;
      ended_at_ms: number | null;
    };
    // modules/stock/schema.sql
    stock_balances: {
      provider_id: string;
      kind_id: string;
      place: string;
      quantity: number;
    };
    stock_items: {
      provider_id: string;
      item_id: string;
      kind_id: string;
      serial: string;
      serial_key: string;
      place: string;
      holding: "own" | "lent" | "sold" | "lost";
      customer_id: string | null;
      installation_id: string | null;
      asked_back_ms: number | null;
      received_at_ms: number;
      changed_at_ms: number;
    };
    stock_kinds: {
      provider_id: string;
      kind_id: string;
      name: string;
      has_serials: boolean;
      unit: string;
      active: boolean;
      created_at_ms: number;
    };
    stock_movements: {
      provider_id: string;
      movement_id: string;
      kind_id: string;
      item_id: string | null;
      quantity: number;
      from_place: string;
      to_place: string;
      why: "received" | "moved" | "taken" | "lent" | "sold" | "returned" | "lost" | "found" | "used";
      note: string | null;
      who: string;
      user_id: string | null;
      at_ms: number;
    };
    stock_stores: {
      provider_id: string;
      store_id: string;
      name: string;
      active: boolean;
      created_at_ms: number;
    };
    // modules/takeover/schema.sql
    takeovers: {
      provider_id: string;
      takeover_id: string;
      site_id: string;
      source: Source;
      state: "applied" | "switched" | "withdrawn";
      totals: Fixed<TakeoverTotal>;
      plan_ids: Fixed<string[]>;
      utc_offset_minutes: number;
      started_by: string;
      created_at_ms: number;
      switched_at_ms: number | null;
      back_until_ms: number | null;
      ended_at_ms: number | null;
      readiness: Readiness | null;
      settled_at_ms: number | null;
      settle_asked_at_ms: number | null;
      withdrawing_until_ms: number | null;
      withdrawing_off: string[] | null;
      shadow: "runs" | "rests" | null;
    };
    // modules/takeover/customers/schema.sql
    customer_column_choices: {
      provider_id: string;
      header_hash: string;
      columns: readonly (string | null)[];
      date_order: "day-first" | "month-first" | null;
      chosen_at_ms: number;
    };
    customer_takeover_lines: {
      provider_id: string;
      takeover_id: string;
      line: number;
      customer_id: string;
      made_customer: boolean;
      account_id: string | null;
      subscription_id: string | null;
      entry_id: string | null;
    };
    customer_takeovers: {
      provider_id: string;
      takeover_id: string;
      source: CustomerSource;
      state: "done" | "undone";
      totals: Fixed<Totals>;
      done_by: string;
      done_at_ms: number;
      undone_by: string | null;
      undone_at_ms: number | null;
      plan_ids: ColumnType<string[], string[] | undefined, never>;
    };
    // modules/tickets/schema.sql
    canned_answers: {
      provider_id: string;
      canned_id: string;
      name: string;
      text: string;
      created_at_ms: number;
    };
    ticket_entries: {
      provider_id: string;
      entry_id: string;
      ticket_id: string;
      kind: "message" | "answer" | "note" | "change";
      who: string;
      user_id: string | null;
      text: string;
      what: string | null;
      ways: Fixed<AnswerWay[] | null>;
      at_ms: number;
    };
    ticket_numbers: {
      provider_id: string;
      last: number;
    };
    ticket_pictures: {
      provider_id: string;
      picture_id: string;
      ticket_id: string;
      who: string;
      media_type: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, never>;
      width: number;
      height: number;
      is_internal: boolean;
      at_ms: number;
    };
    ticket_rules: {
      provider_id: string;
      work_days: number[];
      from_minute: number;
      until_minute: number;
      targets: Targets;
    };
    tickets: {
      provider_id: string;
      ticket_id: string;
      number: number;
      subject: string;
      kind: "connection" | "speed" | "payment" | "account" | "equipment" | "other";
      priority: "low" | "normal" | "high" | "urgent";
      state: "open" | "reopened" | "waiting" | "solved" | "closed";
      customer_id: string | null;
      site_id: string | null;
      account_id: string | null;
      opened_by: "customer" | "staff" | "karibu";
      opened_by_name: string;
      assigned_to: string | null;
      about: string | null;
      answer_due_ms: number;
      answered_at_ms: number | null;
      answer_work_ms: number | null;
      running_since_ms: number | null;
      spent_ms: Generated<number>;
      solve_due_ms: number | null;
      solved_at_ms: number | null;
      closed_at_ms: number | null;
      created_at_ms: number;
      changed_at_ms: number;
    };
    // modules/venues/schema.sql
    venue_accruals: {
      provider_id: string;
      entry_id: string;
      venue_id: string;
      site_id: string;
      plan_id: string | null;
      sale_cents: number;
      share_cents: number;
      currency: string;
      at_ms: number;
    };
    venue_pay_outs: {
      provider_id: string;
      pay_out_id: string;
      venue_id: string;
      amount_cents: number;
      currency: string;
      method: "cash" | "mpesa";
      reference: string | null;
      paid_from: string;
      entry_id: string;
      paid_by: string;
      idempotency_key: string;
      paid_at_ms: number;
    };
    venue_progress: {
      provider_id: string;
      looked_until_ms: number;
    };
    venue_shares: {
      provider_id: string;
      share_id: string;
      venue_id: string;
      site_id: string;
      plan_id: string | null;
      permille: number;
      from_ms: number;
      until_ms: number | null;
    };
    venues: {
      provider_id: string;
      venue_id: string;
      name: string;
      name_key: string;
      phone: string | null;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
    };
    // modules/webhooks/schema.sql
    webhook_cursors: {
      provider_id: string;
      seq: number;
    };
    webhook_deliveries: {
      provider_id: string;
      delivery_id: string;
      webhook_id: string;
      event: string;
      body_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      state: "waiting" | "delivered" | "failed";
      tries: Generated<number>;
      status: number | null;
      problem: string | null;
      created_at_ms: number;
      changed_at_ms: number;
      event_key: Fixed<string | null>;
    };
    webhook_facts: {
      provider_id: string;
      event: BusinessEvent;
      thing: string;
    };
    webhooks: {
      provider_id: string;
      webhook_id: string;
      name: string;
      url_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      host: string;
      secret_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      active: boolean;
      failing_since_ms: number | null;
      created_at_ms: number;
      updated_at_ms: number;
      events: Generated<readonly BusinessEvent[]>;
      switched_off_at_ms: number | null;
    };
    // money/callbacks/schema.sql
    booked_spool_records: {
      record_id: string;
      booked_at_ms: number;
    };
    unmatched_callbacks: {
      unmatched_id: string;
      path: string;
      reason: string;
      remote_address: string | null;
      received_at_ms: number;
      body_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    // money/cash-sales/schema.sql
    cash_sales: {
      provider_id: string;
      site_id: string;
      sale_id: string;
      seller_id: string;
      plan_id: string | null;
      plan_name: string;
      price_cents: number;
      commission_cents: number;
      currency: string;
      grant_id: string;
      code_end: string;
      sold_at_ms: number;
      epoch: string;
      seq: number;
      received_at_ms: number;
      entry_id: string | null;
      code: string | null;
      terms: Fixed<Terms | null>;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phone_hash: Party | null;
      phone_masked: string | null;
      disabled_at_ms: number | null;
      promotion_id: Fixed<string | null>;
      discount_cents: ColumnType<number, number | undefined, never>;
    };
    // money/channel-health/schema.sql
    channel_circuits: {
      provider_id: string;
      channel_id: string;
      failures: number;
      problem: string;
      failed_at_ms: number;
      opened_at_ms: number | null;
      open_until_ms: number | null;
    };
    channel_troubles: {
      provider_id: string;
      channel_id: string;
      kind: "fails-customers" | "list-refused";
      reason: ChannelTrouble["reason"];
      said: string;
      since_ms: number;
    };
    // money/channel-tokens/schema.sql
    channel_tokens: {
      provider_id: string;
      app: string;
      token_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      ends_at_ms: Generated<number>;
      lease_until_ms: Generated<number>;
    };
    // money/channels/schema.sql
    channel_calls: {
      provider_id: string;
      call_id: string;
      channel_id: string;
      kind: "status" | "reversal" | "payout" | "balance" | "payout-status";
      secret_hash: string;
      subject: string;
      state: "sending" | "accepted" | "refused" | "late" | "done";
      conversation_id: string | null;
      answer: string | null;
      result_code: string | null;
      asked_at_ms: number;
      done_at_ms: number | null;
      initiator_version: Generated<number>;
    };
    channels: {
      provider_id: string;
      channel_id: string;
      kind: string;
      name: string;
      shortcode: string;
      environment: "sandbox" | "production";
      keys_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      hook_token_hash: string;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      store_number: string | null;
      settings: Generated<ChannelSettings>;
      password_set_at_ms: number | null;
      keys_checked_at_ms: number | null;
      keys_problem: string | null;
      password_reminded_at_ms: number | null;
      initiator_version: Generated<number>;
      initiator_code: string | null;
      initiator_problem: string | null;
      initiator_stopped_at_ms: number | null;
      initiator_proved_at_ms: number | null;
      notice_token_hash: string;
      keys_entered_at_ms: Generated<number>;
      request_accepted_at_ms: number | null;
    };
    hook_tokens: {
      provider_id: string;
      channel_id: string;
      use: "push" | "confirmation";
      token_hash: string;
      made_at_ms: number | null;
      replaced_at_ms: number | null;
      last_at_ms: number | null;
    };
    site_channels: {
      provider_id: string;
      site_id: string;
      channel_id: string;
    };
    // money/claims/schema.sql
    message_addresses: {
      provider_id: string;
      channel_id: string;
      token_hash: string;
      token_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
      replaced_at_ms: number | null;
      last_at_ms: number | null;
    };
    payment_claims: {
      provider_id: string;
      claim_id: string;
      receipt: string | null;
      phone_hash: Party | null;
      phone_masked: string | null;
      site_id: string | null;
      user_id: string | null;
      purchase_id: string | null;
      state: "open" | "asked" | "settled" | "refused";
      outcome: string | null;
      created_at_ms: number;
      changed_at_ms: number;
      amount_cents: number | null;
      seen_at_ms: number | null;
      turned_down_reason: string | null;
      turned_down_by: string | null;
      turned_down_at_ms: number | null;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      linked_receipt: string | null;
      times: Generated<number>;
      said_at_ms: number | null;
    };
    sim_inboxes: {
      provider_id: string;
      site_id: string;
      channel_id: string;
      sender: string;
      since_ms: number;
      state: string | null;
      state_at_ms: number | null;
      last_at_ms: number | null;
    };
    // money/corrections/schema.sql
    corrections: {
      provider_id: string;
      correction_id: string;
      idempotency_key: string;
      kind: "move-receipt" | "take-back-top-up" | "pay-out-credit" | "settle-debt" | "settle-debt-from-credit" | "write-off-debt";
      state: "asked" | "done" | "refused";
      amount_cents: number;
      currency: string;
      party: Party;
      phone_masked: string | null;
      to_party: Party | null;
      to_phone_masked: string | null;
      rail: string | null;
      receipt: string | null;
      top_up_entry_id: string | null;
      reason: string;
      entry_id: string | null;
      asked_by: string;
      approved_by: string | null;
      refused_by: string | null;
      created_at_ms: number;
      changed_at_ms: number;
      purchase_id: string | null;
    };
    // money/documents/schema.sql
    document_charges: {
      provider_id: string;
      charge_id: string;
      cause: string;
      customer_id: string | null;
      party: Party | null;
      customer_name: string;
      currency: string;
      total_cents: number;
      lines: Fixed<readonly ChargeLine[]>;
      entry_id: string | null;
      at_ms: number;
      state: "waiting" | "documented" | "not-wanted" | "nothing-to-credit";
      document_id: string | null;
    };
    document_counters: {
      provider_id: string;
      kind: DocumentKind | "fiscal";
      fiscal_year: number;
      next_number: number;
    };
    document_links: {
      provider_id: string;
      token_hash: string;
      document_id: string;
      language: "en" | "sw";
      expires_at_ms: number;
      made_by: string;
      made_at_ms: number;
    };
    documents: {
      provider_id: string;
      document_id: string;
      kind: "tax-invoice" | "credit-note" | "receipt" | "sales-summary";
      fiscal_year: number;
      number: number;
      number_text: string;
      refers_to: string | null;
      reason: string | null;
      cause: string | null;
      customer_id: string | null;
      party: Party | null;
      customer_name: string | null;
      customer_pin: string | null;
      seller: Fixed<Seller>;
      lines: Fixed<readonly DocumentLine[]>;
      currency: string;
      net_cents: number;
      excise_cents: number;
      vat_cents: number;
      total_cents: number;
      supplied_on: string;
      issued_on: string;
      issued_at_ms: number;
      issued_by: string;
    };
    summarised_sales: {
      provider_id: string;
      site_id: string;
      currency: string;
      from_ms: number;
    };
    // money/evidence/schema.sql
    evidence: {
      provider_id: string;
      evidence_id: string;
      channel_id: string;
      purchase_id: string | null;
      source: string;
      natural_key: string;
      body_hash: string;
      remote_address: string | null;
      received_at_ms: number;
      state: "new" | "parked" | "done" | "unmatched";
      outcome: string | null;
      receipt: string | null;
      seen_at_ms: number | null;
      tries: Generated<number>;
      kept_body_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    evidence_bodies: {
      provider_id: string;
      received_at_ms: number;
      evidence_id: string;
      body_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    repeated_evidence: {
      provider_id: string;
      source: string;
      natural_key: string;
      body_hash: string;
      first_again_at_ms: number;
    };
    unread_evidence: {
      provider_id: string;
      source: string;
      what: string;
      times: Generated<number>;
      evidence_id: string | null;
      first_at_ms: number;
      last_at_ms: number;
      seen_at_ms: number | null;
    };
    // money/expenses/schema.sql
    expenses: {
      provider_id: string;
      expense_id: string;
      idempotency_key: string;
      category: string;
      payee: string | null;
      note: string | null;
      paid_from: string;
      amount_cents: number;
      currency: string;
      spent_on: ColumnType<Date, string, string>;
      entry_id: string;
      voided_entry_id: string | null;
      created_by: string;
      created_at_ms: number;
      short_cents: Generated<number>;
      looked_at_ms: number | null;
      looked_note: string | null;
      reference: string | null;
    };
    // money/fiscal/schema.sql
    fiscal_submissions: {
      provider_id: string;
      document_id: string;
      number_text: string;
      authority: "etims" | "efris";
      sequence: number;
      data: Fixed<FiscalDocument>;
      state: "waiting" | "accepted" | "refused";
      tries: Generated<number>;
      reason: string | null;
      control_unit: string | null;
      fiscal_number: string | null;
      signature: string | null;
      qr_text: string | null;
      typed_by: string | null;
      answered_at_ms: number | null;
      made_at_ms: number;
      changed_at_ms: number;
      told_number: number | null;
      answer: string | null;
      told_by: string | null;
    };
    tax_devices: {
      provider_id: string;
      authority: "etims" | "efris";
      tax_pin: string;
      branch: string;
      environment: "sandbox" | "production";
      serial: string;
      key_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      control_unit: string;
      next_number: Generated<number>;
      busy_until_ms: Generated<number>;
      opened_at_ms: number;
    };
    tax_items: {
      provider_id: string;
      item_code: string;
      number: number;
      told_as: string | null;
    };
    // money/invoices/schema.sql
    invoice_counters: {
      provider_id: string;
      next_number: number;
    };
    invoices: {
      provider_id: string;
      invoice_id: string;
      number: number;
      idempotency_key: string;
      customer_name: string;
      party: Party | null;
      purchase_id: string | null;
      lines: Fixed<readonly InvoiceLine[]>;
      total_cents: number;
      currency: string;
      state: "issued" | "paid" | "void";
      due_on: ColumnType<Date | null, string | null, string | null>;
      entry_id: string | null;
      created_by: string;
      created_at_ms: number;
      changed_at_ms: number;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, never>;
      phone_masked: Fixed<string | null>;
    };
    // money/ledger/schema.sql
    credit_holds: {
      provider_id: string;
      purchase_id: string;
      party: Party;
      currency: string;
      amount_cents: number;
    };
    float_limits: {
      provider_id: string;
      user_id: string;
      credit_cents: number;
    };
    ledger_entries: {
      provider_id: string;
      entry_id: string;
      entry_key: string;
      kind: string;
      purchase_id: string | null;
      at_ms: number;
    };
    ledger_postings: {
      provider_id: string;
      entry_id: string;
      line: number;
      account: string;
      party: Party | null;
      currency: string;
      amount_cents: number;
    };
    money_received: {
      provider_id: string;
      entry_id: string;
      currency: string;
      at_ms: number;
      amount_cents: number;
      channel_id: string;
      taken_by: string | null;
      kind: "purchase" | "voucher" | "subscription" | "invoice" | "credit" | "deposit" | "debt" | "unmatched";
      movement: "received" | "refunded" | "returned" | "disproved" | "corrected";
      state: "proved" | "told" | "entered";
      site_id: string;
      purchase_id: string | null;
      rail: string | null;
      receipt: string | null;
    };
    // money/matching/schema.sql
    invoice_prompts: {
      provider_id: string;
      prompt_id: string;
      invoice_id: string | null;
      channel_id: string;
      idempotency_key: string;
      secret_hash: string;
      account_number: string;
      phone_hash: Party;
      phone_masked: string;
      amount_cents: number;
      currency: string;
      state: "sending" | "prompted" | "paid" | "failed" | "unknown";
      reason: FailureReason | null;
      request_id: string | null;
      receipt: string | null;
      is_found: Generated<boolean>;
      is_doubtful: Generated<boolean>;
      asked_by: string;
      created_at_ms: number;
      changed_at_ms: number;
      subscription_id: string | null;
      reference: string | null;
      redirect_url: string | null;
      questions: Generated<number>;
      renews_from_ms: number | null;
    };
    pay_accounts: {
      provider_id: string;
      account_key: string;
      account_number: string;
      kind: "customer" | "site" | "order";
      party: Party | null;
      phone_hash: Party | null;
      customer_id: string | null;
      site_id: string | null;
      plan_id: string | null;
      invoice_id: string | null;
      active: Generated<boolean>;
      created_at_ms: number;
    };
    pay_number_counters: {
      provider_id: string;
      next_number: number;
    };
    // money/paper-sales/schema.sql
    voucher_sales: {
      provider_id: string;
      batch_id: string;
      serial: number;
      how: "used" | "handed-out" | "reseller" | "declared" | "refunded";
      site_id: string | null;
      sold_at_ms: number;
      epoch: string | null;
      seq: number | null;
      booked_at_ms: number;
      price_cents: number;
      currency: string;
      entry_id: string;
    };
    // money/payment-links/schema.sql
    payment_links: {
      provider_id: string;
      link_id: string;
      token_hash: string;
      customer_id: string | null;
      subscription_id: string | null;
      invoice_id: string | null;
      amount_cents: number | null;
      expires_at_ms: number;
      revoked_at_ms: number | null;
      created_at_ms: number;
    };
    // money/promotions/schema.sql
    promotion_rules: {
      provider_id: string;
      floor_cents: number;
      updated_at_ms: number;
    };
    promotion_uses: {
      provider_id: string;
      purchase_id: string;
      promotion_id: string;
      party: Party | null;
      day: number;
      state: "reserved" | "used" | "given-back";
      discount_cents: number;
      currency: string;
      at_ms: number;
    };
    promotions: {
      provider_id: string;
      promotion_id: string;
      name: string;
      gift: Gift;
      code: string | null;
      from_ms: number | null;
      until_ms: number | null;
      hours: Promotion["hours"];
      plan_ids: string[];
      site_ids: string[];
      audience: "everyone" | "new" | "known";
      uses_max: number | null;
      per_phone_max: number | null;
      per_day_max: number | null;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
      deleted_at_ms: number | null;
    };
    // money/proofs/schema.sql
    proved_answers: {
      provider_id: string;
      channel_id: string;
      source: "transaction-status" | "pull";
      receipt: string;
      proved_at_ms: number;
    };
    // money/purchases/schema.sql
    purchases: {
      provider_id: string;
      purchase_id: string;
      channel_id: string;
      site_id: string;
      plan_id: string;
      plan_name: string;
      terms: Fixed<Terms>;
      amount_cents: number;
      currency: string;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phone_hash: Party | null;
      phone_masked: string | null;
      idempotency_key: string;
      reference: string;
      secret_hash: string;
      state: "created" | "sending" | "prompted" | "paid" | "paid_unreceipted" | "failed" | "unknown" | "reversed" | "disproved" | "moved";
      reason: FailureReason | null;
      request_id: string | null;
      request_id_from: "answer" | "callback" | null;
      receipt: string | null;
      unreceipted: Generated<boolean>;
      corroborated: Generated<boolean>;
      review: Review | null;
      questions: Generated<number>;
      created_at_ms: number;
      sent_at_ms: number | null;
      changed_at_ms: number;
      held_cents: Generated<number>;
      redirect_url: string | null;
      waits_since_ms: number | null;
      customer_id: string | null;
      sold_by: string | null;
      denied_at_ms: number | null;
      claimed_at_ms: number | null;
      renews_grant_id: string | null;
      pending_cents: Generated<number>;
      message_phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      to_hash: Party | null;
      asked_cents: Fixed<number | null>;
      promotion_id: Fixed<string | null>;
      discount_cents: Generated<number>;
    };
    // money/questions/schema.sql
    app_budgets: {
      provider_id: string;
      app: string;
      next_at_ms: Generated<number>;
      asked: Generated<number>;
    };
    pull_spans: {
      provider_id: string;
      channel_id: string;
      from_ms: number;
      to_ms: number;
      rows: number;
      read_at_ms: number;
    };
    // money/receipts/schema.sql
    receipts: {
      provider_id: string;
      rail: string;
      receipt: string;
      channel_id: string;
      purchase_id: string | null;
      amount_cents: number;
      plan_cents: number;
      credit_cents: number;
      currency: string;
      entry_id: string;
      booked_at_ms: number;
      suspense_cents: Generated<number>;
      state: Generated<"booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen">;
      source: Generated<EvidenceSource>;
      corroborated: Generated<boolean>;
      party: Party | null;
      payer_hash: Party | null;
      payer_masked: string | null;
      payer_name: string | null;
      account_text: string | null;
      paid_at_ms: number | null;
      paid_by_ms: number | null;
      note: string | null;
      proved_by: "pull" | "transaction-status" | "statement" | "stk-query" | "order-status" | null;
      returned_cents: Generated<number>;
      returned_plan_cents: Generated<number>;
    };
    told_credit_uses: {
      provider_id: string;
      purchase_id: string;
      rail: string;
      receipt: string;
      amount_cents: number;
    };
    // money/reconciliation/schema.sql
    closed_days: {
      provider_id: string;
      channel_id: string;
      day: ColumnType<Date, string, string>;
      booked_cents: number;
      statement_cents: number;
      closed_by: string;
      closed_at_ms: number;
      closing_cents: number | null;
      account_cents: number | null;
      compared_until_ms: number | null;
    };
    paid_by_hand: {
      provider_id: string;
      receipt: string;
      channel_id: string;
      entry_key: string;
      amount_cents: number;
    };
    statement_differences: {
      provider_id: string;
      channel_id: string;
      receipt: string;
      what: "not-in-books" | "not-on-statement" | "amount-differs" | "reversed-at-channel" | "reversed-in-books" | "reversal-unmatched" | "payout-not-in-books" | "withdrawn-unread" | "payout-returned-unread" | "balance-differs";
      statement_cents: number;
      booked_cents: number;
      statement_id: string;
      found_at_ms: number;
      resolved_at_ms: number | null;
      resolved_by: string | null;
      note: string | null;
    };
    statement_lines: {
      provider_id: string;
      statement_id: string;
      line: number;
      receipt: string;
      kind: "inflow" | "reversal" | "charge" | "sweep" | "outflow" | "returned" | "other";
      amount_cents: number;
      completed_at_ms: number;
      account_text: string | null;
      payer: string | null;
      linked_receipt: string | null;
      outside_cents: Generated<number>;
      is_to_customer: Generated<boolean>;
    };
    statements: {
      provider_id: string;
      statement_id: string;
      channel_id: string;
      layout: string;
      from_ms: number;
      to_ms: number;
      inflow_rows: number;
      inflow_cents: number;
      file_hash: string;
      imported_by: string;
      imported_at_ms: number;
      balance: Generated<"absent" | "unreadable" | "agrees" | "differs">;
      opening_cents: number | null;
      closing_cents: number | null;
      is_of_other_account: Generated<boolean>;
    };
    // money/refunds/schema.sql
    refunds: {
      provider_id: string;
      refund_id: string;
      idempotency_key: string;
      purchase_id: string | null;
      rail: string | null;
      receipt: string | null;
      channel_id: string | null;
      method: "reversal" | "payout" | "credit" | "cash" | "channel";
      amount_cents: number;
      currency: string;
      party: Party | null;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      reason: string;
      state: "asked" | "approved" | "sending" | "sent" | "unknown" | "done" | "failed" | "refused" | "returned";
      problem: string | null;
      entry_id: string | null;
      result_receipt: string | null;
      asked_by: string;
      approved_by: string | null;
      created_at_ms: number;
      changed_at_ms: number;
      voucher_id: string | null;
      revoke: Generated<boolean>;
      all_left: Generated<boolean>;
      refused_by: string | null;
      retry_of: string | null;
      resolution: "retried" | "given-up" | "paid" | null;
      resolved_by: string | null;
      resolved_at_ms: number | null;
      note: string | null;
      cash_sale_id: string | null;
      has_name_at_channel: Generated<boolean>;
      returned_receipt: string | null;
      silent_sites: readonly SilentSite[] | null;
      goes_on_when_heard: Generated<boolean>;
    };
    // money/reminders/schema.sql
    reminders: {
      provider_id: string;
      subject_id: string;
      about_ms: number;
      kind: string;
      outcome: "sent" | "skipped";
      why: string | null;
      at_ms: number;
    };
    // money/resellers/schema.sql
    reseller_vouchers: {
      provider_id: string;
      batch_id: string;
      serial: number;
      hand_over_id: string;
      sold_at_ms: number | null;
      sold_how: "used" | "declared" | "handed-out" | null;
      commission_back_cents: Generated<number>;
    };
    resellers: {
      provider_id: string;
      reseller_id: string;
      name: string;
      name_key: string;
      phone: string | null;
      commission_permille: number;
      credit_limit_cents: number | null;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
    };
    returned_vouchers: {
      provider_id: string;
      batch_id: string;
      serial: number;
      hand_over_id: string;
      returned_at_ms: number;
    };
    voucher_hand_overs: {
      provider_id: string;
      hand_over_id: string;
      reseller_id: string;
      batch_id: string;
      codes: number;
      returned: Generated<number>;
      first_serial: number;
      last_serial: number;
      price_cents: number;
      commission_cents: number;
      currency: string;
      handed_by: string;
      idempotency_key: string;
      handed_at_ms: number;
    };
    // money/returned-money/schema.sql
    returned_money: {
      provider_id: string;
      channel_id: string;
      return_id: string;
      receipt: string;
      amount_cents: number;
      state: "left-us" | "came-back";
      changed_at_ms: number;
    };
    // money/sellers/schema.sql
    seller_sites: {
      provider_id: string;
      seller_id: string;
      site_id: string;
      active: boolean;
      float_cents: number | null;
      handed_in_cents: Generated<number>;
    };
    sellers: {
      provider_id: string;
      seller_id: string;
      name: string;
      name_key: string;
      pin_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      commission_permille: number;
      earlier_rates: Generated<readonly EarlierRate[]>;
      active: boolean;
      created_at_ms: number;
      updated_at_ms: number;
    };
    // money/settings/schema.sql
    money_settings: {
      provider_id: string;
      two_person_refunds: Generated<boolean>;
      strict_accounts: Generated<boolean>;
      sms_after_payment: Generated<boolean>;
      commission_permille: Generated<number>;
      refund_used: Generated<"refuse" | "unused-part" | "any">;
      unverified_cents_max: number | null;
      corrections_need_second: Generated<boolean>;
      renewal_prompts_max: Generated<number>;
      code_after_payment: Generated<boolean>;
    };
    // money/subscriptions/schema.sql
    subscription_items: {
      provider_id: string;
      item_id: string;
      subscription_id: string;
      kind: "fee" | "late-fee" | "deposit" | "add-on";
      name: string;
      amount_cents: number;
      state: "open" | "paid" | "waived" | "returned";
      entry_id: string | null;
      made_by: string;
      made_at_ms: number;
      changed_at_ms: number;
      idempotency_key: string | null;
    };
    subscription_log: {
      provider_id: string;
      log_id: string;
      subscription_id: string;
      at_ms: number;
      what: string;
      who: string;
      why: string | null;
      amount_cents: number | null;
      days: number | null;
      paid_until_ms: number;
      entry_id: string | null;
    };
    subscription_packages: {
      provider_id: string;
      subscription_id: string;
      party: Party;
      plan_id: string;
      site_id: string;
      phone_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phone_masked: string | null;
      started_ms: number;
      last_purchase_id: string | null;
      problem: string | null;
      suspended_at_ms: number | null;
      tries: Generated<number>;
    };
    subscription_rules: {
      provider_id: string;
      plan_id: string;
      grace_seconds: number;
      after_way: "cut" | "page" | "slower";
      slow_down_kbps: number;
      slow_up_kbps: number;
      late_fee_cents: number;
      promise_days_max: number;
      pause_days_max: number;
    };
    subscriptions: {
      provider_id: string;
      subscription_id: string;
      customer_id: string | null;
      account_id: string | null;
      plan_id: string;
      plan_name: string;
      price_cents: number;
      currency: string;
      every_unit: "day" | "week" | "month" | null;
      every_count: number | null;
      anchor_ms: number;
      periods: number;
      paid_until_ms: number;
      auto_renew: boolean;
      cancel_at_end: Generated<boolean>;
      ended_at_ms: number | null;
      suspended_reason: string | null;
      paused_at_ms: number | null;
      pause_until_ms: number | null;
      promised_until_ms: number | null;
      late_fee_for_ms: number | null;
      noted_phase: Phase;
      next_look_ms: number | null;
      created_at_ms: number;
      updated_at_ms: number;
      shifted_ms: Generated<number>;
      kind: Generated<"line" | "package">;
      prompts: Generated<number>;
      prompted_at_ms: number | null;
      bridged_until_ms: number | null;
      standing_order: Generated<boolean>;
      anchor_offset_minutes: Generated<number>;
      promised_at_ms: number | null;
    };
    // money/tax/schema.sql
    buyer_pins: {
      provider_id: string;
      customer_id: string;
      tax_pin: string;
    };
    own_tax_rates: {
      provider_id: string;
      tax: "vat" | "excise";
      from_day: string;
      rate_bp: number;
      note: string | null;
      set_by: string;
      set_at_ms: number;
    };
    plan_taxes: {
      provider_id: string;
      plan_id: string;
      treatment: "standard" | "no-excise" | "zero-rated" | "exempt";
    };
    tax_settings: {
      provider_id: string;
      legal_name: string | null;
      tax_pin: string | null;
      address: string | null;
      payment_words: string | null;
      colour: string;
      picture_id: string | null;
      vat_registered: boolean;
      excise_registered: boolean;
      number_prefix: string;
      fiscal_month: number;
      subscription_documents: "each" | "monthly" | "none";
      sales_summaries: boolean;
      authority: "none" | "etims" | "efris";
      branch: string;
      updated_at_ms: number;
    };
    // operations/alerting/schema.sql
    alert_looks: {
      only_one: ColumnType<boolean, boolean | undefined, never>;
      looked_at_ms: number;
    };
    alert_notice_causes: {
      provider_id: string;
      notice_id: string;
      alert_id: string;
    };
    alert_notices: {
      provider_id: string;
      notice_id: string;
      what: "begun" | "escalated" | "ended" | "test";
      way: "sms" | "email" | "webhook" | "push";
      to_masked: string;
      sent_as: string;
      at_ms: number;
    };
    alert_quiet_hours: {
      provider_id: string;
      from_minute: number;
      until_minute: number;
    };
    alert_rules: {
      provider_id: string;
      rule_id: string;
      name: string;
      active: boolean;
      kinds: readonly string[] | null;
      grave_only: boolean;
      site_ids: readonly string[] | null;
      after_ms: number;
      wakes: boolean;
      tells_end: boolean;
      to_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      escalate_after_ms: number | null;
      escalate_to_sealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      created_at_ms: number;
      updated_at_ms: number;
    };
    alerts: {
      provider_id: string;
      alert_id: string;
      rule_id: string;
      cause: string;
      alarm_id: string;
      kind: string;
      severity: "wrong" | "notice";
      site_id: string | null;
      channel_id: string | null;
      fields: Fixed<Record<string, string | number | boolean | null>>;
      began_at_ms: number;
      told_at_ms: number;
      escalated_at_ms: number | null;
      ended_at_ms: number | null;
    };
    maintenance_windows: {
      provider_id: string;
      window_id: string;
      site_ids: readonly string[] | null;
      reason: string;
      from_ms: number;
      until_ms: number;
      made_by: string;
      created_at_ms: number;
    };
    // operations/back-ups/schema.sql
    backup_runs: {
      backup_id: string;
      asked_at_ms: number;
      asked_by: string | null;
      state: "waiting" | "writing" | "storing" | "stored" | "proving" | "proved" | "damaged" | "missing" | "failed";
      beat_at_ms: number;
      done_bytes: Generated<number>;
      total_bytes: number | null;
      name: string | null;
      place: string | null;
      at_ms: number | null;
      bytes: number | null;
      row_count: number | null;
      content_sha256: string | null;
      stored_at_ms: number | null;
      proof_tried_at_ms: number | null;
      proved_at_ms: number | null;
      problem: string | null;
      problem_text: string | null;
      removed_at_ms: number | null;
      row_counts: Record<string, number> | null;
    };
    backups_taken: {
      backup_id: string;
      at_ms: number;
      row_count: number;
      taken_by: "hub" | "command-line";
    };
    restore_orders: {
      order_id: string;
      backup_name: string;
      backup_at_ms: number;
      content_sha256: string;
      ordered_by: string;
      ordered_at_ms: number;
      state: "ordered" | "restoring" | "done" | "failed";
      ended_at_ms: number | null;
      saved_as: string | null;
      problem: string | null;
      problem_text: string | null;
    };
    revocation_stream: {
      only_row: Generated<boolean>;
      last_piece: Generated<number>;
      lease: string | null;
      leased_until_ms: Generated<number>;
    };
    revocations_noted: {
      seq: GeneratedAlways<number>;
      target: string;
      row_key: GeneratedAlways<Record<string, string>>;
      now_is: GeneratedAlways<Record<string, unknown>>;
      removed: GeneratedAlways<boolean>;
      noted_at_ms: GeneratedAlways<number>;
    };
    // operations/health/schema.sql
    hub_minutes: {
      machine: string;
      at_ms: number;
      busy_percent: number | null;
      memory_bytes: number;
      jobs_waiting: number;
      callbacks: number;
      links: number;
    };
    machine_loads: {
      machine: string;
      busy_percent: number;
      told_at_ms: number;
    };
    // operations/maintenance/schema.sql
    upkeep_runs: {
      name: string;
      every_ms: number;
      started_at_ms: number;
      finished_at_ms: number | null;
      outcome: string | null;
      failed: Generated<boolean>;
    };
    // operations/provider-life/schema.sql
    sample_things: {
      provider_id: string;
      kind: "site" | "customer";
      thing_id: string;
      made_at_ms: number;
    };
    // operations/public-face/schema.sql
    public_standings: {
      part: PublicPart;
      state: "up" | "slow" | "down" | "unknown";
      since_ms: number;
      judged_at_ms: number;
    };
    // operations/push/schema.sql
    push_deliveries: {
      provider_id: string;
      delivery_id: string;
      login_id: string;
      body_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      topic: string;
      is_urgent: boolean;
      state: "waiting" | "sent" | "failed";
      tries: Generated<number>;
      status: number | null;
      created_at_ms: number;
      changed_at_ms: number;
    };
    push_keys: {
      only_row: Generated<boolean>;
      public_key: ColumnType<Buffer, Uint8Array, Uint8Array>;
      private_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      made_at_ms: number;
    };
    push_subscriptions: {
      provider_id: string;
      login_id: string;
      user_id: string;
      service: string;
      address_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      keys_sealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      created_at_ms: number;
      locale: "en" | "sw" | null;
    };
    // operations/restored/schema.sql
    erased_again: {
      provider_id: string;
      mark: Party;
      erased_at_ms: number;
      repeated_at_ms: GeneratedAlways<number>;
    };
    erased_devices: {
      provider_id: string;
      mark: DeviceMark;
      until_ms: number;
      repeated_at_ms: GeneratedAlways<number>;
    };
    erased_grants: {
      provider_id: string;
      grant_id: string;
      from_ms: number;
      until_ms: number;
      repeated_at_ms: GeneratedAlways<number>;
    };
    restored_rows: {
      provider_id: string;
      kind: FeedKind;
      key: string;
      site_id: string;
      generation: string;
      version: number;
      verdict: "taken" | "kept" | "gone";
      reason: ReturnReason;
      label: string;
      at_ms: number;
    };
    restored_sites: {
      provider_id: string;
      generation: string;
      site_id: string;
      offered: number;
      taken: number;
      kept: number;
      gone: number;
      bytes: number;
      left_over: number;
      records: number | null;
      begun_at_ms: number;
      done_at_ms: number | null;
    };
    revoked_again: {
      provider_id: string;
      generation: string;
      what: RevokedKind;
      subject_id: string;
      label: string;
      revoked_at_ms: number;
      repeated_at_ms: number;
    };
    // reports/home/schema.sql
    online_counts: {
      provider_id: string;
      at_ms: number;
      online: number;
    };
    // reports/roll-ups/schema.sql
    report_charges: {
      provider_id: string;
      currency: string;
      day: ColumnType<Date, string, string>;
      kind: string;
      plan_id: string;
      cents: number;
      lines: number;
      cash_cents: number;
    };
    report_cohorts: {
      provider_id: string;
      currency: string;
      cohort: string;
      month: string;
      payers: number;
      cents: number;
    };
    report_days_waiting: {
      provider_id: string;
      waiting_id: GeneratedAlways<number>;
      what: "log-ins" | "traffic" | "uplinks" | "everything";
      from_ms: number;
    };
    report_entries_waiting: {
      provider_id: string;
      entry_id: string;
    };
    report_floors: {
      provider_id: string;
      sessions_ms: Generated<number>;
      rebuild_asked_at_ms: number | null;
    };
    report_log_ins: {
      provider_id: string;
      day: ColumnType<Date, string, string>;
      site_id: string;
      log_ins: number;
      devices: number;
    };
    report_months: {
      provider_id: string;
      month: string;
      devices: number;
      stale: boolean;
    };
    report_online: {
      provider_id: string;
      day: ColumnType<Date, string, string>;
      most: number;
    };
    report_payer_months: {
      provider_id: string;
      currency: string;
      party: Party;
      month: string;
      payments: number;
      cents: number;
    };
    report_payers: {
      provider_id: string;
      currency: string;
      party: Party;
      payments: number;
      cents: number;
      first_ms: number | null;
      last_ms: number | null;
      due_ms: GeneratedAlways<number | null>;
    };
    report_rebuilds: {
      provider_id: string;
      phase: "payers" | "sales" | "log-ins" | "traffic" | "uplinks";
      first_day: ColumnType<Date | null, string | null, string | null>;
      next_day: ColumnType<Date | null, string | null, string | null>;
      begun_at_ms: number;
    };
    report_sales: {
      provider_id: string;
      day: ColumnType<Date, string, string>;
      currency: string;
      site_id: string;
      plan_id: string;
      channel_id: string;
      seller_id: string;
      sold_cents: number;
      refunded_cents: number;
      sales: number;
      refunds: number;
      by_one: true;
      with_charges: true;
      cash_cents: number;
    };
    report_sales_by: {
      provider_id: string;
      currency: string;
      kind: "day" | "plan" | "site" | "channel" | "seller";
      day: ColumnType<Date, string, string>;
      key: string;
      sold_cents: number;
      refunded_cents: number;
      sales: number;
      refunds: number;
      cash_cents: number;
    };
    report_traffic: {
      provider_id: string;
      day: ColumnType<Date, string, string>;
      site_id: string;
      input_bytes: number;
      output_bytes: number;
      online_seconds: number;
    };
    report_uplink_days: {
      provider_id: string;
      site_id: string;
      day: ColumnType<Date, string, string>;
      hours: (number | null)[];
    };
    site_uplinks: {
      provider_id: string;
      site_id: string;
      down_kbps: number;
      interface: string | null;
      updated_at_ms: number;
    };
    // reports/schedules/schema.sql
    report_schedules: {
      provider_id: string;
      schedule_id: string;
      reports: ReportName[];
      every: "day" | "week" | "month";
      format: "pdf" | "csv";
      language: "en" | "sw";
      user_ids: string[];
      active: boolean;
      next_day: string;
      sent_at_ms: number | null;
      sent_to: Generated<number>;
      created_at_ms: number;
      updated_at_ms: number;
    };
    // tenancy/brand/schema.sql
    brands: {
      provider_id: string;
      main_colour: string | null;
      accent_colour: string | null;
      logo_picture_id: string | null;
      top_picture_id: string | null;
      words: WordsByLanguage;
      terms: ByLanguage<string>;
      updated_at_ms: number;
    };
    portal_notices: {
      provider_id: string;
      notice_id: string;
      kind: "announcement" | "advert";
      texts: ByLanguage<string>;
      picture_id: string | null;
      link: string | null;
      from_ms: number;
      until_ms: number;
      created_at_ms: number;
      updated_at_ms: number;
    };
    // tenancy/pictures/schema.sql
    pictures: {
      provider_id: string;
      picture_id: string;
      name: string;
      media_type: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, Uint8Array>;
      width: number;
      height: number;
      made_at_ms: number;
      sha256: GeneratedAlways<string>;
    };
    // tenancy/providers/schema.sql
    providers: {
      provider_id: string;
      name: string;
      state: "active" | "suspended" | "deleted";
      currency: string;
      locale: "en" | "sw";
      utc_offset_minutes: number;
      support_phone: string | null;
      bridge_seconds: number;
      bridge_data_bytes: number;
      created_at_ms: number;
      updated_at_ms: number;
      suspended_at_ms: number | null;
      sells_until_ms: number | null;
      deleted_at_ms: number | null;
      purge_at_ms: number | null;
      purge_began_at_ms: number | null;
      outage_min_seconds: number | null;
      outage_max_seconds: number | null;
      subdomain: string | null;
      seller_sales_per_day: Generated<number>;
      sells_unremembered: Generated<boolean>;
      pay_window: PayWindow | null;
      code_pause: Generated<boolean>;
      code_pin: Generated<boolean>;
      code_moves_per_day: number | null;
      arrears_at_ms: number | null;
      sales_stopped_at_ms: number | null;
      shown_name: string | null;
      mail_name: string | null;
      no_way_to_pay_at_ms: number | null;
      portal_language: string | null;
    };
    // tenancy/settings/schema.sql
    subdomain_names: {
      provider_id: string;
      name: string;
      chosen_at_ms: number;
    };
  }
}
