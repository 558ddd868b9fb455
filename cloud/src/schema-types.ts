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
import type { DeviceMark, Party } from "./ground/amounts/parties.ts";
import type { Fixed } from "./ground/db/schema.ts";
import type { RevokedKind } from "./ground/restores/revocable-table.ts";
import type { Locale } from "./messaging/texts/every-language.ts";
import type { GroupWho } from "./modules/group-messages/group-members.ts";
import type { CheckItem } from "./modules/installations/installation.ts";
import type { PlanLimits } from "./modules/platform-billing/plan-limits.ts";
import type { MappedRole } from "./modules/radius-log-in/radius-policy.ts";
import type { Meaning } from "./modules/site-import/site-csv.ts";
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
      providerId: string;
      erasureId: string;
      customerId: string;
      party: string | null;
      grants: GeneratedAlways<readonly string[] | null>;
      devices: GeneratedAlways<readonly string[] | null>;
      pseudonym: string;
      askedBy: string;
      atMs: number;
      counts: GeneratedAlways<Readonly<Record<string, number>>>;
    };
    // catalogue/accounts/schema.sql
    account_sites: {
      providerId: string;
      accountId: string;
      siteId: string;
      staticAddress: string | null;
    };
    accounts: {
      providerId: string;
      accountId: string;
      customerId: string;
      username: string;
      usernameKey: GeneratedAlways<string>;
      service: "hotspot" | "pppoe" | "any";
      ntHashSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      passwordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      planId: string;
      planName: string;
      terms: Terms;
      ownLimits: OwnLimits;
      address: AccountAddress | null;
      macs: string[];
      standing: Standing;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
      billing: Generated<"subscription" | "free">;
      freeReason: string | null;
      weakPassword: "is-name" | "short" | null;
    };
    // catalogue/customers/schema.sql
    customer_numbers: {
      providerId: string;
      customerId: string;
      numberId: string;
      phoneSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      phoneHash: Party;
      phoneMasked: string;
      untilMs: number;
    };
    customers: {
      providerId: string;
      customerId: string;
      name: string;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phoneHash: Party | null;
      phoneMasked: string | null;
      email: string | null;
      siteId: string | null;
      note: string | null;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
      nameKey: GeneratedAlways<string>;
      lastNameKey: GeneratedAlways<string | null>;
      phoneTailKey: string | null;
      phoneHeadKey: string | null;
    };
    // catalogue/grants/schema.sql
    code_guards: {
      providerId: string;
      grantId: string;
      siteId: string;
      guardId: string;
      paused: boolean;
      pinSalt: string | null;
      pinHash: string | null;
      guardedAtMs: number;
      liftedAtMs: number | null;
    };
    grant_change_log: {
      providerId: string;
      changeId: string;
      siteId: string;
      grantId: string;
      kind: "given" | "paused" | "resumed" | "taken-off" | "guard-lifted";
      what: Fixed<GrantGift>;
      reason: string;
      changedBy: string | null;
      giftId: string | null;
      atMs: number;
    };
    grant_changes: {
      providerId: string;
      siteId: string;
      grantId: string;
      seconds: Generated<number>;
      useSeconds: Generated<number>;
      dataBytes: Generated<number>;
      downKbps: number | null;
      upKbps: number | null;
      devices: number | null;
      pausedAtMs: number | null;
      pausedReason: string | null;
      changedAtMs: number;
    };
    grant_gifts: {
      providerId: string;
      giftId: string;
      siteId: string;
      what: Fixed<GrantGift>;
      reason: string;
      grantIds: Fixed<readonly string[]>;
      done: Generated<number>;
      failed: Generated<number>;
      startedBy: string | null;
      createdAtMs: number;
      stoppedAtMs: number | null;
      finishedAtMs: number | null;
    };
    grant_leases: {
      providerId: string;
      grantId: string;
      leaseId: string;
      number: number;
      siteId: string;
      fromSiteId: string;
      movedAtMs: number;
      terms: Terms;
      startedAtMs: number | null;
      endsAtMs: number | null;
      retiredAtMs: number | null;
    };
    grant_starts: {
      providerId: string;
      grantId: string;
      siteId: string;
      origin: "voucher" | "purchase" | "account";
      planName: string;
      startedAtMs: number;
      endsAtMs: number | null;
      validUntilMs: number | null;
      uncutEndsAtMs: number | null;
      beganElsewhere: Generated<boolean>;
      settled: Generated<boolean>;
      epoch: string;
      seq: number;
      receivedAtMs: number;
      bridge: Generated<boolean>;
      retiredAtMs: number | null;
      unremembered: Generated<boolean>;
    };
    grants: {
      providerId: string;
      grantId: string;
      siteId: string;
      purchaseId: string | null;
      origin: "purchase";
      planName: string;
      terms: Fixed<Terms>;
      phoneHash: Party | null;
      unverified: boolean;
      createdAtMs: number;
      revokedAtMs: number | null;
      renewsGrantId: string | null;
      code: string | null;
      retiredAtMs: number | null;
      sold: string | null;
      suspendedAtMs: number | null;
      bundlePurchaseId: string | null;
      isTest: Generated<boolean>;
    };
    outage_credits: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      fromMs: number;
      toMs: number;
      receivedAtMs: number;
      isAhead: Generated<boolean>;
    };
    repeated_starts: {
      providerId: string;
      grantId: string;
      siteId: string;
      epoch: string;
      seq: number;
      planName: string;
      startedAtMs: number;
      startedStampedMs: number;
      endsAtMs: number | null;
      validUntilMs: number | null;
      uncutEndsAtMs: number | null;
      beganElsewhere: boolean;
      settled: Generated<boolean>;
      unremembered: boolean;
      receivedAtMs: number;
    };
    // catalogue/leases/schema.sql
    batch_sites: {
      providerId: string;
      batchId: string;
      siteId: string;
      addedAtMs: number;
    };
    grant_releases: {
      providerId: string;
      leaseId: string;
      siteId: string;
      releasedAtMs: number;
      use: LeaseUse;
    };
    roaming_sites: {
      providerId: string;
      siteId: string;
      addedAtMs: number;
    };
    voucher_leases: {
      providerId: string;
      batchId: string;
      serial: number;
      siteId: string;
      fromSiteId: string;
      movedAtMs: number;
      use: LeaseUse;
    };
    voucher_releases: {
      providerId: string;
      batchId: string;
      serial: number;
      siteId: string;
      releasedAtMs: number;
      use: LeaseUse;
    };
    // catalogue/plans/schema.sql
    plan_groups: {
      providerId: string;
      groupId: string;
      name: string;
      position: number;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
    };
    plans: {
      providerId: string;
      planId: string;
      name: string;
      priceCents: number;
      currency: string;
      active: boolean;
      terms: Terms;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
      groupId: string | null;
      archivedAtMs: number | null;
      prices: Generated<readonly PlacePrice[]>;
      trial: Trial | null;
    };
    // catalogue/printing/schema.sql
    portal_addresses: {
      providerId: string;
      siteId: string;
      address: string;
      updatedAtMs: number;
    };
    voucher_designs: {
      providerId: string;
      title: string | null;
      words: string | null;
      colour: string;
      pictureId: string | null;
      showsPrice: boolean;
      showsQr: boolean;
      updatedAtMs: number;
    };
    // catalogue/sessions/schema.sql
    devices_twice: {
      providerId: string;
      mac: string;
      siteId: string;
      sessionKey: string;
      otherSiteId: string;
      otherSessionKey: string;
      sinceMs: number;
      seenAtMs: number;
    };
    forgotten_use: {
      providerId: string;
      grantId: string;
      siteId: string;
      startedEpoch: string;
      usedBytes: number;
      freeBytes: number;
      usedSeconds: number;
      lastStoppedAtMs: number;
    };
    refused_log_ins: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      atMs: number;
      username: string;
      mac: string | null;
      address: string | null;
      nas: string;
      service: "hotspot" | "ppp";
      reason: string;
      times: number;
      receivedAtMs: number;
      foundBy: GeneratedAlways<string>;
      refusalId: GeneratedAlways<string>;
    };
    sessions: {
      providerId: string;
      siteId: string;
      sessionKey: string;
      sessionId: string | null;
      nas: string | null;
      grantId: string | null;
      username: string | null;
      mac: string | null;
      address: string | null;
      startedAtMs: number | null;
      startedStampedMs: number | null;
      startedEpoch: string | null;
      startedSeq: number | null;
      startedClock: "synced" | "estimated" | "unknown" | null;
      lastUsedAtMs: number | null;
      lastUsedEpoch: string | null;
      lastUsedSeq: number | null;
      stoppedAtMs: number | null;
      stoppedStampedMs: number | null;
      stoppedEpoch: string | null;
      stoppedSeq: number | null;
      cause: string | null;
      inputBytes: Generated<number>;
      outputBytes: Generated<number>;
      freeBytes: Generated<number>;
      onlineSeconds: Generated<number>;
      receivedAtMs: number;
      begunAtMs: GeneratedAlways<number>;
      foundBy: GeneratedAlways<string>;
      why: string | null;
      service: "hotspot" | "pppoe" | "ppp" | null;
      keptFromMs: Generated<number>;
    };
    sessions_forgotten: {
      providerId: string;
      begunMs: number;
    };
    usage_days: {
      providerId: string;
      day: ColumnType<Date, string, string>;
      siteId: string;
      sessionKey: string;
      grantId: string | null;
      inputBytes: number;
      outputBytes: number;
      onlineSeconds: number;
    };
    // catalogue/usual-hours/schema.sql
    site_usual_hours: {
      providerId: string;
      siteId: string;
      logInsPerHour: number[];
      weeks: number;
      learnedAtMs: number;
    };
    // catalogue/vouchers/schema.sql
    listed_codes: {
      providerId: string;
      batchId: string;
      serial: number;
      hash: string;
      codeHidden: string;
      more: Omit<ListedMore, "at">;
      macErased: Generated<boolean>;
    };
    voucher_batches: {
      providerId: string;
      batchId: string;
      planId: string;
      planName: string;
      terms: Terms;
      priceCents: number;
      currency: string;
      homeSiteId: string | null;
      keySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      prefix: string;
      length: number;
      alphabet: "digits" | "letters";
      quantity: number;
      holes: number[];
      expiresAtMs: number | null;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      state: Generated<"making" | "ready" | "failed">;
      progressPercent: Generated<number>;
      printedAtMs: number | null;
      switchedAtMs: number | null;
      takeoverId: string | null;
      pinDigits: Fixed<number | null>;
      booking: Generated<"first-use" | "handed-out" | "elsewhere" | "given-away">;
    };
    voucher_bulk_jobs: {
      providerId: string;
      jobId: string;
      action: "disable" | "enable";
      voucherIds: Fixed<string[]>;
      done: Generated<number>;
      failed: Generated<number>;
      problems: Generated<BulkProblem[]>;
      startedBy: string;
      createdAtMs: number;
      finishedAtMs: number | null;
    };
    voucher_exceptions: {
      providerId: string;
      batchId: string;
      serial: number;
      state: "disabled" | "redeemed-elsewhere" | "transferred";
      atMs: number;
    };
    voucher_owners: {
      providerId: string;
      batchId: string;
      serial: number;
      customerId: string | null;
      givenBy: string;
      sinceMs: number;
    };
    voucher_past_owners: {
      providerId: string;
      batchId: string;
      serial: number;
      sinceMs: number;
      untilMs: number;
      customerId: string;
    };
    voucher_redemptions: {
      providerId: string;
      batchId: string;
      serial: number;
      siteId: string;
      grantId: string;
      epoch: string;
      seq: number;
    };
    // customer-page/log-in/schema.sql
    customer_codes: {
      providerId: string;
      codeId: string;
      party: Party;
      codeSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      tries: number;
      usedAtMs: number | null;
      madeAtMs: number;
      expiresAtMs: number;
    };
    customer_sessions: {
      providerId: string;
      sessionId: string;
      customerId: string;
      tokenHash: ColumnType<Buffer, Uint8Array, never>;
      way: "code" | "password";
      proof: string;
      device: string;
      madeAtMs: number;
      lastUsedAtMs: number;
      expiresAtMs: number;
    };
    // customer-page/settings/schema.sql
    customer_page_settings: {
      providerId: string;
      isOpen: boolean;
      codesADay: number;
      planIds: string[];
    };
    // customer-page/trials/schema.sql
    trial_claims: {
      providerId: string;
      party: Party;
      planId: string;
      siteId: string;
      grantId: string;
      claimedAtMs: number;
      phoneMasked: string | null;
    };
    trial_codes: {
      providerId: string;
      codeId: string;
      party: Party;
      codeSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      tries: number;
      usedAtMs: number | null;
      madeAtMs: number;
      expiresAtMs: number;
    };
    // fleet/access-points/schema.sql
    access_point_changes: {
      providerId: string;
      siteId: string;
      address: string;
      atMs: number;
      state: "up" | "down";
      lossPercent: number;
      roundTripUs: number | null;
      epoch: string;
      seq: number;
      receivedAtMs: number;
    };
    site_access_points: {
      providerId: string;
      siteId: string;
      address: string;
      name: string;
      madeAtMs: number;
      state: "up" | "down" | null;
      lossPercent: number | null;
      roundTripUs: number | null;
      sinceMs: number | null;
      toldAtMs: number | null;
    };
    // fleet/alarms/schema.sql
    alarm_conditions_seen: {
      providerId: string;
      alarmId: string;
      sinceMs: number;
      acknowledgedAtMs: number;
      acknowledgedBy: string;
    };
    alarms: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      name: string;
      fields: GeneratedAlways<Record<string, string | number | boolean>>;
      atMs: number;
      receivedAtMs: number;
      acknowledgedAtMs: number | null;
      acknowledgedBy: string | null;
    };
    site_silences: {
      providerId: string;
      siteId: string;
      sinceMs: number;
      expected: number;
    };
    // fleet/enrolment/schema.sql
    agents: {
      providerId: string;
      siteId: string;
      publicKey: string;
      enrolledAtMs: number;
      revokedAtMs: number | null;
    };
    enrolment_tokens: {
      providerId: string;
      tokenHash: string;
      siteId: string;
      expiresAtMs: number;
      usedAtMs: number | null;
      usedByKey: string | null;
    };
    hub_identity: {
      onlyRow: Generated<boolean>;
      generation: string;
      publicKey: string;
      seedSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
    };
    readmissions: {
      providerId: string;
      siteId: string;
      readmissionId: string;
      publicKey: string;
      tokenHash: string;
      remoteAddress: string;
      askedAtMs: number;
      lastAskedAtMs: number;
    };
    // fleet/hosted-sites/schema.sql
    hosted_sites: {
      providerId: string;
      siteId: string;
      hostId: string;
      hostingId: string;
      radiusSecretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
    };
    hosts: {
      hostId: string;
      name: string;
      tokenHash: string | null;
      tokenExpiresAtMs: number | null;
      publicKey: string | null;
      madeAtMs: number;
      enrolledAtMs: number | null;
      revokedAtMs: number | null;
      connectedAtMs: number | null;
      disconnectedAtMs: number | null;
      agentVersion: string | null;
      processId: string | null;
      linkId: string | null;
      tokenUsed: Generated<boolean>;
    };
    // fleet/journal/schema.sql
    journal_epochs: {
      providerId: string;
      siteId: string;
      epoch: string;
      lastSeq: Generated<number>;
      forked: Generated<boolean>;
      begunAtMs: number;
      recalled: string | null;
      restoredSeq: number | null;
    };
    journal_gaps: {
      providerId: string;
      siteId: string;
      epoch: string;
      fromSeq: number;
      toSeq: number;
      noticedAtMs: number;
    };
    journal_records: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      kind: string | null;
      atMs: number | null;
      clock: string | null;
      receivedAtMs: number;
      raw: GeneratedAlways<unknown>;
      complaint: string | null;
    };
    passing_records: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      kind: string;
      atMs: number;
      clock: string | null;
      receivedAtMs: number;
      raw: GeneratedAlways<unknown>;
    };
    // fleet/link/schema.sql
    hub_processes: {
      processId: string;
      seenAtMs: number;
    };
    link_answers: {
      providerId: string;
      siteId: string;
      requestId: string;
      answer: Fixed<Record<string, unknown>>;
      answeredAtMs: number;
    };
    site_absences: {
      providerId: string;
      siteId: string;
      fromMs: number;
      untilMs: number;
    };
    site_calls: {
      providerId: string;
      callId: string;
      siteId: string;
      askedBy: string;
      askedOf: string;
      method: string;
      params: Fixed<unknown>;
      askedAtMs: number;
      deadlineAtMs: number;
      cancelled: Generated<boolean>;
      answer: CallAnswer | null;
    };
    site_links: {
      providerId: string;
      siteId: string;
      processId: string | null;
      linkId: string | null;
      remoteAddress: string | null;
      connectedAtMs: number | null;
      disconnectedAtMs: number | null;
      lastHeardAtMs: number | null;
      connections: Generated<number>;
      protocol: number | null;
      agentVersion: string | null;
      boot: number | null;
      epoch: string | null;
      lastSeq: number | null;
      lastRecordAtMs: number | null;
      lastRecordReceivedAtMs: number | null;
      clockQuality: "synced" | "estimated" | "unknown" | null;
      damagedRecords: Generated<number>;
      disk: "ok" | "refuses" | null;
      diskSinceMs: number | null;
      toldEpoch: string | null;
      toldSeq: number | null;
      routerStanding: "ok" | "log-in" | "permissions" | "api" | null;
      routerSinceMs: number | null;
      routerIdentity: string | null;
    };
    // fleet/releases/schema.sql
    release_channels: {
      channel: "stable" | "early";
      releaseId: string | null;
      percent: number;
      paused: boolean;
      pauseReason: "by-hand" | "sites-failed" | "sites-lost" | null;
      watchSinceMs: number;
      updatedAtMs: number;
    };
    releases: {
      releaseId: string;
      version: string;
      minimalImage: string;
      bytes: number;
      sha256: string;
      bundle: ColumnType<Buffer, Uint8Array, Uint8Array>;
      notes: string;
      uploadedBy: string;
      createdAtMs: number;
    };
    site_releases: {
      providerId: string;
      siteId: string;
      channel: Generated<Channel>;
      goesFirst: Generated<boolean>;
      pinnedReleaseId: string | null;
      givenReleaseId: string | null;
      givenExact: Generated<boolean>;
      givenAtMs: number | null;
      goodReleaseId: string | null;
      failedReleaseId: string | null;
      failedAtMs: number | null;
      outcome: "waiting" | "running" | "failed" | "refused" | "lost" | null;
      outcomeAtMs: number | null;
      outcomeWhy: string | null;
      failedWhy: string | null;
    };
    // fleet/router-access/schema.sql
    router_access: {
      providerId: string;
      siteId: string;
      port: number;
      userName: string;
      passwordSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      changedAtMs: number;
    };
    router_tests: {
      providerId: string;
      siteId: string;
      testId: string;
      hostId: string | null;
      port: number | null;
      userName: string | null;
      passwordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      askedAtMs: number;
      expiresAtMs: number;
      takenAtMs: number | null;
      endedAtMs: number | null;
      steps: readonly ToldTestStep[];
      router: TestedRouter | null;
    };
    // fleet/router-back-ups/schema.sql
    router_back_up_files: {
      providerId: string;
      backUpId: string;
      part: "binary" | "export";
      sha256: string;
      content: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    router_back_up_schedules: {
      providerId: string;
      every: (typeof schedulePeriods)[number];
      kept: number;
      changedAtMs: number;
      fromMinute: number | null;
      untilMinute: number | null;
    };
    router_back_up_site_schedules: {
      providerId: string;
      siteId: string;
      every: (typeof schedulePeriods)[number];
      changedAtMs: number;
    };
    router_back_ups: {
      providerId: string;
      backUpId: string;
      siteId: string;
      cause: (typeof backUpCauses)[number];
      state: (typeof backUpStates)[number];
      orderedBy: string | null;
      orderedByName: string;
      orderedAtMs: number;
      expiresAtMs: number;
      tries: Generated<number>;
      heldBy: string | null;
      heldUntilMs: Generated<number>;
      nextAtMs: number;
      receivedBytes: Generated<number>;
      endedAtMs: number | null;
      why: string | null;
      board: string | null;
      version: string | null;
      serial: string | null;
      mark: string | null;
      keySealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      passwordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      binaryBytes: Generated<number>;
      exportBytes: Generated<number>;
      differences: number | null;
      causes: Generated<readonly Cause[]>;
    };
    router_restores: {
      providerId: string;
      restoreId: string;
      siteId: string;
      backUpId: string;
      beforeId: string;
      state: (typeof restoreStates)[number];
      orderedBy: string;
      orderedByName: string;
      orderedAtMs: number;
      heldBy: string | null;
      heldUntilMs: Generated<number>;
      nextAtMs: number;
      ticketHash: string | null;
      ticketUntilMs: number | null;
      fetchedAtMs: number | null;
      sentAtMs: number | null;
      endedAtMs: number | null;
      why: string | null;
    };
    // fleet/router-health/schema.sql
    router_health: {
      providerId: string;
      siteId: string;
      routerOs: string | null;
      isCompared: boolean;
      findings: readonly SiteFinding[];
      toldAtMs: number;
    };
    router_policies: {
      providerId: string;
      drift: "off" | "tell" | "repair";
      updatedAtMs: number;
    };
    // fleet/router-log-ins/schema.sql
    router_log_ins: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      atMs: number;
      name: string;
      what: "accepted" | "refused" | "locked" | "began" | "ended";
      cameFrom: string | null;
      nas: string;
      receivedAtMs: number;
      logInId: GeneratedAlways<string>;
    };
    router_passwords: {
      providerId: string;
      passwordId: string;
      siteId: string;
      name: string;
      level: "read" | "write" | "full";
      madeBy: string;
      madeByName: string;
      madeAtMs: number;
      expiresAtMs: number;
      endedAtMs: number | null;
      endedByName: string | null;
      endedHow: "told" | "away" | "not-taken" | null;
      leaving: "ask" | "end" | null;
    };
    // fleet/router-orders/schema.sql
    router_bulks: {
      providerId: string;
      bulkId: string;
      action: Fixed<StoredAction>;
      passwordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      siteIds: Fixed<readonly string[]>;
      first: number;
      pauseOnFailure: boolean;
      expiresInSeconds: number;
      state: "running" | "paused" | "stopped" | "done";
      begun: Generated<number>;
      failuresSeen: Generated<number>;
      madeBy: string;
      madeByName: string;
      madeAtMs: number;
      endedAtMs: number | null;
    };
    router_lanes: {
      providerId: string;
      siteId: string;
      heldBy: string | null;
      heldUntilMs: Generated<number>;
      nextAtMs: number | null;
      budgetMilli: number;
      budgetAtMs: number;
    };
    router_orders: {
      providerId: string;
      orderId: string;
      siteId: string;
      bulkId: string | null;
      kind: RouterActionKind;
      action: Fixed<StoredAction>;
      passwordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      orderedBy: string;
      orderedByName: string;
      state: "waiting" | "sent" | "done" | "differs" | "refused" | "undone" | "expired" | "unknown" | "cancelled";
      orderedAtMs: number;
      expiresAtMs: number;
      sentAtMs: number | null;
      timesSent: Generated<number>;
      answeredAtMs: number | null;
      why: string | null;
      row: RouterRow | null;
    };
    // fleet/router-services/schema.sql
    site_further_routers: {
      providerId: string;
      siteId: string;
      ownAddress: string;
      agentSide: string;
      name: string;
      version: string;
      interfaces: string[];
      network: string | null;
      maxSessions: number | null;
      padoDelayMs: number | null;
      radiusSecretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
      hotspotPorts: string[] | null;
      hotspotNetwork: string | null;
      nextSecretSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      secretWantedAtMs: number | null;
      secretSentAtMs: number | null;
      secretTries: Generated<number>;
      secretNextAtMs: number | null;
      secretHeldUntilMs: Generated<number>;
      secretProblem: FurtherSecretProblem | null;
      secretChangedAtMs: number | null;
      claimHash: string | null;
      claimUntilMs: number | null;
      freshKeyHash: string | null;
      ownKeyHash: string | null;
      heardAtMs: number | null;
      secretTriedAtMs: number | null;
    };
    site_router_services: {
      providerId: string;
      siteId: string;
      chosen: RouterServices;
      changedAtMs: number;
      snmpUser: string | null;
      snmpAuthenticationSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      snmpEncryptionSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      emergencyPasswordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    // fleet/router-upgrades/schema.sql
    router_upgrade_sites: {
      providerId: string;
      upgradeId: string;
      siteId: string;
      place: number;
      state: "waiting" | "backing-up" | "ordered" | "rebooting" | "watching" | "done" | "failed" | "left-out";
      fromVersion: string | null;
      backUpId: string | null;
      orderId: string | null;
      sinceMs: number;
      why: string | null;
    };
    router_upgrades: {
      providerId: string;
      upgradeId: string;
      channel: "long-term" | "stable";
      version: string;
      healthyMinutes: number;
      windowFromMinute: number | null;
      windowUntilMinute: number | null;
      state: "running" | "paused" | "stopped" | "done";
      begun: Generated<number>;
      failuresSeen: Generated<number>;
      madeBy: string;
      madeByName: string;
      madeAtMs: number;
      endedAtMs: number | null;
    };
    // fleet/routers/schema.sql
    router_figures: {
      providerId: string;
      siteId: string;
      epoch: string;
      seq: number;
      fromMs: number;
      fromStampedMs: number;
      packed: string | null;
      samples: number;
      cpuPercent: number | null;
      cpuPercentMax: number | null;
      freeMemoryMib: number | null;
      totalMemoryMib: number | null;
      freeDiskMib: number | null;
      sessions: number | null;
      temperatureTenths: number | null;
      interfaces: readonly InterfaceHour[];
      receivedAtMs: number;
    };
    router_log_lines: {
      providerId: string;
      siteId: string;
      lineKey: string;
      severity: "error" | "warning";
      topics: string;
      message: string;
      times: number;
      routerTime: string;
      firstAtMs: number;
      lastAtMs: number;
    };
    router_log_sites: {
      providerId: string;
      siteId: string;
      nextKey: Generated<string>;
      more: Generated<number>;
      problem: ReadingProblem | null;
      askedAtMs: number;
      errorsSinceMs: number | null;
    };
    router_log_watches: {
      providerId: string;
      isOn: boolean;
      topics: readonly string[];
      changedAtMs: number;
    };
    router_proofs: {
      providerId: string;
      siteId: string;
      version: string;
      board: string;
      kind: RouterProofKind;
      outcome: ProofOutcome;
      words: string | null;
      triedAtMs: number;
    };
    router_readings: {
      providerId: string;
      siteId: string;
      view: string;
      isHere: boolean;
      rows: readonly RouterRow[];
      total: number;
      readAtMs: number;
      keptAtMs: number;
      isStale: Generated<boolean>;
      problem: string | null;
      problemAtMs: number | null;
    };
    router_watches: {
      providerId: string;
      siteId: string;
      untilMs: number;
      nextAtMs: number;
    };
    // fleet/secret-rotation/schema.sql
    site_secret_rotations: {
      providerId: string;
      siteId: string;
      rotationId: string;
      cause: RotationCause;
      serial: string;
      radiusSecretSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      apiPasswordSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      wantedAtMs: number;
      sentAtMs: number | null;
      tries: Generated<number>;
      nextAtMs: number | null;
      heldUntilMs: Generated<number>;
      problem: RotationProblem | null;
      why: string | null;
      doneAtMs: number | null;
    };
    // fleet/set-up/schema.sql
    site_scripts: {
      providerId: string;
      siteId: string;
      serial: string;
      facts: RouterFacts;
      choices: SetUpChoices;
      enrolTokenSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      radiusSecretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      apiPasswordSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
      backUpKeySealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    site_set_ups: {
      providerId: string;
      siteId: string;
      tokenHash: string;
      tokenExpiresAtMs: number;
      begunAtMs: number;
      template: SetUpChoices | null;
      serial: string | null;
      publicKey: string | null;
      resumeHash: string | null;
      claimedAtMs: number | null;
      otherRouterAtMs: number | null;
      facts: RouterFacts | null;
      factsAtMs: number | null;
      chosenAtMs: number | null;
      cancelledAtMs: number | null;
      steps: Generated<StepStates>;
      imageSentBytes: Generated<number>;
      imageBytes: number | null;
    };
    // fleet/site-templates/schema.sql
    site_templates: {
      providerId: string;
      templateId: string;
      name: string;
      region: string | null;
      district: string | null;
      interimSeconds: number;
      autoLogIn: boolean;
      choices: Fixed<SetUpChoices | null>;
      madeAtMs: number;
    };
    // fleet/sites/schema.sql
    sites: {
      providerId: string;
      siteId: string;
      name: string;
      region: string | null;
      district: string | null;
      latitude: number | null;
      longitude: number | null;
      interimSeconds: number;
      autoLogIn: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
      address: string | null;
      note: string | null;
    };
    // fleet/tunnel/schema.sql
    wireguard_hub: {
      onlyRow: Generated<boolean>;
      publicKey: string;
      privateSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
    };
    wireguard_peers: {
      providerId: string;
      siteId: string;
      address: string;
      publicKey: string | null;
      nextPublicKey: string | null;
      madeAtMs: number;
      rotatedAtMs: number | null;
      lastHandshakeAtMs: number | null;
      receivedBytes: Generated<number>;
      sentBytes: Generated<number>;
      countedReceivedBytes: Generated<number>;
      countedSentBytes: Generated<number>;
      endpoint: string | null;
      measuredAtMs: number | null;
      countedBy: string | null;
    };
    // ground/events/schema.sql
    event_counters: {
      providerId: string;
      lastSeq: number;
    };
    events: {
      providerId: string;
      seq: number;
      atMs: number;
      topic: string;
      id: string;
      action: string;
    };
    // ground/feed/schema.sql
    feed_applied: {
      providerId: string;
      siteId: string;
      scope: string;
      version: number;
      atMs: number;
    };
    feed_rows: {
      providerId: string;
      scope: string;
      kind: string;
      key: string;
      version: number;
      body: GeneratedAlways<unknown>;
      changedAtMs: number;
      restoredVersion: number | null;
    };
    feed_scopes: {
      providerId: string;
      scope: string;
      version: number;
      horizon: Generated<number>;
    };
    // ground/http/schema.sql
    idempotent_answers: {
      providerId: string;
      route: string;
      idempotencyKey: string;
      requestHash: string;
      status: number | null;
      answerSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      begunAtMs: number;
      begunAs: string;
    };
    // ground/jobs/schema.sql
    dead_jobs: {
      jobId: string;
      name: string;
      queue: string;
      data: Fixed<object>;
      error: string | null;
      tries: number;
      createdAtMs: number;
      diedAtMs: number;
    };
    job_counts: {
      name: string;
      hourMs: number;
      done: Generated<number>;
      failed: Generated<number>;
      dead: Generated<number>;
      busyMs: Generated<number>;
    };
    job_outbox: {
      jobId: string;
      seq: GeneratedAlways<number>;
      name: string;
      data: Fixed<object>;
      singletonKey: string | null;
      runAtMs: number;
      tries: Generated<number>;
      state: Generated<"waiting" | "held" | "moving" | "running" | "dead">;
      takenAtMs: number | null;
      lastError: string | null;
      createdAtMs: number;
    };
    // ground/mail/schema.sql
    letter_days: {
      toHash: string;
      cause: string;
      dayAtMs: number;
      letters: number;
    };
    mail_outbox: {
      providerId: string;
      mailId: string;
      toAddress: string;
      subject: string;
      bodySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      state: "waiting" | "sent" | "failed";
      tries: Generated<number>;
      lastError: string | null;
      createdAtMs: number;
      sentAtMs: number | null;
      unsubscribeSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      attachmentSealed: ColumnType<Buffer | null, Uint8Array | null, never>;
      attachmentName: Fixed<string | null>;
      attachmentType: Fixed<string | null>;
      fromName: string | null;
      fromProvider: Generated<boolean>;
    };
    mail_servers: {
      providerId: string;
      host: string;
      port: number;
      login: string;
      passwordSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      fromAddress: string;
      changedAtMs: number;
    };
    // ground/quotas/schema.sql
    provider_quotas: {
      providerId: string;
      kind: string;
      limitValue: number | null;
      changedAtMs: number;
      planLimit: number | null;
    };
    quota_days: {
      providerId: string;
      kind: string;
      dayAtMs: number;
      used: number;
      reachedAtMs: number | null;
    };
    shared_tries: {
      providerId: string;
      kind: string;
      subject: string;
      remaining: number;
      atMs: number;
    };
    // ground/restores/schema.sql
    restores: {
      generation: string;
      backUpAtMs: number;
      restoredAtMs: number;
    };
    // ground/secrets/schema.sql
    party_secret: {
      onlyRow: Generated<boolean>;
      secretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
    };
    // home/schema.sql
    online_counts: {
      providerId: string;
      atMs: number;
      online: number;
    };
    // identity/api-tokens/schema.sql
    api_tokens: {
      providerId: string;
      tokenId: string;
      userId: string;
      name: string;
      tokenHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      formerHash: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      renewedAtMs: number | null;
      scopes: string[];
      expiresAtMs: number;
      lastUsedAtMs: number | null;
      revokedAtMs: number | null;
      createdAtMs: number;
      updatedAtMs: number;
    };
    // identity/audit/schema.sql
    audit: {
      providerId: string;
      auditId: string;
      atMs: number;
      userId: string | null;
      action: string;
      target: string | null;
      requestId: string | null;
      detail: Fixed<Record<string, unknown>>;
      via: Fixed<string | null>;
    };
    audit_readings: {
      providerId: string;
      readerKey: string;
      slotMs: number;
      auditId: string;
      readings: number;
      lastAtMs: number;
    };
    // identity/credentials/schema.sql
    login_failures: {
      subject: string;
      accountHash: string | null;
      failures: number;
      lastAtMs: number;
      alertedAtMs: number | null;
    };
    login_places: {
      providerId: string;
      userId: string;
      kind: "address" | "device";
      place: string;
      lastAtMs: number;
    };
    logins: {
      providerId: string;
      loginId: string;
      userId: string;
      tokenHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      tokenExpiresAtMs: number;
      refreshHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      previousRefreshHash: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      refreshExpiresAtMs: number;
      refreshedAtMs: number;
      createdAtMs: number;
      inBrowser: Generated<boolean>;
      familyId: string | null;
      factorAtMs: number | null;
      cutAtMs: number | null;
      doorAtMs: number | null;
      browser: string | null;
      usedAtMs: number | null;
    };
    mailed_tokens: {
      providerId: string;
      tokenId: string;
      kind: "password-reset" | "invitation" | "sign-up" | "sign-up-invitation";
      tokenHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      email: string;
      userId: string | null;
      detail: Record<string, unknown>;
      createdBy: string | null;
      createdAtMs: number;
      expiresAtMs: number;
      usedAtMs: number | null;
    };
    spent_refreshes: {
      providerId: string;
      refreshHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      loginId: string;
      spentAtMs: number;
    };
    tab_tokens: {
      providerId: string;
      tokenHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      loginId: string;
      expiresAtMs: number;
    };
    // identity/roles/schema.sql
    roles: {
      providerId: string;
      roleId: string;
      name: string;
      permissions: string[];
      createdAtMs: number;
      updatedAtMs: number;
    };
    second_factor_roles: {
      providerId: string;
      role: string;
      sinceMs: number;
    };
    // identity/support-access/schema.sql
    impersonations: {
      providerId: string;
      impersonationId: string;
      adminUserId: string;
      adminName: string;
      adminEmail: string;
      reason: string;
      readOnly: boolean;
      tokenHash: ColumnType<Buffer, Uint8Array, Uint8Array>;
      startedAtMs: number;
      expiresAtMs: number;
      endedAtMs: number | null;
      loginId: string | null;
    };
    // identity/users/schema.sql
    users: {
      providerId: string;
      userId: string;
      email: string;
      name: string;
      role: string;
      passwordHash: string;
      active: boolean;
      failedLogins: Generated<number>;
      lockedUntilMs: number | null;
      lastLoginAtMs: number | null;
      createdAtMs: number;
      updatedAtMs: number;
      totpSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      totpBegunAtMs: number | null;
      totpConfirmed: Generated<boolean>;
      totpLastStep: number | null;
      recoveryHashes: Generated<string[]>;
      addressElsewhere: Generated<boolean>;
      addressProved: Generated<boolean>;
    };
    // messaging/schema.sql
    message_consents: {
      providerId: string;
      consentId: string;
      toHash: Party;
      toMasked: string;
      customerId: string | null;
      channel: "sms" | "whatsapp" | "email";
      class: "service" | "marketing";
      allowed: boolean;
      how: "reply" | "link" | "staff" | "customer";
      who: string;
      said: string | null;
      atMs: number;
      place: number;
    };
    message_events: {
      providerId: string;
      eventKey: string;
      messageId: string;
      customerId: string | null;
      atMs: number;
    };
    message_months: {
      providerId: string;
      month: string;
      costMillicents: number;
    };
    message_rules: {
      providerId: string;
      quietFromMinute: number;
      quietUntilMinute: number;
      marketingFromMinute: number;
      marketingUntilMinute: number;
      wayOut: string;
      partPriceMillicents: number;
      monthCapCents: number | null;
      reminderDays: readonly number[];
      reminderMinute: number;
      remindsBySms: boolean;
      remindsByEmail: boolean;
      notices: boolean;
      grantNoticesHours: number | null;
    };
    message_senders: {
      providerId: string;
      senderId: string;
      kind: "africastalking" | "advanta" | "twilio" | "whatsapp";
      name: string;
      keysSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      hookTokenHash: string;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
    };
    message_templates: {
      providerId: string;
      template: string;
      locale: Locale;
      words: string;
      whatsappName: string | null;
      whatsappValues: readonly string[] | null;
      changedBy: string;
      changedAtMs: number;
    };
    messages: {
      providerId: string;
      messageId: string;
      eventKey: string;
      template: string;
      toSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      toHash: Party;
      toMasked: string;
      textSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      senderId: string | null;
      state: "waiting" | "sending" | "accepted" | "delivered" | "failed" | "unknown" | "skipped";
      remoteId: string | null;
      problem: string | null;
      tries: Generated<number>;
      doubts: Generated<number>;
      createdAtMs: number;
      changedAtMs: number;
      class: Generated<"receipt" | "service" | "marketing">;
      channel: Generated<"sms" | "whatsapp" | "email">;
      customerId: string | null;
      isHash: Generated<boolean>;
      valuesSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      parts: number | null;
      costMillicents: number | null;
      costCurrency: string | null;
      costTold: Generated<boolean>;
    };
    opt_out_links: {
      providerId: string;
      tokenHash: string;
      toHash: Party;
      toMasked: string;
      customerId: string | null;
      createdAtMs: number;
    };
    whatsapp_windows: {
      providerId: string;
      toHash: Party;
      untilMs: number;
    };
    // modules/domains/schema.sql
    provider_domains: {
      providerId: string;
      domainId: string;
      host: string;
      token: string;
      state: "waiting" | "proved" | "lost" | "shut";
      provedAtMs: number | null;
      lostAtMs: number | null;
      checkedAtMs: number | null;
      createdAtMs: number;
    };
    // modules/group-messages/schema.sql
    group_messages: {
      providerId: string;
      groupId: string;
      class: "service" | "marketing";
      words: string;
      who: Fixed<GroupWho>;
      count: number;
      state: "sending" | "stopped" | "done";
      madeBy: string;
      idempotencyKey: string;
      madeAtMs: number;
      changedAtMs: number;
    };
    group_recipients: {
      providerId: string;
      groupId: string;
      customerId: string;
      state: "waiting" | "queued" | "skipped";
    };
    // modules/installations/schema.sql
    installation_numbers: {
      providerId: string;
      last: number;
    };
    installation_pictures: {
      providerId: string;
      pictureId: string;
      installationId: string;
      who: string;
      mediaType: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, never>;
      width: number;
      height: number;
      atMs: number;
    };
    installations: {
      providerId: string;
      installationId: string;
      number: number;
      state: "lead" | "planned" | "working" | "done" | "cancelled";
      name: string;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phoneMasked: string | null;
      latitude: number | null;
      longitude: number | null;
      placeNote: string | null;
      planId: string | null;
      siteId: string | null;
      source: string | null;
      note: string | null;
      visitFromMs: number | null;
      visitUntilMs: number | null;
      assignedTo: string | null;
      checklist: CheckItem[];
      cancelReason: string | null;
      customerId: string | null;
      accountId: string | null;
      subscriptionId: string | null;
      madeBy: string;
      createdAtMs: number;
      changedAtMs: number;
      endedAtMs: number | null;
      phoneHash: Party | null;
    };
    // modules/operator-tunnels/schema.sql
    operator_tunnel_sites: {
      providerId: string;
      tunnelId: string;
      siteId: string;
    };
    operator_tunnels: {
      providerId: string;
      tunnelId: string;
      userId: string;
      loginId: string;
      passwordMark: string;
      name: string;
      address: string;
      publicKey: string;
      madeAtMs: number;
      expiresAtMs: number;
      endedAtMs: number | null;
      lastHandshakeAtMs: number | null;
      endpoint: string | null;
    };
    // modules/outage-notices/schema.sql
    outage_notices: {
      providerId: string;
      outageId: string;
      customerId: string;
      phase: "down" | "back";
      state: "waiting" | "sent" | "skipped";
      atMs: number;
    };
    outage_rules: {
      providerId: string;
      mode: "off" | "ask" | "auto";
      afterMinutes: number;
      tellsBack: boolean;
      quietFromMinute: number | null;
      quietUntilMinute: number | null;
      perMinute: number;
    };
    outage_wishes: {
      providerId: string;
      customerId: string;
      wished: boolean;
      how: string;
      sinceMs: number;
    };
    outages: {
      providerId: string;
      outageId: string;
      siteId: string;
      kind: "outage" | "maintenance";
      state: "found" | "told" | "dismissed" | "over" | "cancelled";
      sinceMs: number;
      untilMs: number | null;
      words: string | null;
      decidedBy: string | null;
      madeAtMs: number;
      changedAtMs: number;
    };
    // modules/platform-billing/schema.sql
    platform_charges: {
      providerId: string;
      period: number;
      planId: string;
      planName: string;
      amountCents: number;
      currency: string;
      everyMonths: number;
      fromMs: number;
      untilMs: number;
      dueAtMs: number;
      invoiceId: string;
      createdAtMs: number;
    };
    platform_notices: {
      providerId: string;
      period: number;
      ordinal: number;
      sentAtMs: number;
      waivedMs: Generated<number>;
    };
    platform_plans: {
      providerId: string;
      planId: string;
      name: string;
      priceCents: number;
      currency: string;
      everyMonths: number;
      trialDays: number;
      limits: PlanLimits;
      active: boolean;
      forNew: boolean;
      createdAtMs: number;
      updatedAtMs: number;
    };
    platform_subscriptions: {
      providerId: string;
      planId: string;
      nextPlanId: string | null;
      anchorMs: number;
      everyMonths: number;
      utcOffsetMinutes: number;
      createdAtMs: number;
      endedAtMs: number | null;
    };
    // modules/push/schema.sql
    push_deliveries: {
      providerId: string;
      deliveryId: string;
      loginId: string;
      bodySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      topic: string;
      isUrgent: boolean;
      state: "waiting" | "sent" | "failed";
      tries: Generated<number>;
      status: number | null;
      createdAtMs: number;
      changedAtMs: number;
    };
    push_keys: {
      onlyRow: Generated<boolean>;
      publicKey: ColumnType<Buffer, Uint8Array, Uint8Array>;
      privateSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
    };
    push_subscriptions: {
      providerId: string;
      loginId: string;
      userId: string;
      service: string;
      addressSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      keysSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      createdAtMs: number;
      locale: "en" | "sw" | null;
    };
    // modules/radius-log-in/schema.sql
    console_radius: {
      providerId: string;
      host: string | null;
      siteId: string | null;
      port: number;
      secretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      names: "address" | "before-at";
      roles: string[];
      roleAttribute: "class" | "filterId" | "mikrotikGroup" | null;
      roleMap: MappedRole[];
      changedAtMs: number;
      askedAtMs: number | null;
      outcome: string | null;
      confirmed: Readonly<Record<string, readonly string[]>>;
      serverAtMs: number;
    };
    // modules/report-schedules/schema.sql
    report_schedules: {
      providerId: string;
      scheduleId: string;
      reports: ReportName[];
      every: "day" | "week" | "month";
      format: "pdf" | "csv";
      language: "en" | "sw";
      userIds: string[];
      active: boolean;
      nextDay: string;
      sentAtMs: number | null;
      sentTo: Generated<number>;
      createdAtMs: number;
      updatedAtMs: number;
    };
    // modules/resellers/schema.sql
    reseller_vouchers: {
      providerId: string;
      batchId: string;
      serial: number;
      handOverId: string;
      soldAtMs: number | null;
      soldHow: "used" | "declared" | "handed-out" | null;
      commissionBackCents: Generated<number>;
    };
    resellers: {
      providerId: string;
      resellerId: string;
      name: string;
      nameKey: string;
      phone: string | null;
      commissionPermille: number;
      creditLimitCents: number | null;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
    };
    returned_vouchers: {
      providerId: string;
      batchId: string;
      serial: number;
      handOverId: string;
      returnedAtMs: number;
    };
    voucher_hand_overs: {
      providerId: string;
      handOverId: string;
      resellerId: string;
      batchId: string;
      codes: number;
      returned: Generated<number>;
      firstSerial: number;
      lastSerial: number;
      priceCents: number;
      commissionCents: number;
      currency: string;
      handedBy: string;
      idempotencyKey: string;
      handedAtMs: number;
    };
    // modules/site-import/schema.sql
    site_import_columns: {
      providerId: string;
      header: string;
      meaning: Meaning;
      chosenAtMs: number;
    };
    // modules/stock/schema.sql
    stock_balances: {
      providerId: string;
      kindId: string;
      place: string;
      quantity: number;
    };
    stock_items: {
      providerId: string;
      itemId: string;
      kindId: string;
      serial: string;
      serialKey: string;
      place: string;
      holding: "own" | "lent" | "sold" | "lost";
      customerId: string | null;
      installationId: string | null;
      askedBackMs: number | null;
      receivedAtMs: number;
      changedAtMs: number;
    };
    stock_kinds: {
      providerId: string;
      kindId: string;
      name: string;
      hasSerials: boolean;
      unit: string;
      active: boolean;
      createdAtMs: number;
    };
    stock_movements: {
      providerId: string;
      movementId: string;
      kindId: string;
      itemId: string | null;
      quantity: number;
      fromPlace: string;
      toPlace: string;
      why: "received" | "moved" | "taken" | "lent" | "sold" | "returned" | "lost" | "found" | "used";
      note: string | null;
      who: string;
      userId: string | null;
      atMs: number;
    };
    stock_stores: {
      providerId: string;
      storeId: string;
      name: string;
      active: boolean;
      createdAtMs: number;
    };
    // modules/takeover/schema.sql
    takeovers: {
      providerId: string;
      takeoverId: string;
      siteId: string;
      source: Source;
      state: "applied" | "switched" | "withdrawn";
      totals: Fixed<TakeoverTotal>;
      planIds: Fixed<string[]>;
      utcOffsetMinutes: number;
      startedBy: string;
      createdAtMs: number;
      switchedAtMs: number | null;
      backUntilMs: number | null;
      endedAtMs: number | null;
      readiness: Readiness | null;
      settledAtMs: number | null;
      settleAskedAtMs: number | null;
      withdrawingUntilMs: number | null;
      withdrawingOff: string[] | null;
      shadow: "runs" | "rests" | null;
    };
    // modules/takeover/customers/schema.sql
    customer_column_choices: {
      providerId: string;
      headerHash: string;
      columns: readonly (string | null)[];
      dateOrder: "day-first" | "month-first" | null;
      chosenAtMs: number;
    };
    customer_takeover_lines: {
      providerId: string;
      takeoverId: string;
      line: number;
      customerId: string;
      madeCustomer: boolean;
      accountId: string | null;
      subscriptionId: string | null;
      entryId: string | null;
    };
    customer_takeovers: {
      providerId: string;
      takeoverId: string;
      source: CustomerSource;
      state: "done" | "undone";
      totals: Fixed<Totals>;
      doneBy: string;
      doneAtMs: number;
      undoneBy: string | null;
      undoneAtMs: number | null;
      planIds: ColumnType<string[], string[] | undefined, never>;
    };
    // modules/tickets/schema.sql
    canned_answers: {
      providerId: string;
      cannedId: string;
      name: string;
      text: string;
      createdAtMs: number;
    };
    ticket_entries: {
      providerId: string;
      entryId: string;
      ticketId: string;
      kind: "message" | "answer" | "note" | "change";
      who: string;
      userId: string | null;
      text: string;
      what: string | null;
      ways: Fixed<AnswerWay[] | null>;
      atMs: number;
    };
    ticket_numbers: {
      providerId: string;
      last: number;
    };
    ticket_pictures: {
      providerId: string;
      pictureId: string;
      ticketId: string;
      who: string;
      mediaType: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, never>;
      width: number;
      height: number;
      isInternal: boolean;
      atMs: number;
    };
    ticket_rules: {
      providerId: string;
      workDays: number[];
      fromMinute: number;
      untilMinute: number;
      targets: Targets;
    };
    tickets: {
      providerId: string;
      ticketId: string;
      number: number;
      subject: string;
      kind: "connection" | "speed" | "payment" | "account" | "equipment" | "other";
      priority: "low" | "normal" | "high" | "urgent";
      state: "open" | "reopened" | "waiting" | "solved" | "closed";
      customerId: string | null;
      siteId: string | null;
      accountId: string | null;
      openedBy: "customer" | "staff" | "karibu";
      openedByName: string;
      assignedTo: string | null;
      about: string | null;
      answerDueMs: number;
      answeredAtMs: number | null;
      answerWorkMs: number | null;
      runningSinceMs: number | null;
      spentMs: Generated<number>;
      solveDueMs: number | null;
      solvedAtMs: number | null;
      closedAtMs: number | null;
      createdAtMs: number;
      changedAtMs: number;
    };
    // modules/venues/schema.sql
    venue_accruals: {
      providerId: string;
      entryId: string;
      venueId: string;
      siteId: string;
      planId: string | null;
      saleCents: number;
      shareCents: number;
      currency: string;
      atMs: number;
    };
    venue_pay_outs: {
      providerId: string;
      payOutId: string;
      venueId: string;
      amountCents: number;
      currency: string;
      method: "cash" | "mpesa";
      reference: string | null;
      paidFrom: string;
      entryId: string;
      paidBy: string;
      idempotencyKey: string;
      paidAtMs: number;
    };
    venue_progress: {
      providerId: string;
      lookedUntilMs: number;
    };
    venue_shares: {
      providerId: string;
      shareId: string;
      venueId: string;
      siteId: string;
      planId: string | null;
      permille: number;
      fromMs: number;
      untilMs: number | null;
    };
    venues: {
      providerId: string;
      venueId: string;
      name: string;
      nameKey: string;
      phone: string | null;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
    };
    // modules/webhooks/schema.sql
    webhook_cursors: {
      providerId: string;
      seq: number;
    };
    webhook_deliveries: {
      providerId: string;
      deliveryId: string;
      webhookId: string;
      event: string;
      bodySealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      state: "waiting" | "delivered" | "failed";
      tries: Generated<number>;
      status: number | null;
      problem: string | null;
      createdAtMs: number;
      changedAtMs: number;
      eventKey: Fixed<string | null>;
    };
    webhook_facts: {
      providerId: string;
      event: BusinessEvent;
      thing: string;
    };
    webhooks: {
      providerId: string;
      webhookId: string;
      name: string;
      urlSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      host: string;
      secretSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      active: boolean;
      failingSinceMs: number | null;
      createdAtMs: number;
      updatedAtMs: number;
      events: Generated<readonly BusinessEvent[]>;
      switchedOffAtMs: number | null;
    };
    // money/callbacks/schema.sql
    booked_spool_records: {
      recordId: string;
      bookedAtMs: number;
    };
    unmatched_callbacks: {
      unmatchedId: string;
      path: string;
      reason: string;
      remoteAddress: string | null;
      receivedAtMs: number;
      bodySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    // money/cash-sales/schema.sql
    cash_sales: {
      providerId: string;
      siteId: string;
      saleId: string;
      sellerId: string;
      planId: string | null;
      planName: string;
      priceCents: number;
      commissionCents: number;
      currency: string;
      grantId: string;
      codeEnd: string;
      soldAtMs: number;
      epoch: string;
      seq: number;
      receivedAtMs: number;
      entryId: string | null;
      code: string | null;
      terms: Fixed<Terms | null>;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phoneHash: Party | null;
      phoneMasked: string | null;
      disabledAtMs: number | null;
      promotionId: Fixed<string | null>;
      discountCents: ColumnType<number, number | undefined, never>;
    };
    // money/channel-health/schema.sql
    channel_circuits: {
      providerId: string;
      channelId: string;
      failures: number;
      problem: string;
      failedAtMs: number;
      openedAtMs: number | null;
      openUntilMs: number | null;
    };
    channel_troubles: {
      providerId: string;
      channelId: string;
      kind: "fails-customers" | "list-refused";
      reason: ChannelTrouble["reason"];
      said: string;
      sinceMs: number;
    };
    // money/channel-tokens/schema.sql
    channel_tokens: {
      providerId: string;
      app: string;
      tokenSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      endsAtMs: Generated<number>;
      leaseUntilMs: Generated<number>;
    };
    // money/channels/schema.sql
    channel_calls: {
      providerId: string;
      callId: string;
      channelId: string;
      kind: "status" | "reversal" | "payout" | "balance" | "payout-status";
      secretHash: string;
      subject: string;
      state: "sending" | "accepted" | "refused" | "late" | "done";
      conversationId: string | null;
      answer: string | null;
      resultCode: string | null;
      askedAtMs: number;
      doneAtMs: number | null;
      initiatorVersion: Generated<number>;
    };
    channels: {
      providerId: string;
      channelId: string;
      kind: string;
      name: string;
      shortcode: string;
      environment: "sandbox" | "production";
      keysSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      hookTokenHash: string;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      storeNumber: string | null;
      settings: Generated<ChannelSettings>;
      passwordSetAtMs: number | null;
      keysCheckedAtMs: number | null;
      keysProblem: string | null;
      passwordRemindedAtMs: number | null;
      initiatorVersion: Generated<number>;
      initiatorCode: string | null;
      initiatorProblem: string | null;
      initiatorStoppedAtMs: number | null;
      initiatorProvedAtMs: number | null;
      noticeTokenHash: string;
      keysEnteredAtMs: Generated<number>;
      requestAcceptedAtMs: number | null;
    };
    hook_tokens: {
      providerId: string;
      channelId: string;
      use: "push" | "confirmation";
      tokenHash: string;
      madeAtMs: number | null;
      replacedAtMs: number | null;
      lastAtMs: number | null;
    };
    site_channels: {
      providerId: string;
      siteId: string;
      channelId: string;
    };
    // money/claims/schema.sql
    message_addresses: {
      providerId: string;
      channelId: string;
      tokenHash: string;
      tokenSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      madeAtMs: number;
      replacedAtMs: number | null;
      lastAtMs: number | null;
    };
    payment_claims: {
      providerId: string;
      claimId: string;
      receipt: string | null;
      phoneHash: Party | null;
      phoneMasked: string | null;
      siteId: string | null;
      userId: string | null;
      purchaseId: string | null;
      state: "open" | "asked" | "settled" | "refused";
      outcome: string | null;
      createdAtMs: number;
      changedAtMs: number;
      amountCents: number | null;
      seenAtMs: number | null;
      turnedDownReason: string | null;
      turnedDownBy: string | null;
      turnedDownAtMs: number | null;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      linkedReceipt: string | null;
      times: Generated<number>;
      saidAtMs: number | null;
    };
    sim_inboxes: {
      providerId: string;
      siteId: string;
      channelId: string;
      sender: string;
      sinceMs: number;
      state: string | null;
      stateAtMs: number | null;
      lastAtMs: number | null;
    };
    // money/corrections/schema.sql
    corrections: {
      providerId: string;
      correctionId: string;
      idempotencyKey: string;
      kind: "move-receipt" | "take-back-top-up" | "pay-out-credit" | "settle-debt" | "settle-debt-from-credit" | "write-off-debt";
      state: "asked" | "done" | "refused";
      amountCents: number;
      currency: string;
      party: Party;
      phoneMasked: string | null;
      toParty: Party | null;
      toPhoneMasked: string | null;
      rail: string | null;
      receipt: string | null;
      topUpEntryId: string | null;
      reason: string;
      entryId: string | null;
      askedBy: string;
      approvedBy: string | null;
      refusedBy: string | null;
      createdAtMs: number;
      changedAtMs: number;
      purchaseId: string | null;
    };
    // money/documents/schema.sql
    document_charges: {
      providerId: string;
      chargeId: string;
      cause: string;
      customerId: string | null;
      party: Party | null;
      customerName: string;
      currency: string;
      totalCents: number;
      lines: Fixed<readonly ChargeLine[]>;
      entryId: string | null;
      atMs: number;
      state: "waiting" | "documented" | "not-wanted" | "nothing-to-credit";
      documentId: string | null;
    };
    document_counters: {
      providerId: string;
      kind: DocumentKind | "fiscal";
      fiscalYear: number;
      nextNumber: number;
    };
    document_links: {
      providerId: string;
      tokenHash: string;
      documentId: string;
      language: "en" | "sw";
      expiresAtMs: number;
      madeBy: string;
      madeAtMs: number;
    };
    documents: {
      providerId: string;
      documentId: string;
      kind: "tax-invoice" | "credit-note" | "receipt" | "sales-summary";
      fiscalYear: number;
      number: number;
      numberText: string;
      refersTo: string | null;
      reason: string | null;
      cause: string | null;
      customerId: string | null;
      party: Party | null;
      customerName: string | null;
      customerPin: string | null;
      seller: Fixed<Seller>;
      lines: Fixed<readonly DocumentLine[]>;
      currency: string;
      netCents: number;
      exciseCents: number;
      vatCents: number;
      totalCents: number;
      suppliedOn: string;
      issuedOn: string;
      issuedAtMs: number;
      issuedBy: string;
    };
    summarised_sales: {
      providerId: string;
      siteId: string;
      currency: string;
      fromMs: number;
    };
    // money/evidence/schema.sql
    evidence: {
      providerId: string;
      evidenceId: string;
      channelId: string;
      purchaseId: string | null;
      source: string;
      naturalKey: string;
      bodyHash: string;
      remoteAddress: string | null;
      receivedAtMs: number;
      state: "new" | "parked" | "done" | "unmatched";
      outcome: string | null;
      receipt: string | null;
      seenAtMs: number | null;
      tries: Generated<number>;
      keptBodySealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
    };
    evidence_bodies: {
      providerId: string;
      receivedAtMs: number;
      evidenceId: string;
      bodySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
    };
    repeated_evidence: {
      providerId: string;
      source: string;
      naturalKey: string;
      bodyHash: string;
      firstAgainAtMs: number;
    };
    unread_evidence: {
      providerId: string;
      source: string;
      what: string;
      times: Generated<number>;
      evidenceId: string | null;
      firstAtMs: number;
      lastAtMs: number;
      seenAtMs: number | null;
    };
    // money/expenses/schema.sql
    expenses: {
      providerId: string;
      expenseId: string;
      idempotencyKey: string;
      category: string;
      payee: string | null;
      note: string | null;
      paidFrom: string;
      amountCents: number;
      currency: string;
      spentOn: ColumnType<Date, string, string>;
      entryId: string;
      voidedEntryId: string | null;
      createdBy: string;
      createdAtMs: number;
      shortCents: Generated<number>;
      lookedAtMs: number | null;
      lookedNote: string | null;
      reference: string | null;
    };
    // money/fiscal/schema.sql
    fiscal_submissions: {
      providerId: string;
      documentId: string;
      numberText: string;
      authority: "etims" | "efris";
      sequence: number;
      data: Fixed<FiscalDocument>;
      state: "waiting" | "accepted" | "refused";
      tries: Generated<number>;
      reason: string | null;
      controlUnit: string | null;
      fiscalNumber: string | null;
      signature: string | null;
      qrText: string | null;
      typedBy: string | null;
      answeredAtMs: number | null;
      madeAtMs: number;
      changedAtMs: number;
      toldNumber: number | null;
      answer: string | null;
      toldBy: string | null;
    };
    tax_devices: {
      providerId: string;
      authority: "etims" | "efris";
      taxPin: string;
      branch: string;
      environment: "sandbox" | "production";
      serial: string;
      keySealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      controlUnit: string;
      nextNumber: Generated<number>;
      busyUntilMs: Generated<number>;
      openedAtMs: number;
    };
    tax_items: {
      providerId: string;
      itemCode: string;
      number: number;
      toldAs: string | null;
    };
    // money/invoices/schema.sql
    invoice_counters: {
      providerId: string;
      nextNumber: number;
    };
    invoices: {
      providerId: string;
      invoiceId: string;
      number: number;
      idempotencyKey: string;
      customerName: string;
      party: Party | null;
      purchaseId: string | null;
      lines: Fixed<readonly InvoiceLine[]>;
      totalCents: number;
      currency: string;
      state: "issued" | "paid" | "void";
      dueOn: ColumnType<Date | null, string | null, string | null>;
      entryId: string | null;
      createdBy: string;
      createdAtMs: number;
      changedAtMs: number;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, never>;
      phoneMasked: Fixed<string | null>;
    };
    // money/ledger/schema.sql
    credit_holds: {
      providerId: string;
      purchaseId: string;
      party: Party;
      currency: string;
      amountCents: number;
    };
    float_limits: {
      providerId: string;
      userId: string;
      creditCents: number;
    };
    ledger_entries: {
      providerId: string;
      entryId: string;
      entryKey: string;
      kind: string;
      purchaseId: string | null;
      atMs: number;
    };
    ledger_postings: {
      providerId: string;
      entryId: string;
      line: number;
      account: string;
      party: Party | null;
      currency: string;
      amountCents: number;
    };
    money_received: {
      providerId: string;
      entryId: string;
      currency: string;
      atMs: number;
      amountCents: number;
      channelId: string;
      takenBy: string | null;
      kind: "purchase" | "voucher" | "subscription" | "invoice" | "credit" | "deposit" | "debt" | "unmatched";
      movement: "received" | "refunded" | "returned" | "disproved" | "corrected";
      state: "proved" | "told" | "entered";
      siteId: string;
      purchaseId: string | null;
      rail: string | null;
      receipt: string | null;
    };
    // money/matching/schema.sql
    invoice_prompts: {
      providerId: string;
      promptId: string;
      invoiceId: string | null;
      channelId: string;
      idempotencyKey: string;
      secretHash: string;
      accountNumber: string;
      phoneHash: Party;
      phoneMasked: string;
      amountCents: number;
      currency: string;
      state: "sending" | "prompted" | "paid" | "failed" | "unknown";
      reason: FailureReason | null;
      requestId: string | null;
      receipt: string | null;
      isFound: Generated<boolean>;
      isDoubtful: Generated<boolean>;
      askedBy: string;
      createdAtMs: number;
      changedAtMs: number;
      subscriptionId: string | null;
      reference: string | null;
      redirectUrl: string | null;
      questions: Generated<number>;
      renewsFromMs: number | null;
    };
    pay_accounts: {
      providerId: string;
      accountKey: string;
      accountNumber: string;
      kind: "customer" | "site" | "order";
      party: Party | null;
      phoneHash: Party | null;
      customerId: string | null;
      siteId: string | null;
      planId: string | null;
      invoiceId: string | null;
      active: Generated<boolean>;
      createdAtMs: number;
    };
    pay_number_counters: {
      providerId: string;
      nextNumber: number;
    };
    // money/paper-sales/schema.sql
    voucher_sales: {
      providerId: string;
      batchId: string;
      serial: number;
      how: "used" | "handed-out" | "reseller" | "declared" | "refunded";
      siteId: string | null;
      soldAtMs: number;
      epoch: string | null;
      seq: number | null;
      bookedAtMs: number;
      priceCents: number;
      currency: string;
      entryId: string;
    };
    // money/payment-links/schema.sql
    payment_links: {
      providerId: string;
      linkId: string;
      tokenHash: string;
      customerId: string | null;
      subscriptionId: string | null;
      invoiceId: string | null;
      amountCents: number | null;
      expiresAtMs: number;
      revokedAtMs: number | null;
      createdAtMs: number;
    };
    // money/promotions/schema.sql
    promotion_rules: {
      providerId: string;
      floorCents: number;
      updatedAtMs: number;
    };
    promotion_uses: {
      providerId: string;
      purchaseId: string;
      promotionId: string;
      party: Party | null;
      day: number;
      state: "reserved" | "used" | "given-back";
      discountCents: number;
      currency: string;
      atMs: number;
    };
    promotions: {
      providerId: string;
      promotionId: string;
      name: string;
      gift: Gift;
      code: string | null;
      fromMs: number | null;
      untilMs: number | null;
      hours: Promotion["hours"];
      planIds: string[];
      siteIds: string[];
      audience: "everyone" | "new" | "known";
      usesMax: number | null;
      perPhoneMax: number | null;
      perDayMax: number | null;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
      deletedAtMs: number | null;
    };
    // money/proofs/schema.sql
    proved_answers: {
      providerId: string;
      channelId: string;
      source: "transaction-status" | "pull";
      receipt: string;
      provedAtMs: number;
    };
    // money/purchases/schema.sql
    purchases: {
      providerId: string;
      purchaseId: string;
      channelId: string;
      siteId: string;
      planId: string;
      planName: string;
      terms: Fixed<Terms>;
      amountCents: number;
      currency: string;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phoneHash: Party | null;
      phoneMasked: string | null;
      idempotencyKey: string;
      reference: string;
      secretHash: string;
      state: "created" | "sending" | "prompted" | "paid" | "paid_unreceipted" | "failed" | "unknown" | "reversed" | "disproved" | "moved";
      reason: FailureReason | null;
      requestId: string | null;
      requestIdFrom: "answer" | "callback" | null;
      receipt: string | null;
      unreceipted: Generated<boolean>;
      corroborated: Generated<boolean>;
      review: Review | null;
      questions: Generated<number>;
      createdAtMs: number;
      sentAtMs: number | null;
      changedAtMs: number;
      heldCents: Generated<number>;
      redirectUrl: string | null;
      waitsSinceMs: number | null;
      customerId: string | null;
      soldBy: string | null;
      deniedAtMs: number | null;
      claimedAtMs: number | null;
      renewsGrantId: string | null;
      pendingCents: Generated<number>;
      messagePhoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      toHash: Party | null;
      askedCents: Fixed<number | null>;
      promotionId: Fixed<string | null>;
      discountCents: Generated<number>;
    };
    // money/questions/schema.sql
    app_budgets: {
      providerId: string;
      app: string;
      nextAtMs: Generated<number>;
      asked: Generated<number>;
    };
    pull_spans: {
      providerId: string;
      channelId: string;
      fromMs: number;
      toMs: number;
      rows: number;
      readAtMs: number;
    };
    // money/receipts/schema.sql
    receipts: {
      providerId: string;
      rail: string;
      receipt: string;
      channelId: string;
      purchaseId: string | null;
      amountCents: number;
      planCents: number;
      creditCents: number;
      currency: string;
      entryId: string;
      bookedAtMs: number;
      suspenseCents: Generated<number>;
      state: Generated<"booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen">;
      source: Generated<EvidenceSource>;
      corroborated: Generated<boolean>;
      party: Party | null;
      payerHash: Party | null;
      payerMasked: string | null;
      payerName: string | null;
      accountText: string | null;
      paidAtMs: number | null;
      paidByMs: number | null;
      note: string | null;
      provedBy: "pull" | "transaction-status" | "statement" | "stk-query" | "order-status" | null;
      returnedCents: Generated<number>;
      returnedPlanCents: Generated<number>;
    };
    told_credit_uses: {
      providerId: string;
      purchaseId: string;
      rail: string;
      receipt: string;
      amountCents: number;
    };
    // money/reconciliation/schema.sql
    closed_days: {
      providerId: string;
      channelId: string;
      day: ColumnType<Date, string, string>;
      bookedCents: number;
      statementCents: number;
      closedBy: string;
      closedAtMs: number;
      closingCents: number | null;
      accountCents: number | null;
      comparedUntilMs: number | null;
    };
    paid_by_hand: {
      providerId: string;
      rail: string;
      receipt: string;
      channelId: string;
      entryKey: string;
      amountCents: number;
    };
    statement_differences: {
      providerId: string;
      channelId: string;
      receipt: string;
      what: "not-in-books" | "not-on-statement" | "amount-differs" | "reversed-at-channel" | "reversed-in-books" | "reversal-unmatched" | "payout-not-in-books" | "withdrawn-unread" | "payout-returned-unread" | "balance-differs";
      statementCents: number;
      bookedCents: number;
      statementId: string;
      foundAtMs: number;
      resolvedAtMs: number | null;
      resolvedBy: string | null;
      note: string | null;
    };
    statement_lines: {
      providerId: string;
      statementId: string;
      line: number;
      receipt: string;
      kind: "inflow" | "reversal" | "charge" | "sweep" | "outflow" | "returned" | "other";
      amountCents: number;
      completedAtMs: number;
      accountText: string | null;
      payer: string | null;
      linkedReceipt: string | null;
      outsideCents: Generated<number>;
      isToCustomer: Generated<boolean>;
    };
    statements: {
      providerId: string;
      statementId: string;
      channelId: string;
      layout: string;
      fromMs: number;
      toMs: number;
      inflowRows: number;
      inflowCents: number;
      fileHash: string;
      importedBy: string;
      importedAtMs: number;
      balance: Generated<"absent" | "unreadable" | "agrees" | "differs">;
      openingCents: number | null;
      closingCents: number | null;
      isOfOtherAccount: Generated<boolean>;
      sentAgainAtMs: number | null;
    };
    // money/refunds/schema.sql
    refunds: {
      providerId: string;
      refundId: string;
      idempotencyKey: string;
      purchaseId: string | null;
      rail: string | null;
      receipt: string | null;
      channelId: string | null;
      method: "reversal" | "payout" | "credit" | "cash" | "channel";
      amountCents: number;
      currency: string;
      party: Party | null;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      reason: string;
      state: "asked" | "approved" | "sending" | "sent" | "unknown" | "done" | "failed" | "refused" | "returned";
      problem: string | null;
      entryId: string | null;
      resultReceipt: string | null;
      askedBy: string;
      approvedBy: string | null;
      createdAtMs: number;
      changedAtMs: number;
      voucherId: string | null;
      revoke: Generated<boolean>;
      allLeft: Generated<boolean>;
      refusedBy: string | null;
      retryOf: string | null;
      resolution: "retried" | "given-up" | "paid" | null;
      resolvedBy: string | null;
      resolvedAtMs: number | null;
      note: string | null;
      cashSaleId: string | null;
      hasNameAtChannel: Generated<boolean>;
      returnedReceipt: string | null;
      silentSites: readonly SilentSite[] | null;
      goesOnWhenHeard: Generated<boolean>;
    };
    // money/reminders/schema.sql
    reminders: {
      providerId: string;
      subjectId: string;
      aboutMs: number;
      kind: string;
      outcome: "sent" | "skipped";
      why: string | null;
      atMs: number;
    };
    // money/returned-money/schema.sql
    returned_money: {
      providerId: string;
      channelId: string;
      returnId: string;
      receipt: string;
      amountCents: number;
      state: "left-us" | "came-back";
      changedAtMs: number;
    };
    // money/sellers/schema.sql
    seller_sites: {
      providerId: string;
      sellerId: string;
      siteId: string;
      active: boolean;
      floatCents: number | null;
      handedInCents: Generated<number>;
    };
    sellers: {
      providerId: string;
      sellerId: string;
      name: string;
      nameKey: string;
      pinSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      commissionPermille: number;
      earlierRates: Generated<readonly EarlierRate[]>;
      active: boolean;
      createdAtMs: number;
      updatedAtMs: number;
    };
    // money/settings/schema.sql
    money_settings: {
      providerId: string;
      twoPersonRefunds: Generated<boolean>;
      strictAccounts: Generated<boolean>;
      smsAfterPayment: Generated<boolean>;
      commissionPermille: Generated<number>;
      refundUsed: Generated<"refuse" | "unused-part" | "any">;
      unverifiedCentsMax: number | null;
      correctionsNeedSecond: Generated<boolean>;
      renewalPromptsMax: Generated<number>;
      codeAfterPayment: Generated<boolean>;
    };
    // money/subscriptions/schema.sql
    subscription_items: {
      providerId: string;
      itemId: string;
      subscriptionId: string;
      kind: "fee" | "late-fee" | "deposit" | "add-on";
      name: string;
      amountCents: number;
      state: "open" | "paid" | "waived" | "returned";
      entryId: string | null;
      madeBy: string;
      madeAtMs: number;
      changedAtMs: number;
      idempotencyKey: string | null;
    };
    subscription_log: {
      providerId: string;
      logId: string;
      subscriptionId: string;
      atMs: number;
      what: string;
      who: string;
      why: string | null;
      amountCents: number | null;
      days: number | null;
      paidUntilMs: number;
      entryId: string | null;
    };
    subscription_packages: {
      providerId: string;
      subscriptionId: string;
      party: Party;
      planId: string;
      siteId: string;
      phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      phoneMasked: string | null;
      startedMs: number;
      lastPurchaseId: string | null;
      problem: string | null;
      suspendedAtMs: number | null;
      tries: Generated<number>;
    };
    subscription_rules: {
      providerId: string;
      planId: string;
      graceSeconds: number;
      afterWay: "cut" | "page" | "slower";
      slowDownKbps: number;
      slowUpKbps: number;
      lateFeeCents: number;
      promiseDaysMax: number;
      pauseDaysMax: number;
    };
    subscriptions: {
      providerId: string;
      subscriptionId: string;
      customerId: string | null;
      accountId: string | null;
      planId: string;
      planName: string;
      priceCents: number;
      currency: string;
      everyUnit: "day" | "week" | "month" | null;
      everyCount: number | null;
      anchorMs: number;
      periods: number;
      paidUntilMs: number;
      autoRenew: boolean;
      cancelAtEnd: Generated<boolean>;
      endedAtMs: number | null;
      suspendedReason: string | null;
      pausedAtMs: number | null;
      pauseUntilMs: number | null;
      promisedUntilMs: number | null;
      lateFeeForMs: number | null;
      notedPhase: Phase;
      nextLookMs: number | null;
      createdAtMs: number;
      updatedAtMs: number;
      shiftedMs: Generated<number>;
      kind: Generated<"line" | "package">;
      prompts: Generated<number>;
      promptedAtMs: number | null;
      bridgedUntilMs: number | null;
      standingOrder: Generated<boolean>;
      anchorOffsetMinutes: Generated<number>;
      promisedAtMs: number | null;
      leftPeriod: string | null;
      leftPriceCents: number | null;
      leftUnusedCents: number | null;
    };
    // money/tax/schema.sql
    buyer_pins: {
      providerId: string;
      customerId: string;
      taxPin: string;
    };
    own_tax_rates: {
      providerId: string;
      tax: "vat" | "excise";
      fromDay: string;
      rateBp: number;
      note: string | null;
      setBy: string;
      setAtMs: number;
    };
    plan_taxes: {
      providerId: string;
      planId: string;
      treatment: "standard" | "no-excise" | "zero-rated" | "exempt";
    };
    tax_settings: {
      providerId: string;
      legalName: string | null;
      taxPin: string | null;
      address: string | null;
      paymentWords: string | null;
      colour: string;
      pictureId: string | null;
      vatRegistered: boolean;
      exciseRegistered: boolean;
      numberPrefix: string;
      fiscalMonth: number;
      subscriptionDocuments: "each" | "monthly" | "none";
      salesSummaries: boolean;
      authority: "none" | "etims" | "efris";
      branch: string;
      updatedAtMs: number;
    };
    // operations/alerting/schema.sql
    alert_looks: {
      onlyOne: ColumnType<boolean, boolean | undefined, never>;
      lookedAtMs: number;
    };
    alert_notice_causes: {
      providerId: string;
      noticeId: string;
      alertId: string;
    };
    alert_notices: {
      providerId: string;
      noticeId: string;
      what: "begun" | "escalated" | "ended" | "test";
      way: "sms" | "email" | "webhook" | "push";
      toMasked: string;
      sentAs: string;
      atMs: number;
    };
    alert_quiet_hours: {
      providerId: string;
      fromMinute: number;
      untilMinute: number;
    };
    alert_rules: {
      providerId: string;
      ruleId: string;
      name: string;
      active: boolean;
      kinds: readonly string[] | null;
      graveOnly: boolean;
      siteIds: readonly string[] | null;
      afterMs: number;
      wakes: boolean;
      tellsEnd: boolean;
      toSealed: ColumnType<Buffer, Uint8Array, Uint8Array>;
      escalateAfterMs: number | null;
      escalateToSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
      createdAtMs: number;
      updatedAtMs: number;
    };
    alerts: {
      providerId: string;
      alertId: string;
      ruleId: string;
      cause: string;
      alarmId: string;
      kind: string;
      severity: "wrong" | "notice";
      siteId: string | null;
      channelId: string | null;
      fields: Fixed<Record<string, string | number | boolean | null>>;
      beganAtMs: number;
      toldAtMs: number;
      escalatedAtMs: number | null;
      endedAtMs: number | null;
    };
    maintenance_windows: {
      providerId: string;
      windowId: string;
      siteIds: readonly string[] | null;
      reason: string;
      fromMs: number;
      untilMs: number;
      madeBy: string;
      createdAtMs: number;
    };
    // operations/back-ups/schema.sql
    backup_runs: {
      backupId: string;
      askedAtMs: number;
      askedBy: string | null;
      state: "waiting" | "writing" | "storing" | "stored" | "proving" | "proved" | "damaged" | "missing" | "failed";
      beatAtMs: number;
      doneBytes: Generated<number>;
      totalBytes: number | null;
      name: string | null;
      place: string | null;
      atMs: number | null;
      bytes: number | null;
      rowCount: number | null;
      contentSha256: string | null;
      storedAtMs: number | null;
      proofTriedAtMs: number | null;
      provedAtMs: number | null;
      problem: string | null;
      problemText: string | null;
      removedAtMs: number | null;
      rowCounts: Record<string, number> | null;
    };
    backups_taken: {
      backupId: string;
      atMs: number;
      rowCount: number;
      takenBy: "hub" | "command-line";
    };
    restore_orders: {
      orderId: string;
      backupName: string;
      backupAtMs: number;
      contentSha256: string;
      orderedBy: string;
      orderedAtMs: number;
      state: "ordered" | "restoring" | "done" | "failed";
      endedAtMs: number | null;
      savedAs: string | null;
      problem: string | null;
      problemText: string | null;
      seq: GeneratedAlways<number>;
    };
    revocation_stream: {
      onlyRow: Generated<boolean>;
      lastPiece: Generated<number>;
      lease: string | null;
      leasedUntilMs: Generated<number>;
    };
    revocations_noted: {
      seq: GeneratedAlways<number>;
      target: string;
      rowKey: GeneratedAlways<Record<string, string>>;
      nowIs: GeneratedAlways<Record<string, unknown>>;
      removed: GeneratedAlways<boolean>;
      notedAtMs: GeneratedAlways<number>;
    };
    // operations/health/schema.sql
    hub_minutes: {
      machine: string;
      atMs: number;
      busyPercent: number | null;
      memoryBytes: number;
      jobsWaiting: number;
      callbacks: number;
      links: number;
    };
    machine_loads: {
      machine: string;
      busyPercent: number | null;
      clockAheadMs: number | null;
      toldAtMs: number;
    };
    // operations/maintenance/schema.sql
    upkeep_runs: {
      name: string;
      everyMs: number;
      startedAtMs: number;
      finishedAtMs: number | null;
      outcome: string | null;
      failed: Generated<boolean>;
    };
    // operations/provider-life/schema.sql
    sample_things: {
      providerId: string;
      kind: "site" | "customer";
      thingId: string;
      madeAtMs: number;
    };
    // operations/public-face/schema.sql
    public_standings: {
      part: PublicPart;
      state: "up" | "slow" | "down" | "unknown";
      sinceMs: number;
      judgedAtMs: number;
    };
    // operations/restored/schema.sql
    erased_again: {
      providerId: string;
      mark: Party;
      erasedAtMs: number;
      repeatedAtMs: GeneratedAlways<number>;
    };
    erased_devices: {
      providerId: string;
      mark: DeviceMark;
      untilMs: number;
      repeatedAtMs: GeneratedAlways<number>;
    };
    erased_grants: {
      providerId: string;
      grantId: string;
      fromMs: number;
      untilMs: number;
      repeatedAtMs: GeneratedAlways<number>;
    };
    restored_rows: {
      providerId: string;
      kind: FeedKind;
      key: string;
      siteId: string;
      generation: string;
      version: number;
      verdict: "taken" | "kept" | "gone";
      reason: ReturnReason;
      label: string;
      atMs: number;
    };
    restored_sites: {
      providerId: string;
      generation: string;
      siteId: string;
      offered: number;
      taken: number;
      kept: number;
      gone: number;
      bytes: number;
      leftOver: number;
      records: number | null;
      begunAtMs: number;
      doneAtMs: number | null;
    };
    revoked_again: {
      providerId: string;
      generation: string;
      what: RevokedKind;
      subjectId: string;
      label: string;
      revokedAtMs: number;
      repeatedAtMs: number;
    };
    // reports/roll-ups/schema.sql
    report_charges: {
      providerId: string;
      currency: string;
      day: ColumnType<Date, string, string>;
      kind: string;
      planId: string;
      cents: number;
      lines: number;
      cashCents: number;
    };
    report_cohorts: {
      providerId: string;
      currency: string;
      cohort: string;
      month: string;
      payers: number;
      cents: number;
    };
    report_days_waiting: {
      providerId: string;
      waitingId: GeneratedAlways<number>;
      what: "log-ins" | "traffic" | "uplinks" | "everything";
      fromMs: number;
    };
    report_entries_waiting: {
      providerId: string;
      entryId: string;
    };
    report_floors: {
      providerId: string;
      sessionsMs: Generated<number>;
      rebuildAskedAtMs: number | null;
    };
    report_log_ins: {
      providerId: string;
      day: ColumnType<Date, string, string>;
      siteId: string;
      logIns: number;
      devices: number;
    };
    report_months: {
      providerId: string;
      month: string;
      devices: number;
      stale: boolean;
    };
    report_online: {
      providerId: string;
      day: ColumnType<Date, string, string>;
      most: number;
    };
    report_payer_months: {
      providerId: string;
      currency: string;
      party: Party;
      month: string;
      payments: number;
      cents: number;
    };
    report_payers: {
      providerId: string;
      currency: string;
      party: Party;
      payments: number;
      cents: number;
      firstMs: number | null;
      lastMs: number | null;
      dueMs: GeneratedAlways<number | null>;
    };
    report_rebuilds: {
      providerId: string;
      phase: "payers" | "sales" | "log-ins" | "traffic" | "uplinks";
      firstDay: ColumnType<Date | null, string | null, string | null>;
      nextDay: ColumnType<Date | null, string | null, string | null>;
      begunAtMs: number;
    };
    report_sales: {
      providerId: string;
      day: ColumnType<Date, string, string>;
      currency: string;
      siteId: string;
      planId: string;
      channelId: string;
      sellerId: string;
      soldCents: number;
      refundedCents: number;
      sales: number;
      refunds: number;
      byOne: true;
      withCharges: true;
      cashCents: number;
    };
    report_sales_by: {
      providerId: string;
      currency: string;
      kind: "day" | "plan" | "site" | "channel" | "seller";
      day: ColumnType<Date, string, string>;
      key: string;
      soldCents: number;
      refundedCents: number;
      sales: number;
      refunds: number;
      cashCents: number;
    };
    report_traffic: {
      providerId: string;
      day: ColumnType<Date, string, string>;
      siteId: string;
      inputBytes: number;
      outputBytes: number;
      onlineSeconds: number;
    };
    report_uplink_days: {
      providerId: string;
      siteId: string;
      day: ColumnType<Date, string, string>;
      hours: (number | null)[];
    };
    site_uplinks: {
      providerId: string;
      siteId: string;
      downKbps: number;
      interface: string | null;
      updatedAtMs: number;
    };
    // tenancy/brand/schema.sql
    brands: {
      providerId: string;
      mainColour: string | null;
      accentColour: string | null;
      logoPictureId: string | null;
      topPictureId: string | null;
      words: WordsByLanguage;
      terms: ByLanguage<string>;
      updatedAtMs: number;
    };
    portal_notices: {
      providerId: string;
      noticeId: string;
      kind: "announcement" | "advert";
      texts: ByLanguage<string>;
      pictureId: string | null;
      link: string | null;
      fromMs: number;
      untilMs: number;
      createdAtMs: number;
      updatedAtMs: number;
    };
    // tenancy/pictures/schema.sql
    pictures: {
      providerId: string;
      pictureId: string;
      name: string;
      mediaType: "image/png" | "image/jpeg";
      bytes: ColumnType<Buffer, Uint8Array, Uint8Array>;
      width: number;
      height: number;
      madeAtMs: number;
      sha256: GeneratedAlways<string>;
    };
    // tenancy/providers/schema.sql
    providers: {
      providerId: string;
      name: string;
      state: "active" | "suspended" | "deleted";
      currency: string;
      locale: "en" | "sw";
      utcOffsetMinutes: number;
      supportPhone: string | null;
      bridgeSeconds: number;
      bridgeDataBytes: number;
      createdAtMs: number;
      updatedAtMs: number;
      suspendedAtMs: number | null;
      sellsUntilMs: number | null;
      deletedAtMs: number | null;
      purgeAtMs: number | null;
      purgeBeganAtMs: number | null;
      outageMinSeconds: number | null;
      outageMaxSeconds: number | null;
      subdomain: string | null;
      sellerSalesPerDay: Generated<number>;
      sellsUnremembered: Generated<boolean>;
      payWindow: PayWindow | null;
      codePause: Generated<boolean>;
      codePin: Generated<boolean>;
      codeMovesPerDay: number | null;
      arrearsAtMs: number | null;
      salesStoppedAtMs: number | null;
      shownName: string | null;
      mailName: string | null;
      noWayToPayAtMs: number | null;
      portalLanguage: string | null;
    };
    // tenancy/settings/schema.sql
    subdomain_names: {
      providerId: string;
      name: string;
      chosenAtMs: number;
    };
  }
}
