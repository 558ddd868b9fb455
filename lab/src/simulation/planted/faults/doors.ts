/** Who may come in, and what strangers reach. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfDoors = {
  "OWN-ROWS": {
    "guard-missing": {
      what: "One table has no row-level security.",
      patch: {
        file: "cloud/src/money/receipts/schema.sql",
        from: "select karibu_guard('told_credit_uses');\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/ground/db/open-database.test.ts",
        test: "[TEN-02] with no provider set, the application's role sees no row of any tenant table",
      },
      seconds: 201,
    },
  },
  "ONLY-WHO-MAY": {
    "code-tried-once-more": {
      what: "A one-time code may be guessed once more than allowed.",
      patch: {
        file: "cloud/src/customer-page/log-in/code-policy.ts",
        from: "code.tries < codeTriesMax",
        to: "code.tries <= codeTriesMax",
      },
      foundBy: {
        file: "cloud/src/customer-page/log-in/code-policy.test.ts",
        test: "[CUS-11] a code may be tried, ",
      },
      seconds: 1,
    },
    "one-time-code-twice": {
      what: "A one-time code works twice.",
      patch: {
        file: "cloud/src/customer-page/log-in/code-policy.ts",
        from: "code.usedAtMs === null && nowMs < code.expiresAtMs",
        to: "nowMs < code.expiresAtMs",
      },
      foundBy: {
        file: "cloud/src/customer-page/log-in/log-in.test.ts",
        test: "[CUS-11] a code is good five times five minutes: not after five guesses, not when it is old, not twice, not beside a newer one",
      },
      seconds: 29,
    },
    "expired-one-time-code": {
      what: "A one-time code works after its time.",
      patch: {
        file: "cloud/src/customer-page/log-in/code-policy.ts",
        from: "code.usedAtMs === null && nowMs < code.expiresAtMs && ",
        to: "code.usedAtMs === null && ",
      },
      foundBy: {
        file: "cloud/src/customer-page/log-in/log-in.test.ts",
        test: "[CUS-11] a code is good five times five minutes: not after five guesses, not when it is old, not twice, not beside a newer one",
      },
      seconds: 47,
    },
    "owner-by-radius": {
      what: "A RADIUS server can make somebody the owner.",
      patch: {
        file: "cloud/src/modules/radius-log-in/radius-policy.ts",
        from: 'new Set(["owner", "platform-admin"])',
        to: 'new Set(["platform-admin"])',
      },
      foundBy: {
        file: "cloud/src/modules/radius-log-in/radius-policy.test.ts",
        test: "[TEN-13] a RADIUS server is asked about people of the chosen roles alone, never about owners, and under the chosen name",
      },
      seconds: 4,
    },
    "opt-out-forgotten": {
      what: "Who wants no messages gets all but advertisements.",
      patch: {
        file: "cloud/src/messaging/sending-policy.ts",
        from: '  if (facts.allowed === false) return { kind: "skip", reason: "opted-out" };\n',
        to: '  if (facts.class === "marketing" && facts.allowed === false) return { kind: "skip", reason: "opted-out" };\n',
      },
      foundBy: {
        file: "cloud/src/messaging/sending-policy.test.ts",
        test: "who said",
      },
      seconds: 3,
    },
    "fresh-code-for-ever": {
      what: "A code of before the clock was set back stays fresh for as long as it was set back.",
      patch: {
        file: "cloud/src/ground/http/second-factor-demand.ts",
        from: "const isFresh = !isAhead(provedAtMs, nowMs) && nowMs - provedAtMs <= freshForMs;",
        to: "const isFresh = nowMs - provedAtMs <= freshForMs;",
      },
      foundBy: {
        file: "cloud/src/ground/http/second-factor-demand.test.ts",
        test: "[TEN-09] on",
      },
      seconds: 2,
    },
    "code-works-twice": {
      what: "A code of the authenticator app works twice.",
      patch: {
        file: "cloud/src/identity/credentials/totp.ts",
        from: "if (lastStep !== null && step <= lastStep) continue;",
        to: "if (lastStep !== null && step < lastStep) continue;",
      },
      foundBy: {
        file: "cloud/src/identity/credentials/totp.test.ts",
        test: "a code is good for its half minute and the ones beside it, once",
      },
      seconds: 2,
    },
    "guesses-forgotten": {
      what: "One more guess of a password is free.",
      patch: {
        file: "cloud/src/identity/credentials/guess-policy.ts",
        from: "failures < free || suspect",
        to: "failures <= free || suspect",
      },
      foundBy: {
        file: "cloud/src/identity/credentials/guess-policy.test.ts",
        test: "s after the last: wait",
      },
      seconds: 4,
    },
    "expired-api-token": {
      what: "An API token works after its end.",
      patch: {
        file: "cloud/src/identity/api-tokens/authenticate-token.ts",
        from: "row.revokedAtMs !== null || row.expiresAtMs <= nowMs || ",
        to: "row.revokedAtMs !== null || ",
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-08] an API token opens nothing from its end on",
      },
      seconds: 34,
      wasMissed: true,
    },
    "revoked-api-token": {
      what: "A revoked API token goes on working.",
      patch: {
        file: "cloud/src/identity/api-tokens/authenticate-token.ts",
        from: "row.revokedAtMs !== null || row.expiresAtMs <= nowMs || ",
        to: "row.expiresAtMs <= nowMs || ",
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-08] an API token: scopes, last use, refresh by itself, expiry, revocation, and its maker's end is its own",
      },
      seconds: 64,
    },
    "token-outlives-right": {
      what: "A program may do what the person who made its token may not do any more.",
      patch: {
        file: "cloud/src/identity/api-tokens/authenticate-token.ts",
        from: "const permissions = ofMaker.filter((permission) => row.scopes.includes(permission));",
        to: "const permissions = row.scopes as typeof ofMaker;",
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-08] a program may do no more than its maker may now, whatever its token says",
      },
      seconds: 69,
      wasMissed: true,
    },
    "expired-log-in": {
      what: "A log-in's token works after its hour.",
      patch: {
        file: "cloud/src/identity/log-in/authenticate.ts",
        from: 'claim.kind === "login" && hasEnded(endsAtMs, accessLifeMs, nowMs)',
        to: 'claim.kind === "login" && endsAtMs > endsAtMost(nowMs, accessLifeMs)',
      },
      foundBy: {
        file: "cloud/src/identity/log-in/login.test.ts",
        test: "[TEN-08] an access token ends after an hour; a refresh gives a new pair and ends the old one",
      },
      seconds: 49,
    },
    "expired-tab": {
      what: "A tab's token works after its time.",
      patch: {
        file: "cloud/src/identity/log-in/authenticate.ts",
        from: '    .where("expiresAtMs", ">", nowMs)\n    .where("expiresAtMs", "<=", endsAtMost(nowMs, accessLifeMs));\n',
        to: ";\n",
      },
      foundBy: {
        file: "cloud/src/identity/log-in/session.test.ts",
        test: "an access token ends after an hour, the cookie after thirty days without use; a new log-in ends the one before it",
      },
      seconds: 50,
    },
    "route-without-permission": {
      what: "Whoever is logged in may change what needs a permission.",
      patch: {
        file: "cloud/src/ground/http/admit.ts",
        from: '  if (route.permission !== "signed-in" && !actor.may(route.permission))\n',
        to: '  if (route.method === "GET" && route.permission !== "signed-in" && !actor.may(route.permission))\n',
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-08] a seller's token can sell and nothing else",
      },
      seconds: 116,
    },
    "support-factor-skipped": {
      what: "Support access reaches keys and money without a fresh second factor.",
      patch: {
        file: "cloud/src/ground/http/admit.ts",
        from: '  if (credential.kind === "impersonation" && route.freshFactor === true) {\n',
        to: '  if (credential.kind === "impersonation" && route.freshFactor !== true) {\n',
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-03] [TEN-09] support access reaches keys and access only with a fresh code of its person, and sets no address that hears on after it",
      },
      seconds: 76,
    },
    "suspended-provider-writes": {
      what: "The people of a suspended provider go on selling.",
      patch: {
        file: "cloud/src/ground/http/admit.ts",
        from: 'const isShut = known.readOnly === "all" || ',
        to: "const isShut = ",
      },
      foundBy: {
        file: "cloud/src/identity/log-in/login.test.ts",
        test: "[TEN-04] a suspended provider's people may read and not change; reactivated, they may again",
      },
      seconds: 51,
    },
    "audit-of-delete-forgotten": {
      what: "What is deleted stands in no activity.",
      patch: {
        file: "cloud/src/ground/http/audited.ts",
        from: '    (route.method !== "GET" || (route.reveals',
        to: '    ((route.method !== "GET" && route.method !== "DELETE") || (route.reveals',
      },
      foundBy: {
        file: "cloud/src/identity/log-in/login.test.ts",
        test: "[TEN-11] what is changed, replaced and deleted stands in the audit log as what is made does",
      },
      seconds: 67,
      wasMissed: true,
    },
    "mailed-link-twice": {
      what: "A link in a letter works twice.",
      patch: {
        file: "cloud/src/identity/credentials/mailed-tokens.ts",
        from: '      .set({ usedAtMs: nowMs })\n      .where("tokenHash", "=", hashOf(given.token))\n      .where("kind", "=", given.kind)\n      .where("usedAtMs", "is", null)\n',
        to: '      .set({ usedAtMs: nowMs })\n      .where("tokenHash", "=", hashOf(given.token))\n      .where("kind", "=", given.kind)\n',
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-09] of several who follow one link in the same moment one chooses the password",
      },
      seconds: 21,
    },
    "key-of-another-caller": {
      what: "The answer to one person's request is given to another who uses its key.",
      patch: {
        file: "cloud/src/ground/http/idempotency.ts",
        from: "[providerId, route, key, askedBy, body ?? null]",
        to: "[providerId, route, key, body ?? null]",
      },
      foundBy: {
        file: "cloud/src/ground/http/idempotency.test.ts",
        test: "a key is its caller's and its request's: with another body, or from another caller, nobody gets the answer",
      },
      seconds: 38,
      wasMissed: true,
    },
    "bucket-never-empty": {
      what: "A part of a try counts as a whole one.",
      patch: {
        file: "cloud/src/ground/http/rate-limit.ts",
        from: "      if (left < 1) {\n",
        to: "      if (left <= 0) {\n",
      },
      foundBy: {
        file: "cloud/src/ground/http/rate-limit.test.ts",
        test: "[SYS-15] a part of a try is none",
      },
      seconds: 12,
      wasMissed: true,
    },
  },
  "NO-WAY-IN": {
    "stranger-keeps-address": {
      what: "Whoever adds a stranger's e-mail address first keeps its owner from signing up.",
      patch: {
        file: "cloud/src/identity/users/users.ts",
        from: '    .where("users.email", "=", email)\n    .where("users.addressProved", "=", true)\n',
        to: '    .where("users.email", "=", email)\n',
      },
      foundBy: {
        file: "cloud/src/identity/users/users.test.ts",
        test: "[TEN-09] who adds a stranger's address first keeps its owner neither from a sign-up nor from the provider they work for",
      },
      seconds: 79,
      wasMissed: true,
    },
    "ssrf-metadata": {
      what: "The hub calls a link-local address that an operator entered: a cloud's metadata.",
      patch: {
        file: "cloud/src/ground/http-client/public-url.ts",
        from: '  "169.254.0.0/16",\n',
        to: "",
      },
      foundBy: {
        file: "cloud/src/ground/http-client/public-url.test.ts",
        test: "is no address of the internet",
      },
      seconds: 6,
    },
    "ssrf-dns": {
      what: "The hub calls a name that leads to an address inside.",
      patch: {
        file: "cloud/src/ground/http-client/public-url.ts",
        from: "          if (bad !== undefined) return callback(new Error(`${hostname} leads to an address inside`), []);\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/ground/http-client/public-url.test.ts",
        test: "a name that leads inside is not dialled, whatever it said when it was entered",
      },
      seconds: 9,
    },
    "ssrf-second-address": {
      what: "Of a name's addresses only the first is looked at, and another one may be called.",
      patch: {
        file: "cloud/src/ground/http-client/public-url.ts",
        from: "const bad = addresses.find(({ address }) => !isPublicAddress(address));",
        to: "const bad = addresses.slice(0, 1).find(({ address }) => !isPublicAddress(address));",
      },
      foundBy: {
        file: "cloud/src/ground/http-client/public-url.test.ts",
        test: "of a name's addresses one that leads inside is enough: the connection may try each of them",
      },
      seconds: 18,
      wasMissed: true,
    },
    "name-to-stranger": {
      what: "A hub in strange hands leads a site's customers to a false bank.",
      patch: {
        file: "agent/src/router-drift/judge-desired.ts",
        from: '({ address }) => address === "192.0.2.1" || isPrivateAddress(address)',
        to: "({ address }) => address !== undefined",
      },
      foundBy: {
        file: "agent/src/router-drift/judge-desired.test.ts",
        test: "[BEY-17] a hub that was broken into opens no router: rules that let others in are not taken",
      },
      seconds: 4,
    },
    "old-signature": {
      what: "A signed notice of a card channel can be played again for ever.",
      patch: {
        file: "cloud/src/money/channels/stripe/messages.ts",
        from: " || Math.abs(nowMs / 1000 - Number(stamp)) > toleranceSeconds) return false;",
        to: ") return false;",
      },
      foundBy: {
        file: "cloud/src/money/channels/stripe/messages.test.ts",
        test: "[PAY-10] a signature counts for five minutes before and after its time, and for this body alone",
      },
      seconds: 22,
      wasMissed: true,
    },
  },
  "BACK-AGAIN": {
    "restored-without-revocations": {
      what: "A back-up is restored though a piece of what was revoked since is missing, and whoever was shut out is in again.",
      patch: {
        file: "cloud/src/operations/back-ups/repeat-revocations.ts",
        from: "  if (found.missing > 0) throw piecesMissing(found.missing);\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/operations/back-ups/revocations.test.ts",
        test: "[BEY-29] somebody who was let in again after being shut out is let in after the restore too",
      },
      seconds: 60,
    },
    "back-up-abandoned-waits": {
      what: "A back-up that a wrong clock dated ahead counts as running, and no other is made.",
      patch: {
        file: "cloud/src/operations/back-ups/schedule-policy.ts",
        from: "const isSilent = nowMs - beatAtMs > silentMsMax || isOfFuture(beatAtMs, nowMs);",
        to: "const isSilent = nowMs - beatAtMs > silentMsMax;",
      },
      foundBy: {
        file: "cloud/src/operations/back-ups/schedule-policy.test.ts",
        test: "who worked on one when the clock was ahead works no more; one that still does is not begun again",
      },
      seconds: 2,
    },
    "restored-hub-believed": {
      what: "What a restored hub does not name is deleted at the site, also what was revoked.",
      patch: {
        file: "agent/src/sync/feed-receiver.ts",
        from: "...(restored ? { restored } : {}) });",
        to: "});",
      },
      foundBy: {
        file: "agent/src/store/kept-rows.test.ts",
        test: "[BEY-29] NO-THEFT: rows that a restored hub does not name stay valid, and are given back with their batch",
      },
      seconds: 65,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
