/** What a site does for its customers, seen by drawn stories alone: off by one, left out, answered before it was written, forgotten at a restart. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfStories = {
  "NO-GIFT": {
    "quota-one-byte-more": {
      what: "A router is told one byte more than what is left of a package.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: "bytes(terms.dataBytes - usage.bytes),",
        to: "bytes(terms.dataBytes - usage.bytes + 1),",
      },
      foundBy: { stories: "sites", seed: 700002 },
      seconds: 5,
    },
    "use-one-second-more": {
      what: "A router is told one second more than what is left of the time online.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: ": terms.useSeconds - usage.onlineSeconds;",
        to: ": terms.useSeconds - usage.onlineSeconds + 1;",
      },
      foundBy: { stories: "sites", seed: 700001 },
      seconds: 9,
    },
    "end-untold": {
      what: "A router is not told when a session is to end.",
      patch: {
        file: "agent/src/radius/server/limits-reply.ts",
        from: "if (sessionSeconds !== null) writer.put(",
        to: "if (sessionSeconds !== null && sessionSeconds < 0) writer.put(",
      },
      foundBy: { stories: "sites", seed: 700001 },
      seconds: 8,
    },
    "speeds-swapped": {
      what: "A router gives the customer the speed of download for upload.",
      patch: {
        file: "agent/src/radius/dialects/mikrotik.ts",
        from: "const rate = `${speed(upKbps)}/${speed(downKbps)}`;",
        to: "const rate = `${speed(downKbps)}/${speed(upKbps)}`;",
      },
      foundBy: { stories: "sites", seed: 700001 },
      seconds: 6,
    },
    "cookie-of-anybody": {
      what: "A spent one-time log-in lets in whoever repeats it.",
      patch: {
        file: "agent/src/access/log-in.ts",
        from: 'if (spent.mac !== request.mac) return rejected("unknown-user");',
        to: "",
      },
      foundBy: { stories: "sites", seed: 700034 },
      seconds: 13,
    },
    "code-tries-unbounded": {
      what: "Wrong codes lock nobody out.",
      patch: {
        file: "agent/src/access/guessing/guessing-policy.ts",
        from: "  wrongMax: 8,",
        to: "  wrongMax: 800,",
      },
      foundBy: { stories: "sites", seed: 700006 },
      seconds: 6,
    },
    "hours-ignored": {
      what: "A plan for some hours lets in at all hours.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: 'if (openForMs === 0) return reject("outside-schedule");',
        to: "",
      },
      foundBy: { stories: "sites", seed: 700132 },
      seconds: 6,
    },
    "hours-end-untold": {
      what: "A router is not told when the hours of a plan end.",
      patch: {
        file: "agent/src/access/decide.ts",
        from: "if (openForMs !== null) secondsLeft = Math.min(",
        to: "if (openForMs === 0) secondsLeft = Math.min(",
      },
      foundBy: { stories: "sites", seed: 700014 },
      seconds: 6,
    },
    "slow-never": {
      what: "A plan that is slow from so much data on stays fast for who is online.",
      patch: {
        file: "agent/src/enforcement/live-change-policy.ts",
        from: "const rate = sameRate(known, now) ? null :",
        to: "const rate = sameRate(known, now) || now.downKbps !== null ? null :",
      },
      foundBy: { stories: "sites", seed: 700003 },
      seconds: 6,
    },
  },
  "OFF-IN-TIME": {
    "idle-untold": {
      what: "A router is not told after what silence it is to log a phone out.",
      patch: {
        file: "agent/src/radius/server/limits-reply.ts",
        from: "if (idleSeconds !== null) writer.put(",
        to: "if (idleSeconds === 0) writer.put(",
      },
      foundBy: { stories: "sites", seed: 700001 },
      seconds: 10,
    },
  },
  "BYTES-KEPT": {
    "reports-unasked": {
      what: "A router is not asked to report while a session goes on.",
      patch: {
        file: "agent/src/radius/server/limits-reply.ts",
        from: "if (interimSeconds > 0) writer.put(",
        to: "if (interimSeconds < 0) writer.put(",
      },
      foundBy: { stories: "sites", seed: 700001 },
      seconds: 6,
    },
    "reports-acked-early": {
      what: "A router's report is acknowledged before it is on disk.",
      patch: {
        file: "agent/src/radius/server/handler.ts",
        from: "replies.send(slot, durable, from, send, countAccounting);",
        to: "replies.send(slot, null, from, send, countAccounting);",
      },
      foundBy: { stories: "sites", seed: 700013 },
      seconds: 13,
    },
    "upload-uncounted": {
      what: "What a phone sends is not charged.",
      patch: {
        file: "agent/src/state/session-fold.ts",
        from: "chargeBytes(usage, next.inputBytes + next.outputBytes - session.inputBytes - session.outputBytes, record);",
        to: "chargeBytes(usage, next.outputBytes - session.outputBytes, record);",
      },
      foundBy: { stories: "sites", seed: 700003 },
      seconds: 10,
    },
    "last-report-uncounted": {
      what: "What a session used after its last interim is not counted.",
      patch: {
        file: "agent/src/state/session-fold.ts",
        from: "  const counted = count(state, session, record);\n  state.sessions.set({ ...counted, stoppedAtMs",
        to: "  const counted = session;\n  state.sessions.set({ ...counted, stoppedAtMs",
      },
      foundBy: { stories: "sites", seed: 700002 },
      seconds: 7,
    },
  },
  "NO-THEFT": {
    "gigawords-untold": {
      what: "A package of more than four gigabytes ends too early: its upper half is not told.",
      patch: {
        file: "agent/src/radius/dialects/mikrotik.ts",
        from: "if (gigawords > 0) put(",
        to: "if (gigawords > 8) put(",
      },
      foundBy: { stories: "sites", seed: 700006 },
      seconds: 7,
    },
    "one-place-told": {
      what: "A router lets one device of a package for several in.",
      patch: {
        file: "agent/src/access/admit.ts",
        from: "return Math.max(running, replaced);",
        to: "return 1;",
      },
      foundBy: { stories: "sites", seed: 700002 },
      seconds: 8,
    },
  },
  "JOURNAL-KEPT": {
    "redeemed-before-disk": {
      what: "The page says that a code was taken before the first use is on disk.",
      patch: {
        file: "agent/src/access/redeem.ts",
        from: "    await result.durable;\n",
        to: "    result.durable?.catch(() => {});\n",
      },
      foundBy: { stories: "sites", seed: 700038 },
      seconds: 9,
    },
    "places-not-replayed": {
      what: "A restart forgets which devices have a place.",
      patch: {
        file: "agent/src/state/state-keeper.ts",
        from: "onRecord: (record) => applyRecord(state, record),",
        to: 'onRecord: (record) => (record.kind === "device-bound" ? undefined : applyRecord(state, record)),',
      },
      foundBy: { stories: "sites", seed: 700015 },
      seconds: 9,
    },
  },
  "MONEY-ONCE": {
    "wrong-pin-sells": {
      what: "A wrong PIN sells.",
      patch: {
        file: "agent/src/cash/check-pin.ts",
        from: "if (seller === null || !fits) return",
        to: "if (seller === null) return",
      },
      foundBy: { stories: "sites", seed: 700002 },
      seconds: 4,
    },
    "float-one-cent-more": {
      what: "A seller sells beyond the float.",
      patch: {
        file: "agent/src/cash/sell-policy.ts",
        from: "soldCents - seller.settledCents + plan.priceCents > seller.floatCents;",
        to: "soldCents - seller.settledCents > seller.floatCents;",
      },
      foundBy: { stories: "sites", seed: 700006 },
      seconds: 3,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
