/** The state of each part of a hub, from plain facts; for the health route and the doctor. */
import type { HubPartAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { Health } from "@karibu/protocol/health";
import { agreeMsMax, doubtedMsMin } from "../../ground/db/hub-clock.ts";

/** A part that is not well is an alarm, so it has its words there. */
export type HubPart = HubPartAlarm extends `hub-${infer Part}` ? Part : never;

export interface PartHealth {
  readonly name: HubPart;
  readonly grade: Health;
  /** What is found, in English: for the command line and for readers of the API. */
  readonly text: string;
  /** The same as a code, of this part: a page says it in its own language, with `figures`. */
  readonly finding: string;
  /** What to do; null when nothing. */
  readonly advice: string | null;
  readonly adviceCode: string | null;
  readonly figures: Readonly<Record<string, number | string | null>>;
}

export interface PartFacts {
  readonly database: { readonly engine: string; readonly latencyMs: number };
  readonly jobs: { readonly waiting: number; readonly dead: number; readonly oldestWaitMs: number | null };
  readonly mail: { readonly waiting: number; readonly failed: number; readonly hasServer: boolean };
  readonly channels: {
    readonly active: number;
    /** Keys for selling are refused: no sales. */
    readonly failing: number;
    /** Sales continue; receipts can't be checked. */
    readonly initiatorsRefused: number;
    readonly unknownPayments: number;
  };
  /** Null: sites are not reached through a tunnel. */
  readonly wireguard: { readonly peers: number; readonly seen: number; readonly problem: string | null } | null;
  readonly agents: { readonly online: number; readonly offline: number; readonly pending: number };
  /** Of the last minutes, all processors together. Null: not known (yet). */
  readonly processor: { readonly busyPercent: number } | null;
  /** Of this machine, ahead of the database's. Null: not known, or the same machine. */
  readonly clock: { readonly aheadMs: number } | null;
  /** Providers that owe the platform and have no way to pay it. */
  readonly subscriptions: { readonly unpayable: number };
  /** Null: there is no folder to examine. */
  readonly disk: { readonly freeBytes: number } | null;
  readonly backup: {
    readonly ageMs: number | null;
    /** Of the newest one that was fetched back and restored. */
    readonly provedAgeMs: number | null;
    /** How old that may be; null: the hub takes none by itself. */
    readonly provedMsMax: number | null;
    /** The newest one that ended is not in the store, or is damaged. */
    readonly hasNewestFailed: boolean;
    /** For how long the oldest revocation waits for the store; null: none does. */
    readonly unsentMs: number | null;
  };
  readonly upkeep: { readonly failed: readonly string[] };
  /** Callbacks on disk, for want of the database. Null: this hub has no place for them. */
  readonly spool: {
    readonly waiting: number;
    readonly bytes: number;
    readonly oldestMs: number | null;
    /** Files with records that could not be booked, and with lines that nobody can read. */
    readonly held: number;
    readonly damaged: number;
  } | null;
}

const hourMs = 3_600_000;
const latencyMsMax = 250;
const jobWaitsMsMax = 10 * 60_000;
const busyPercentMax = 90;
const freeBytesMin = 1_000_000_000;
const freeBytesLow = 5_000_000_000;
const backupAgeMsMax = 48 * hourMs;
/** They leave within seconds. */
const unsentMsMax = 60_000;
const agentsToJudgeMin = 4;
/** A hub that has its database books what lies there within seconds. */
const spoolWaitsMsMax = 120_000;

export function judgeParts(facts: PartFacts): PartHealth[] {
  const { database, jobs, mail, channels, wireguard, agents, disk, backup, upkeep } = facts;
  const late = jobs.oldestWaitMs !== null && jobs.oldestWaitMs > jobWaitsMsMax;
  const enrolled = agents.online + agents.offline;
  const manyAway = enrolled >= agentsToJudgeMin && agents.offline * 2 > enrolled;
  const parts = [
    part({
      name: "database",
      wrong: database.latencyMs > latencyMsMax && "notice",
      figures: database,
      finding: ["answers", `answers in ${database.latencyMs} ms`],
      advice: ["look-at-server", "Look at the database server's load, disk and connections."],
    }),
    part({
      name: "jobs",
      wrong: (late || jobs.dead > 0) && "notice",
      figures: jobs,
      finding: late
        ? ["late", "a job has waited for more than ten minutes"]
        : ["waiting", `${jobs.waiting} wait, ${jobs.dead} gave up`],
      advice: ["retry-jobs", "Is a hub running? Look at the jobs that gave up, and retry them."],
    }),
    part({
      name: "mail",
      wrong: mail.failed > 0 || (mail.waiting > 0 && !mail.hasServer) ? "notice" : false,
      figures: forShow(mail),
      finding: ["waiting", `${mail.waiting} letters wait, ${mail.failed} were not taken in a day`],
      advice: mail.hasServer
        ? ["mail-refused", "Look at mail_outbox.last_error: the mail server refuses."]
        : ["no-mail-server", "Set SMTP_URL: letters carry invitations and new passwords."],
    }),
    part({
      name: "channels",
      wrong: channels.failing + channels.initiatorsRefused > 0 && "notice",
      figures: channels,
      finding: [
        "in-use",
        `${channels.active} in use, keys of ${channels.failing} and initiators of ${channels.initiatorsRefused} are refused; ${channels.unknownPayments} payments undecided`,
      ],
      advice: ["owners-enter-keys", "Their owners see why at their channels, and enter new keys there."],
    }),
    part({
      name: "agents",
      wrong: manyAway ? "wrong" : agents.offline > 0 && "notice",
      figures: agents,
      finding: ["connected", `${agents.online} connected, ${agents.offline} away, ${agents.pending} never came`],
      advice: manyAway
        ? ["most-away", "Most are away at once: look at this hub's own address, certificate and network."]
        : ["see-sites", "See the sites."],
    }),
    judgeBackup(backup),
    part({
      name: "upkeep",
      wrong: upkeep.failed.length > 0 && "wrong",
      figures: { failed: upkeep.failed.length, names: upkeep.failed.join(",") },
      finding:
        upkeep.failed.length === 0 ? ["fine", "no job failed"] : ["failed", `failed: ${upkeep.failed.join(", ")}`],
      advice: ["see-schedule", "See GET /api/v1/platform/schedule and the log line upkeep-run."],
    }),
  ];
  if (facts.subscriptions.unpayable > 0)
    parts.push(
      part({
        name: "subscriptions",
        wrong: "wrong",
        figures: facts.subscriptions,
        finding: ["unpayable", `${facts.subscriptions.unpayable} providers owe and have no way to pay`],
        advice: ["mend-own-channel", "Mend the platform's own payment channel: until then nothing is asked of them."],
      }),
    );
  if (facts.processor !== null) parts.push(judgeProcessor(facts.processor));
  if (facts.clock !== null) parts.push(judgeClock(facts.clock));
  if (wireguard !== null)
    parts.push(
      part({
        name: "wireguard",
        wrong: wireguard.problem !== null && "wrong",
        figures: { peers: wireguard.peers, seen: wireguard.seen },
        // What the system says of its interface has no code: `text` has it.
        finding:
          wireguard.problem === null
            ? ["peers", `${wireguard.peers} sites, ${wireguard.seen} of them seen in the last hour`]
            : ["problem", wireguard.problem],
        advice: ["look-at-interface", "Look at the interface (wg show) and at the hub's right to change it."],
      }),
    );
  if (facts.spool !== null) parts.push(judgeSpool(facts.spool));
  if (disk !== null)
    parts.push(
      part({
        name: "disk",
        wrong: disk.freeBytes < freeBytesMin ? "wrong" : disk.freeBytes < freeBytesLow && "notice",
        figures: disk,
        finding: ["free", `${Math.round(disk.freeBytes / 1_000_000)} MB free`],
        advice: ["make-room", "Make room: a full disk stops the database."],
      }),
    );
  return parts;
}

function judgeBackup(backup: PartFacts["backup"]): PartHealth {
  const { ageMs, provedAgeMs, provedMsMax, hasNewestFailed, unsentMs } = backup;
  if (provedMsMax === null)
    return part({
      name: "backup",
      wrong: (ageMs === null || ageMs > backupAgeMsMax) && "notice",
      figures: { ageMs },
      finding: ageMs === null ? ["never", "never taken"] : ["aged", `${Math.round(ageMs / hourMs)} hours old`],
      advice: [
        "take-backup",
        "Run karibu backup every night and keep the files elsewhere. Back-ups of the database server itself are not known here.",
      ],
    });
  const isLate = provedAgeMs !== null && provedAgeMs > provedMsMax;
  const isUnsent = unsentMs !== null && unsentMs > unsentMsMax;
  const proved: Said =
    provedAgeMs === null
      ? ["never-proved", "none is proved yet"]
      : ["proved", `the last proved one is ${Math.round(provedAgeMs / hourMs)} hours old`];
  const finding: Said = isUnsent
    ? ["unsent", `what was revoked waits for ${Math.round(unsentMs / 60_000)} minutes to reach the store`]
    : hasNewestFailed && !isLate
      ? ["failed", `the newest one failed; ${proved[1]}`]
      : proved;
  return part({
    name: "backup",
    wrong: isLate || isUnsent ? "wrong" : (hasNewestFailed || provedAgeMs === null) && "notice",
    figures: { ageMs, provedAgeMs, ...(unsentMs === null ? {} : { unsentMs }) },
    finding,
    advice: isUnsent
      ? [
          "see-backup-store",
          "Is the back-up store reachable? Until then a restore does not know who was shut out last.",
        ]
      : ["see-backups", "Open Back-ups in the console: it says what went wrong with the last ones. Then take one now."],
  });
}

function judgeSpool({ waiting, bytes, oldestMs, held, damaged }: NonNullable<PartFacts["spool"]>): PartHealth {
  const isStuck = held + damaged > 0;
  return part({
    name: "spool",
    wrong: isStuck ? "wrong" : oldestMs !== null && oldestMs > spoolWaitsMsMax && "notice",
    figures: { waiting, bytes, oldestMs, held, damaged },
    finding: isStuck
      ? ["stuck", `${held} files with callbacks that could not be booked, ${damaged} with damaged lines`]
      : oldestMs === null
        ? ["empty", "no callback waits"]
        : ["waiting", `${waiting} callbacks wait, ${bytes} bytes, the oldest for ${Math.round(oldestMs / 1000)} s`],
    advice: isStuck
      ? [
          "see-held",
          "See callback-not-booked and callback-spool-damaged in the log. What is held is tried again hourly.",
        ]
      : ["database-away", "The database did not take them: they are booked as soon as it does."],
  });
}

/** A code, and its sentence in English. */
type Said = readonly [code: string, text: string];

function part(judged: {
  readonly name: HubPart;
  readonly wrong: Health | false;
  readonly figures: PartHealth["figures"];
  readonly finding: Said;
  readonly advice: Said;
}): PartHealth {
  const { name, wrong, figures } = judged;
  const [finding, text] = judged.finding;
  const [adviceCode, advice] = wrong === false ? [null, null] : judged.advice;
  return { name, grade: wrong === false ? "ok" : wrong, text, finding, advice, adviceCode, figures };
}

function forShow({ waiting, failed }: PartFacts["mail"]) {
  return { waiting, failed };
}

/** Of one machine. */
export function judgeProcessor(figures: NonNullable<PartFacts["processor"]>): PartHealth {
  return part({
    name: "processor",
    wrong: figures.busyPercent >= busyPercentMax && "notice",
    figures,
    finding: ["busy", `${figures.busyPercent} % used in the last five minutes`],
    advice: ["lighten-processor", "See what runs on this machine, and give it more processors."],
  });
}

/** Of one machine. */
export function judgeClock(figures: NonNullable<PartFacts["clock"]>): PartHealth {
  const apartMs = Math.abs(figures.aheadMs);
  const isDoubted = apartMs >= doubtedMsMin;
  const direction = figures.aheadMs < 0 ? "behind" : "ahead of";
  const finding: Said =
    apartMs <= agreeMsMax
      ? ["agrees", "as the database's"]
      : [figures.aheadMs < 0 ? "behind" : "ahead", `${Math.round(apartMs / 1000)} s ${direction} the database's`];
  return part({
    name: "clock",
    wrong: isDoubted ? "wrong" : apartMs > agreeMsMax && "notice",
    figures,
    finding,
    advice: isDoubted
      ? [
          "set-clocks",
          "One of the two is wrong: run NTP on both machines. Until they agree the hub goes by the database's, deletes nothing old and takes no payment for missing.",
        ]
      : ["run-ntp", "Run NTP on both machines."],
  });
}
