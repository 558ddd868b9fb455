/** The state of each part of a hub, from plain facts; for the health route and the doctor. */
import type { Health } from "@karibu/protocol/health";

export interface PartHealth {
  readonly name: string;
  readonly grade: Health;
  readonly text: string;
  /** What to do; null when nothing. */
  readonly advice: string | null;
  readonly figures: Readonly<Record<string, number | string | null>>;
}

export interface PartFacts {
  readonly database: { readonly engine: string; readonly latencyMs: number; readonly bytes: number };
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
  /** Null: there is no folder to examine. */
  readonly disk: { readonly freeBytes: number } | null;
  readonly backup: { readonly ageMs: number | null };
  readonly upkeep: { readonly failed: readonly string[] };
}

const hourMs = 3_600_000;
const latencyMsMax = 250;
const jobWaitsMsMax = 10 * 60_000;
const freeBytesMin = 1_000_000_000;
const freeBytesLow = 5_000_000_000;
const backupAgeMsMax = 48 * hourMs;
const agentsToJudgeMin = 4;

export function judgeParts(facts: PartFacts): PartHealth[] {
  const { database, jobs, mail, channels, wireguard, agents, disk, backup, upkeep } = facts;
  const late = jobs.oldestWaitMs !== null && jobs.oldestWaitMs > jobWaitsMsMax;
  const enrolled = agents.online + agents.offline;
  const manyAway = enrolled >= agentsToJudgeMin && agents.offline * 2 > enrolled;
  const parts = [
    part(
      ["database", database.latencyMs > latencyMsMax && "notice", database],
      `answers in ${database.latencyMs} ms`,
      "Look at the database server's load, disk and connections.",
    ),
    part(
      ["jobs", (late || jobs.dead > 0) && "notice", jobs],
      late ? "a job has waited for more than ten minutes" : `${jobs.waiting} wait, ${jobs.dead} gave up`,
      "Is a hub running? Look at the jobs that gave up, and retry them.",
    ),
    part(
      ["mail", mail.failed > 0 || (mail.waiting > 0 && !mail.hasServer) ? "notice" : false, forShow(mail)],
      `${mail.waiting} letters wait, ${mail.failed} were not taken in a day`,
      mail.hasServer
        ? "Look at mail_outbox.last_error: the mail server refuses."
        : "Set SMTP_URL: letters carry invitations and new passwords.",
    ),
    part(
      ["channels", channels.failing + channels.initiatorsRefused > 0 && "notice", channels],
      `${channels.active} in use, keys of ${channels.failing} and initiators of ${channels.initiatorsRefused} are refused; ${channels.unknownPayments} payments undecided`,
      "Their owners see why at their channels, and enter new keys there.",
    ),
    part(
      ["agents", manyAway ? "wrong" : agents.offline > 0 && "notice", agents],
      `${agents.online} connected, ${agents.offline} away, ${agents.pending} never came`,
      manyAway ? "Most are away at once: look at this hub's own address, certificate and network." : "See the sites.",
    ),
    part(
      ["backup", (backup.ageMs === null || backup.ageMs > backupAgeMsMax) && "notice", backup],
      backup.ageMs === null ? "never taken" : `${Math.round(backup.ageMs / hourMs)} hours old`,
      "Run karibu backup every night and keep the files elsewhere. Back-ups of the database server itself are not known here.",
    ),
    part(
      ["upkeep", upkeep.failed.length > 0 && "wrong", { failed: upkeep.failed.length }],
      upkeep.failed.length === 0 ? "no job failed" : `failed: ${upkeep.failed.join(", ")}`,
      "See GET /api/v1/platform/schedule and the log line upkeep-run.",
    ),
  ];
  if (wireguard !== null)
    parts.push(
      part(
        ["wireguard", wireguard.problem !== null && "wrong", { peers: wireguard.peers, seen: wireguard.seen }],
        wireguard.problem ?? `${wireguard.peers} sites, ${wireguard.seen} of them seen in the last hour`,
        "Look at the interface (wg show) and at the hub's right to change it.",
      ),
    );
  if (disk !== null)
    parts.push(
      part(
        ["disk", disk.freeBytes < freeBytesMin ? "wrong" : disk.freeBytes < freeBytesLow && "notice", disk],
        `${Math.round(disk.freeBytes / 1_000_000)} MB free`,
        "Make room: a full disk stops the database.",
      ),
    );
  return parts;
}

function part(
  [name, wrong, figures]: readonly [string, Health | false, PartHealth["figures"]],
  text: string,
  advice: string,
): PartHealth {
  return { name, grade: wrong === false ? "ok" : wrong, text, advice: wrong === false ? null : advice, figures };
}

function forShow({ waiting, failed }: PartFacts["mail"]) {
  return { waiting, failed };
}
