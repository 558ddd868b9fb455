/** What a site does for its customers: planted in the agent, and in what the hub says to sites. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfSites = {
  "OFF-IN-TIME": {
    "end-one-second-late": {
      what: "A router is told one second more than what is left of a package.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: "return Math.max(1, Math.floor(ms / 1000));",
        to: "return Math.max(1, Math.ceil(ms / 1000));",
      },
      foundBy: {
        file: "agent/src/access/decide.test.ts",
        test: "a session is told whole seconds, and none more than are left",
      },
      seconds: 4,
      wasMissed: true,
    },
    "still-in-at-the-end": {
      what: "Who asks at the very end of a package is let in.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: 'const held = heldAs(grant, knowsEnd && clock.atMs >= endsAtMs);\n  if (held === "off")',
        to: 'const held = heldAs(grant, knowsEnd && clock.atMs > endsAtMs);\n  if (held === "off")',
      },
      foundBy: {
        file: "agent/src/access/decide.test.ts",
        test: "[PLN-01] a time plan runs from its first use, and what remains shrinks",
      },
      seconds: 21,
    },
    "disconnect-once": {
      what: "After one try a session that is over counts as ended, although its router never answered.",
      patch: {
        file: "agent/src/enforcement/sweep-policy.ts",
        from: "if (eviction.unknowns >= 2 && !eviction.contradicted)",
        to: "if (eviction.tries >= 1 && !eviction.contradicted)",
      },
      foundBy: {
        file: "agent/src/enforcement/sweeper.test.ts",
        test: "[RAD-08] a router that refuses to end a session while it forgets its cookie: each step is waited for, and the next way is taken",
      },
      seconds: 45,
    },
    "unknown-once-enough": {
      what: "One answer that a session is not there is enough to close it.",
      patch: {
        file: "agent/src/enforcement/sweep-policy.ts",
        from: "if (eviction.unknowns >= 2 &&",
        to: "if (eviction.unknowns >= 1 &&",
      },
      foundBy: {
        file: "agent/src/enforcement/sweep-policy.test.ts",
        test: "[BEY-01] a router's word that it knows no such session is asked for twice, in two ways, before it ends one",
      },
      seconds: 14,
      wasMissed: true,
    },
    "tombstone-dropped-unnoticed": {
      what: "A site that was away while deletions were forgotten keeps what was deleted.",
      patch: {
        file: "cloud/src/ground/feed/read-pages.ts",
        from: "update feed_scopes s set horizon = greatest(s.horizon, old.version) from old\n      where s.provider_id",
        to: "update feed_scopes s set horizon = greatest(s.horizon, old.version) from old\n      where false and s.provider_id",
      },
      foundBy: {
        file: "cloud/src/ground/feed/feed.test.ts",
        test: "a cursor behind forgotten tombstones, or ahead of this database, begins with a snapshot",
      },
      seconds: 48,
    },
    "forged-coa-answer": {
      what: "A forged answer makes a site believe that a session has ended.",
      patch: {
        file: "agent/src/radius/coa/coa-client.ts",
        from: "      asked.over !== over || // everybody knows the secret of connections\n      !replyIsAuthentic(packet, asked.authenticator, asked.secret)\n",
        to: "      asked.over !== over // everybody knows the secret of connections\n",
      },
      foundBy: {
        file: "agent/src/radius/coa/coa-client.test.ts",
        test: "a reply with another secret, of another kind, for nobody, or malformed is not believed",
      },
      seconds: 20,
    },
    "refusal-is-unknown-session": {
      what: "A router that refuses to end a session counts as knowing none.",
      patch: {
        file: "agent/src/radius/coa/coa-client.ts",
        from: 'const isKnown = reply.answer === "nak" && cause !== undefined && cause !== sessionNotFound;',
        to: "const isKnown = false;",
      },
      foundBy: {
        file: "agent/src/radius/coa/coa-client.test.ts",
        test: "401, an attribute that it does not take",
      },
      seconds: 16,
    },
    "strangers-nak-counts": {
      what: "Another router's word that it knows no such session closes it.",
      patch: {
        file: "agent/src/radius/coa/coa-client.ts",
        from: 'return (await askAt(configured, code, attributes)) === "ack" ? "ack" : "no-answer";',
        to: "return await askAt(configured, code, attributes);",
      },
      foundBy: {
        file: "agent/src/radius/coa/coa-client.test.ts",
        test: "its NAK says nothing about another router's session",
      },
      seconds: 10,
    },
  },
  "NO-GIFT": {
    "data-used-beyond": {
      what: "Who has used all data, to the byte, is let in.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: "usage.bytes >= terms.dataBytes",
        to: "usage.bytes > terms.dataBytes",
      },
      foundBy: {
        file: "agent/src/access/decide.test.ts",
        test: "[PLN-02] [RAD-14] a data plan gives what remains of it, up to the last byte",
      },
      seconds: 9,
    },
    "a-slot-too-many": {
      what: "A package for one device lets two in.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: "if (slots.length < count)",
        to: "if (slots.length <= count)",
      },
      foundBy: {
        file: "agent/src/access/decide.test.ts",
        test: "refusals come in their order: revoked, suspended, expired, time, data, schedule, devices",
      },
      seconds: 9,
    },
    "bridge-unbounded": {
      what: "A site that is cut off gives a code of another site the whole time of its plan, and not the bridge allowance.",
      patch: {
        file: "agent/src/grants/lease-policy.ts",
        from: "validitySeconds: lesser(terms.validitySeconds, limit.seconds),",
        to: "validitySeconds: terms.validitySeconds,",
      },
      foundBy: {
        file: "agent/src/access/policy.test.ts",
        test: "[BEY-04] a code of another site's batch gives the bridge allowance once, and the journal says that it was one",
      },
      seconds: 8,
    },
    "use-elsewhere-forgotten": {
      what: "The time online that a code used at another site is given again.",
      patch: {
        file: "protocol/src/terms-left.ts",
        from: "useSeconds: useSeconds === null ? null : seconds(Math.max(0, useSeconds - use.usedSeconds)),",
        to: "useSeconds,",
      },
      foundBy: {
        file: "agent/src/access/listed-codes.test.ts",
        test: "[RTR-31] what was used before the takeover counts: time online, data, and the end",
      },
      seconds: 13,
    },
    "fair-use-anew": {
      what: "A code that goes to another site has its full speed there again, whatever it used.",
      patch: {
        file: "protocol/src/terms-left.ts",
        from: "{ fairUse: { ...fairUse, elsewhere: period } }",
        to: "{ fairUse: { ...fairUse } }",
      },
      foundBy: {
        file: "agent/src/enforcement/fair-use.test.ts",
        test: "[PLN-10] [BEY-04] what a code used of its fair use goes along from site to site, and back",
      },
      seconds: 8,
    },
    "lease-without-site": {
      what: "A site gets the lease of a voucher that may not be redeemed there.",
      patch: {
        file: "cloud/src/catalogue/leases/lease-policy.ts",
        from: " || !facts.siteIds.includes(askerSiteId)) return",
        to: ") return",
      },
      foundBy: {
        file: "cloud/src/catalogue/leases/lease-policy.test.ts",
        test: "[BEY-04] a site where the voucher may not be redeemed gets no lease, whoever holds it",
      },
      seconds: 3,
      wasMissed: true,
    },
    "lease-use-shrinks": {
      what: "A site that forgot what a voucher used makes it whole again.",
      patch: {
        file: "cloud/src/catalogue/leases/lease-policy.ts",
        from: "usedSeconds: seconds(Math.max(one.usedSeconds, other.usedSeconds)),",
        to: "usedSeconds: other.usedSeconds,",
      },
      foundBy: {
        file: "cloud/src/catalogue/leases/lease-policy.test.ts",
        test: "[BEY-04] what a voucher used before it moved stays used, also where its holder never learned of it",
      },
      seconds: 3,
      wasMissed: true,
    },
    "old-release-counts": {
      what: "A release from before a voucher moved moves it again, with its old use.",
      patch: {
        file: "cloud/src/catalogue/leases/lease-policy.ts",
        from: " && released.releasedAtMs >= sinceMs)",
        to: ")",
      },
      foundBy: {
        file: "cloud/src/catalogue/leases/lease-policy.test.ts",
        test: "[BEY-04] a release from before the voucher moved moves it no more, nor does one of another site",
      },
      seconds: 4,
      wasMissed: true,
    },
    "outage-credit-unbounded": {
      what: "An outage is credited without the provider's limit.",
      patch: {
        file: "agent/src/grants/outage-credit-policy.ts",
        from: "fromMs: Math.max(outage.fromMs, outage.toMs - rule.maxSeconds * 1000)",
        to: "fromMs: outage.fromMs",
      },
      foundBy: {
        file: "agent/src/grants/outage-credit-policy.test.ts",
        test: "[BEY-14] an outage is credited from the provider's shortest one on, and up to the provider's limit, from its end backwards",
      },
      seconds: 14,
      wasMissed: true,
    },
    "moves-of-a-day-forgotten": {
      what: "A code that went from phone to phone all day may go on after an hour.",
      patch: {
        file: "agent/src/state/guard-fold.ts",
        from: "const keptMs = 2 * 86_400_000;",
        to: "const keptMs = 3_600_000;",
      },
      foundBy: {
        file: "agent/src/state/guard-fold.test.ts",
        test: "NO-GIFT: how often a code went to another device is known for a day, and for as much as the clock may be corrected by",
      },
      seconds: 8,
      wasMissed: true,
    },
  },
  "NO-THEFT": {
    "proof-outlives-power-cut": {
      what: "After a power cut a wrong time that router and agent both kept counts as proved, and the next correction takes paid hours.",
      patch: {
        file: "agent/src/clock/site-clock.ts",
        from: 'saved.proved && sinceSavedMs !== null && quality !== "unknown"',
        to: 'saved.proved && quality !== "unknown"',
      },
      foundBy: {
        file: "agent/src/clock/site-clock.test.ts",
        test: "[BEY-11] after a power cut a date that agrees with the saved one proves nothing: both may stand where they stood",
      },
      seconds: 12,
      wasMissed: true,
    },
    "re-entry-pushes-out": {
      what: "A device that comes back silently pushes out one that is online.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: '  if (wish === "re-enter") return null;\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/access/decide.test.ts",
        test: "refusals come in their order: revoked, suspended, expired, time, data, schedule, devices",
      },
      seconds: 8,
    },
    "unproved-clock-ends": {
      what: "A date that nobody proved is taken while the hub is away, so that packages end early.",
      patch: {
        file: "agent/src/clock/clock-policy.ts",
        from: "  if (!isDisputed(view)) return true;\n  return hubIsAway",
        to: "  if (!isDisputed(view) || hubIsAway) return true;\n  return hubIsAway",
      },
      foundBy: {
        file: "agent/src/clock/site-clock.test.ts",
        test: "[BEY-11] a date ahead at boot is not followed, however plausible, and shows beside our own",
      },
      seconds: 12,
    },
    "witness-of-other-site": {
      what: "A router that was at another site before makes this one doubt its memory.",
      patch: {
        file: "agent/src/grants/witness-policy.ts",
        from: "  if (witness.siteId !== null && own.siteId !== null && witness.siteId !== own.siteId) return false;\n",
        to: "",
      },
      foundBy: {
        file: "agent/src/grants/witness.test.ts",
        test: "the folder of another site, on a router that moved",
      },
      seconds: 11,
    },
    "small-steps-add-up": {
      what: "Many small steps that nobody proved add up to hours.",
      patch: {
        file: "agent/src/clock/clock-policy.ts",
        from: "return Math.max(Math.abs(aheadMs), Math.abs(unprovedMs + aheadMs)) > clockLimits.agreesMs;",
        to: "return Math.abs(aheadMs) > clockLimits.agreesMs;",
      },
      foundBy: {
        file: "agent/src/clock/site-clock.test.ts",
        test: "small steps that nobody vouches for add up to no more than five minutes",
      },
      seconds: 6,
    },
  },
  "BYTES-KEPT": {
    "two-nibbles-of-boot": {
      what: "Two symbols of a session's id are read as the router's boot: sixteen bits of count run over, and open sessions end.",
      patch: {
        file: "agent/src/state/acct-session-id.ts",
        from: "const counts = 2 ** 20;",
        to: "const counts = 2 ** 16;",
      },
      foundBy: {
        file: "agent/src/state/acct-session-id.test.ts",
        test: "a count that passes sixteen bits is no reboot: what is open stays open",
      },
      seconds: 10,
      wasMissed: true,
    },
    "overtaken-is-reboot": {
      what: "A Start that another one overtook makes the site doubt each session.",
      patch: {
        file: "agent/src/state/acct-session-id.ts",
        from: 'return next.count < last.count && last.count - next.count <= overtakenMax ? "same-boot" : "doubtful";',
        to: 'return "doubtful";',
      },
      foundBy: {
        file: "agent/src/state/acct-session-id.test.ts",
        test: "Starts that overtake each other by a few are of one boot",
      },
      seconds: 9,
      wasMissed: true,
    },
    "counter-late-restarts": {
      what: "A late report counts as a restart of the counters, and is charged again.",
      patch: {
        file: "agent/src/state/counters.ts",
        from: "  if (!isLater) return { total: bytes(total), base: bytes(base) };\n",
        to: "",
      },
      foundBy: {
        file: "agent/src/state/counters.test.ts",
        test: "totals are taken as they come, and a late report changes nothing",
      },
      seconds: 4,
    },
    "wrap-lost": {
      what: "A counter that wrapped at four gigabytes is charged wrongly.",
      patch: {
        file: "agent/src/state/counters.ts",
        from: "const newBase = wrapped ? base + wrap : total;",
        to: "const newBase = total;",
      },
      foundBy: {
        file: "agent/src/state/counters.test.ts",
        test: "a counter of 32 bits that wraps goes on from 2^32",
      },
      seconds: 8,
    },
  },
  "JOURNAL-KEPT": {
    "bad-end-tried-for-ever": {
      what: "One bad place under the end of a journal's file holds up every record until somebody changes the stick.",
      patch: {
        file: "agent/src/journal/log-writer.ts",
        from: "const triesAtOneEnd = 3;",
        to: "const triesAtOneEnd = 3_000;",
      },
      foundBy: {
        file: "agent/src/journal/damage.test.ts",
        test: "a file whose end the medium refuses for ever is left, and its records go into the next one: nothing waits for a new stick",
      },
      seconds: 2,
    },
    "pulled-out-counts-as-bad": {
      what: "A stick that is pulled out for a moment counts as a bad sector, and the hub gets placeholders for its records.",
      patch: {
        file: "agent/src/journal/log.ts",
        from: '    await folder.replace(trial, Buffer.from("karibu\\n"));\n    await folder.remove(trial);\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/journal/damage.test.ts",
        test: "a segment that went bad while the agent runs gives placeholders, and one on a stick that is pulled out is waited for",
      },
      seconds: 6,
      wasMissed: true,
    },
    "skip-the-sync": {
      what: "The journal's batch is written and not synced before its answers leave.",
      patch: {
        file: "agent/src/journal/log-writer.ts",
        from: "    await target.open.write(chunk);\n    await target.open.sync();\n",
        to: "    await target.open.write(chunk);\n",
      },
      foundBy: {
        file: "agent/src/journal/journal.test.ts",
        test: "a thousand appends of one turn share one write and one sync",
      },
      seconds: 7,
    },
    "journal-acked-early": {
      what: "Answers leave before their records are written.",
      patch: {
        file: "agent/src/journal/log-writer.ts",
        from: "    await target.open.write(chunk);\n    await target.open.sync();\n",
        to: "    batch.resolve();\n    await target.open.write(chunk);\n    await target.open.sync();\n",
      },
      foundBy: {
        file: "agent/src/journal/journal.test.ts",
        test: "a thousand appends of one turn share one write and one sync",
      },
      seconds: 8,
    },
    "gap-taken": {
      what: "The hub takes a journal on that lacks a record, without a word.",
      patch: {
        file: "cloud/src/fleet/journal/intake-policy.ts",
        from: "const skips = firstSeq > lastSeq + 1;",
        to: "const skips = firstSeq > lastSeq + 2;",
      },
      foundBy: {
        file: "cloud/src/fleet/journal/intake-policy.test.ts",
        test: "whatever a frame holds, the plan never throws and takes numbers in order, without gaps",
      },
      seconds: 7,
    },
    "repeated-record-fresh": {
      what: "The last record is taken for a new one when it comes again.",
      patch: {
        file: "cloud/src/fleet/journal/intake-policy.ts",
        from: "taken.filter((entry) => entry.seq > lastSeq);",
        to: "taken.filter((entry) => entry.seq >= lastSeq);",
      },
      foundBy: {
        file: "cloud/src/fleet/journal/intake-policy.test.ts",
        test: "what was seen before is told from what is new",
      },
      seconds: 7,
    },
    "older-copy-not-covered": {
      what: "The journal is removed up to the newest snapshot, and not to the older one that a damaged copy needs.",
      patch: {
        file: "agent/src/store/document-file.ts",
        from: "      return previousPoint;\n",
        to: "      return newestPoint ?? previousPoint;\n",
      },
      foundBy: {
        file: "agent/src/store/feed-store.test.ts",
        test: "a damaged document is stood in for by the one before it and the log",
      },
      seconds: 9,
    },
    "second-agent-writes": {
      what: "An agent acknowledges after another one took its folder.",
      patch: {
        file: "agent/src/ground/files/held-folder.ts",
        from: "          await file.sync();\n          await expectHeld();\n",
        to: "          await file.sync();\n",
      },
      foundBy: {
        file: "agent/src/ground/files/held-folder.test.ts",
        test: "what an agent writes while another one opens the folder is not acknowledged",
      },
      seconds: 213,
      wasMissed: true,
    },
    "sold-before-written": {
      what: "A seller reads a code that is not on disk.",
      patch: {
        file: "agent/src/cash/cash-sales.ts",
        from: "      await recorder.unsynced(about);\n",
        to: "      void recorder.unwritten(about)?.catch(() => {});\n",
      },
      foundBy: {
        file: "agent/src/cash/cash-sales.test.ts",
        test: "a sale that the disk refuses shows no code; the same request again is the same sale",
      },
      seconds: 9,
    },
  },
  "SAME-AGAIN": {
    "old-token-takes-link": {
      what: "An old enrolment token in the settings takes the link from a device that is enrolled.",
      patch: {
        file: "agent/src/sync/enrol.ts",
        from: "const goesOn = isEnrolled && isRefusal(status, answer);",
        to: "const goesOn = !isEnrolled && isRefusal(status, answer);",
      },
      foundBy: {
        file: "agent/src/sync/enrol.test.ts",
        test: "[BEY-12] an enrolled device whose settings hold an old token keeps its link with the enrolment that it has",
      },
      seconds: 7,
      wasMissed: true,
    },
    "cursor-before-page": {
      what: "A page of the feed is acknowledged before it is on disk.",
      patch: {
        file: "agent/src/sync/feed-receiver.ts",
        from: '    await feed.apply({ scope, reset, more: last !== true, rows, version });\n    if (!stopped) send({ type: "applied", scope, version });\n',
        to: '    if (!stopped) send({ type: "applied", scope, version });\n    await feed.apply({ scope, reset, more: last !== true, rows, version });\n',
      },
      foundBy: {
        file: "agent/src/sync/feed-receiver.test.ts",
        test: "SAME-AGAIN: a page is said to be applied once it is on disk, and the next one waits for it",
      },
      seconds: 19,
      wasMissed: true,
    },
    "pages-after-a-hole": {
      what: "Pages behind one that could not be applied are applied.",
      patch: {
        file: "agent/src/sync/feed-receiver.ts",
        from: "          stopped = true; // a page was not applied, so later pages must not be applied\n",
        to: "",
      },
      foundBy: {
        file: "agent/src/sync/feed-receiver.test.ts",
        test: "SAME-AGAIN: behind a page that the disk refuses none is applied: the next link asks for all of them again",
      },
      seconds: 25,
      wasMissed: true,
    },
    "twin-not-mended": {
      what: "A damaged first copy of a file that is kept twice counts as none.",
      patch: {
        file: "agent/src/ground/files/json-file.ts",
        from: "  return first ?? second;\n",
        to: "  return first;\n",
      },
      foundBy: {
        file: "agent/src/ground/files/json-file.test.ts",
        test: "a file that is kept twice is read where",
      },
      seconds: 7,
      wasMissed: true,
    },
    "repeat-by-identifier": {
      what: "A new RADIUS request that begins like an older one gets its answer.",
      patch: {
        file: "agent/src/radius/server/duplicates.ts",
        from: "        slot.word0 === word0 &&\n        slot.word1 === word1 &&\n        slot.word2 === word2 &&\n        slot.word3 === word3\n",
        to: "        slot.word0 === word0\n",
      },
      foundBy: {
        file: "agent/src/radius/server/duplicates.test.ts",
        test: "RFC 5080 §2.2.2: a request is the same one by its whole authenticator: each of its bytes makes it another",
      },
      seconds: 9,
      wasMissed: true,
    },
    "repeat-answered-late": {
      what: "A RADIUS request gets an answer of long ago.",
      patch: {
        file: "agent/src/radius/server/duplicates.ts",
        from: "        if (nowMs - slot.atMs <= options.keepMs) return slot;\n",
        to: "        return slot;\n",
      },
      foundBy: {
        file: "agent/src/radius/server/duplicates.test.ts",
        test: "RFC 5080 §2.2.2: the same one is answered as before for as long as it is kept, and worked on once",
      },
      seconds: 7,
    },
    "repeat-done-twice": {
      what: "A RADIUS request that comes again while it is worked on is done twice.",
      patch: {
        file: "agent/src/radius/server/duplicates.ts",
        from: '        if (slot.state === "working") return null;\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/radius/server/duplicates.test.ts",
        test: "RFC 5080 §2.2.2: the same one is answered as before for as long as it is kept, and worked on once",
      },
      seconds: 8,
    },
  },
  "NO-AMNESIA": {
    "memory-lost-believed": {
      what: "What was started in the boot before the loss of memory counts as remembered.",
      patch: {
        file: "agent/src/grants/memory-policy.ts",
        from: "  if (used.boot >= lost.boot || lost.told.has(grantId)) return false;\n",
        to: "  if (used.boot >= lost.boot - 1 || lost.told.has(grantId)) return false;\n",
      },
      foundBy: {
        file: "agent/src/grants/memory-policy.test.ts",
        test: "[BEY-28] what the boot before the loss began may have been used since; what began in the boot of the loss is known",
      },
      seconds: 5,
      wasMissed: true,
    },
    "witness-of-same-epoch": {
      what: "A stick that was copied back is not known by what its router remembers.",
      patch: {
        file: "agent/src/grants/witness-policy.ts",
        from: "if (witness.epoch === own.epoch) return own.seq < witness.seq;",
        to: "if (witness.epoch === own.epoch) return false;",
      },
      foundBy: {
        file: "agent/src/grants/witness.test.ts",
        test: "an older copy",
      },
      seconds: 4,
    },
    "told-forgotten": {
      what: "What the hub told a site after its loss is forgotten at the next start.",
      patch: {
        file: "agent/src/state/saved-memory.ts",
        from: "      told: new Set(told),\n",
        to: "      told: new Set(),\n",
      },
      foundBy: {
        file: "agent/src/state/same-again.test.ts",
        test: "[BEY-26] a snapshot at any place of any journal, and the records after it, give the same state",
      },
      seconds: 7,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
