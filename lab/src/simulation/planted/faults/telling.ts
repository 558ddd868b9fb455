/** What people are told, and what is changed on routers. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfTelling = {
  "ONE-TRUTH": {
    "stale-answer-wins": {
      what: "An older answer that comes late takes the place of the newer one on the screen.",
      patch: {
        file: "cloud/console/src/components/read-controller.ts",
        from: "      if (at < this.#ended) return;\n",
        to: "",
      },
      foundBy: {
        file: "cloud/console/src/components/read-controller.test.ts",
        test: "of two readings the later one stands, though the earlier one's answer comes last; a failed one takes nothing away",
      },
      seconds: 19,
    },
  },
  HEARD: {
    "alarm-once-for-ever": {
      what: "What lasts is told once, and never again when it comes back.",
      patch: {
        file: "cloud/src/operations/alerting/alert-policy.ts",
        from: "alarm.lasts ? alert.beganAtMs === alarm.sinceMs : alarm.sinceMs < alert.beganAtMs + repeatMs,",
        to: "alarm.lasts || alarm.sinceMs < alert.beganAtMs + repeatMs,",
      },
      foundBy: {
        file: "cloud/src/operations/alerting/alert-policy.test.ts",
        test: "[MSG-06] an alarm is told when it has lasted as long as the rule says, and once",
      },
      seconds: 3,
    },
    "escalated-late": {
      what: "An alarm goes on to the next person one look too late.",
      patch: {
        file: "cloud/src/operations/alerting/alert-policy.ts",
        from: "alert.toldAtMs + rule.escalateAfterMs <= nowMs",
        to: "alert.toldAtMs + rule.escalateAfterMs < nowMs",
      },
      foundBy: {
        file: "cloud/src/operations/alerting/alert-policy.test.ts",
        test: "[MSG-06] a rule's times are met to the millisecond: not one earlier, and not one later",
      },
      seconds: 2,
    },
    "grave-sleeps": {
      what: "A grave alarm that may wake people waits for the morning.",
      patch: {
        file: "cloud/src/operations/alerting/alert-policy.ts",
        from: '(!isQuiet || (rule.wakes && alarm.severity === "wrong")) &&',
        to: "!isQuiet &&",
      },
      foundBy: {
        file: "cloud/src/operations/alerting/alert-policy.test.ts",
        test: "quiet hours hold it back, but not what is grave where the rule wakes; a maintenance window holds all of its sites back",
      },
      seconds: 2,
    },
    "once-hidden-by-silence": {
      what: "What happened once at a site that is away is not told.",
      patch: {
        file: "cloud/src/operations/alerting/alert-policy.ts",
        from: 'if (lasts && kind !== "site-silent" && siteId !== null && away.has(siteId)) return false;',
        to: 'if (kind !== "site-silent" && siteId !== null && away.has(siteId)) return false;',
      },
      foundBy: {
        file: "cloud/src/operations/alerting/alert-policy.test.ts",
        test: "[MSG-06] a site that is away hides what lasts there, and not what happened there once",
      },
      seconds: 4,
      wasMissed: true,
    },
    "burst-never-ends": {
      what: "After three messages of a kind no more come that day.",
      patch: {
        file: "cloud/src/operations/alerting/alert-policy.ts",
        from: "alert.kind === kind && alert.toldAtMs > nowMs - burstMs",
        to: "alert.kind === kind",
      },
      foundBy: {
        file: "cloud/src/operations/alerting/alert-policy.test.ts",
        test: "[MSG-13] after three messages of a kind in a quarter of an hour the next ones wait, and come together",
      },
      seconds: 2,
    },
    "silence-alarmed-never": {
      what: "A session that can't be ended raises no alarm.",
      patch: {
        file: "agent/src/enforcement/sweep-policy.ts",
        from: "return !eviction.alarmed && nowMs - eviction.sinceMs >= evictionLimits.alarmAfterMs;",
        to: "return !eviction.alarmed && nowMs - eviction.nextMs >= evictionLimits.alarmAfterMs;",
      },
      foundBy: {
        file: "agent/src/enforcement/sweeper.test.ts",
        test: "a router that neither obeys nor lets itself be asked is reported to the operator, and tried again",
      },
      seconds: 86,
    },
  },
  UNDO: {
    "fourth-try-of-update": {
      what: "A release that three starts did not survive is not called failed.",
      patch: {
        file: "agent/src/updates/update-policy.ts",
        from: "Number(trials) >= trialsMax",
        to: "Number(trials) > trialsMax",
      },
      foundBy: {
        file: "agent/src/updates/update-policy.test.ts",
        test: "the launcher's memory has the failures; one of another image, or a damaged one, counts as empty",
      },
      seconds: 12,
    },
    "dead-man-not-armed": {
      what: "A line is changed from afar on a router that has no dead man.",
      patch: {
        file: "agent/src/router-control/safe-change.ts",
        from: "    if (isRemote && !isArmed) throw new RouterTrap(noDeadMan, null);\n",
        to: "",
      },
      foundBy: {
        file: "agent/src/router-control/safe-change.test.ts",
        test: "a router behind its own line is not changed without a dead man",
      },
      seconds: 8,
    },
    "release-without-answer": {
      what: "A change is kept although the hub can't be reached any more.",
      patch: {
        file: "agent/src/router-control/safe-change.ts",
        from: "      hasAnswered &&\n      (await session",
        to: "      (await session",
      },
      foundBy: {
        file: "agent/src/router-control/safe-change.test.ts",
        test: "the hub is not heard: unrolled within 45 s, and enforcement sets its own again",
      },
      seconds: 7,
    },
    "armed-before-alive": {
      what: "The dead man is armed before it knows that somebody is there, and acts at once.",
      patch: {
        file: "agent/src/router-control/dead-man.ts",
        from: "  arm: [addSentence(deadMan.aliveList, `${deadMan.aliveSeconds}s`), addSentence(deadMan.armedList, armedTimeout)],",
        to: "  arm: [addSentence(deadMan.armedList, armedTimeout), addSentence(deadMan.aliveList, `${deadMan.aliveSeconds}s`)],",
      },
      foundBy: {
        file: "agent/src/router-control/dead-man.test.ts",
        test: "UNDO: the row that says somebody is there is made before the one that arms: an armed dead man without it acts at once",
      },
      seconds: 5,
      wasMissed: true,
    },
    "dead-man-outlives": {
      what: "A change is called kept after the dead man undid it.",
      patch: {
        file: "agent/src/router-control/safe-change.ts",
        from: "const isKept = isReleased && !(isArmed && world.clock.monotonicMs() - armedAtMs >= deadMan.aliveSeconds * 1000);",
        to: "const isKept = isReleased;",
      },
      foundBy: {
        file: "agent/src/router-control/safe-change.test.ts",
        test: "a release after the dead man's time may have come too late: reading back tells",
      },
      seconds: 5,
    },
    "row-without-tag": {
      what: "What the agent makes on a router has no tag, so that nobody removes it.",
      patch: {
        file: "agent/src/router-drift/repair-plan.ts",
        from: 'return [...(isNamed ? [["name", name] as [string, string]] : []), [column, value]];',
        to: 'return [...(isNamed ? [["name", name] as [string, string]] : []), [column, value.replace("karibu:", "")]];',
      },
      foundBy: {
        file: "agent/src/router-drift/repair-plan.test.ts",
        test: "[BEY-17] what the agent makes on a router has its tag, by which it is found and removed again",
      },
      seconds: 7,
      wasMissed: true,
    },
    "foreign-object-taken": {
      what: "An object without our tag is changed on a router.",
      patch: {
        file: "agent/src/router-drift/judge-desired.ts",
        from: '  if (!isTagged(object) && !(object.column === "name" && settingMenus.includes(object.menu))) return false;\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/router-drift/judge-desired.test.ts",
        test: "[BEY-17] menus that are not named, rows of others, and line breaks are not taken",
      },
      seconds: 6,
    },
    "repair-for-ever": {
      what: "The agent repairs once more a day what somebody else wants otherwise.",
      patch: {
        file: "agent/src/router-drift/repair-brake.ts",
        from: "within(known.atMs, nowMs).length < timesMax",
        to: "within(known.atMs, nowMs).length <= timesMax",
      },
      foundBy: {
        file: "agent/src/router-drift/repair-brake.test.ts",
        test: "[BEY-17] the same repair is made three times a day, then there is one alarm, and the next day it begins anew",
      },
      seconds: 4,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
