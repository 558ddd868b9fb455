/**
 * Back-ups of the router, and their restore: starts the router's fixed scripts by name and hands their files to the hub, piece by piece.
 *
 * One at a time; at most 4 MiB a file; a script may take two and a half minutes; a finished back-up stays in memory for half an hour, or
 * until the next. What the hub says names no file, no script and no address. Reading costs one general request for each 32 KiB.
 * The digest that the router's script made must be that of the bytes that came: the API changed nothing on the way.
 */

import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { bytes } from "@karibu/protocol/quantities";
import { backUpSum, backUpSumPieceBytes as pieceBytes } from "@karibu/protocol/router/back-up-sum";
import {
  type BackUpPart,
  backUpFileBytesMax,
  backUpPieceBytes,
  type backUpRouter,
  type readRouterBackUp,
  type restoreRouter,
} from "@karibu/protocol/rpc/router/router-back-ups";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import { cutText } from "@karibu/protocol/whole-text";
import { sleep, type World } from "@karibu/protocol/world";
import type { LiveRouter, RouterRow, RouterSession } from "../../ground/live-router.ts";
import { RouterTrap } from "../../routeros/router-api.ts";
import { rowText } from "../cut-rows.ts";
import { orderExpired } from "../judge-order.ts";
import {
  type DoneFile,
  readDoneFile,
  readSentence,
  restoreOrderSentence,
  routerScripts,
  routerSentences,
  runSentence,
} from "./back-up-files.ts";

type ParamsOf<Method> = Method extends Rpc<infer Params, infer _> ? Params : never;
type ResultOf<Method> = Method extends Rpc<infer _, infer Result> ? Result : never;
type BackUpResult = ResultOf<typeof backUpRouter>;
type RestoreResult = ResultOf<typeof restoreRouter>;
type About = NonNullable<BackUpResult["router"]>;

export interface RouterBackUps {
  backUp(order: ParamsOf<typeof backUpRouter>): BackUpResult;
  read(wanted: ParamsOf<typeof readRouterBackUp>): ResultOf<typeof readRouterBackUp>;
  restore(order: ParamsOf<typeof restoreRouter>): RestoreResult;
}

export interface BackUpsParts {
  readonly live: LiveRouter;
  /** Writes what is only in memory. */
  readonly beforeReboot: () => Promise<void>;
}

/** Of the script: slow boards write for a minute, and make digests slowly. */
const scriptMsMax = 150_000;
/** A router that says nothing for ten seconds counts as gone, so it is asked something meanwhile. */
const lookEveryMs = 4000;
const sentenceMsMax = 60_000;
const flushMsMax = 5000;
const keptMsMax = 30 * 60_000;

interface Job {
  readonly nonce: string;
  result: BackUpResult;
  readonly files: Map<BackUpPart, Buffer>;
  doneAtMs: number;
}

export function createRouterBackUps(world: World, { live, beforeReboot }: BackUpsParts): RouterBackUps {
  const { clock, log } = world;
  let job: Job | null = null;
  let restore: { readonly nonce: string; result: RestoreResult } | null = null;

  function isKept({ result, doneAtMs }: Job): boolean {
    return result.kind === "running" || clock.monotonicMs() - doneAtMs < keptMsMax;
  }

  /**
   * Runs a script to its end and looks at the router meanwhile. It is sent beside the general requests, because a script outlasts the ten
   * seconds that those have; it takes one place of twenty.
   */
  async function run(session: RouterSession, script: Parameters<typeof runSentence>[0], actor: string): Promise<void> {
    let isOver = false;
    const running = session
      .command(runSentence(script), { lane: "enforcement", timeoutMs: scriptMsMax, actor })
      .finally(() => {
        isOver = true;
      });
    running.catch(() => {});
    while (!isOver) {
      await Promise.race([running.catch(() => {}), sleep(clock, lookEveryMs)]);
      if (!isOver)
        await session.command(["/system/identity/print"], { timeoutMs: sentenceMsMax, actor }).catch(() => {});
    }
    await running;
  }

  async function readFile(session: RouterSession, part: BackUpPart, done: DoneFile, actor: string): Promise<Buffer> {
    const { file } = routerScripts[part];
    const pieces: Buffer[] = [];
    for (let at = 0; at < done.bytes; at += pieceBytes) {
      const rows = await session.command(readSentence(file, at), { timeoutMs: sentenceMsMax, actor });
      pieces.push(dataOf(rows).subarray(0, pieceBytes + 1));
    }
    return Buffer.concat(pieces);
  }

  async function makePart(session: RouterSession, part: BackUpPart, actor: string) {
    const { script, done } = routerScripts[part];
    await run(session, script, actor);
    const told = readDoneFile(
      dataOf(await session.command(readSentence(done, 0), { timeoutMs: sentenceMsMax, actor })).toString(),
    );
    if (told === null || (part === "binary" && told.mark === null))
      throw new Unfit("The script left no word of its file.");
    if (told.bytes > backUpFileBytesMax)
      throw new Unfit(`The file has ${told.bytes} bytes, and ${backUpFileBytesMax} are carried at most.`);
    const file = await readFile(session, part, told, actor);
    if (file.length !== told.bytes || backUpSum(file) !== told.sum)
      throw new Unfit("The router's API gave other bytes than its script saw. Try again; if it stays so, tell Karibu.");
    const { bytes: size, sum, mark } = { ...told, bytes: bytes(file.length) };
    return { file, told: { part, bytes: size, sha256: sha256Hex(file), sum, ...(mark === null ? {} : { mark }) } };
  }

  async function make(own: Job, parts: readonly BackUpPart[], actor: string): Promise<BackUpResult> {
    const router = await about(actor);
    const session = await live.openSession({ asBytes: true });
    try {
      await run(session, routerScripts.clear, actor);
      const files = [];
      for (const part of new Set(parts)) {
        const { file, told } = await makePart(session, part, actor);
        own.files.set(part, file);
        files.push(told);
      }
      // A file that stays is without secrets or sealed, and the next back-up takes it away.
      await run(session, routerScripts.clear, actor).catch((error: unknown) =>
        log.warn("router-back-up-not-cleared", { error: String(error) }),
      );
      return { kind: "done", files, router };
    } finally {
      session.close();
    }
  }

  async function about(actor: string): Promise<About> {
    const [resource, board, licence] = await Promise.all(
      routerSentences.map(async (words) => {
        const rows = await live
          .command(words, { timeoutMs: sentenceMsMax, fresh: true, actor })
          .catch((error: unknown) => {
            // A CHR has no routerboard.
            if (error instanceof RouterTrap) return [];
            throw error;
          });
        return rows[0] ?? {};
      }),
    );
    return {
      board: rowText(resource?.["board-name"] ?? "", 200),
      version: rowText(resource?.version ?? "", 200),
      serial: rowText(board?.["serial-number"] ?? licence?.["system-id"] ?? "", 200),
    };
  }

  async function restoreNow({
    ticket,
    mark,
    router,
    actor: by,
    expiresAtMs,
  }: ParamsOf<typeof restoreRouter>): Promise<RestoreResult> {
    const actor = rowText(by);
    const now = await about(actor);
    const other = (["board", "version", "serial"] as const).find((name) => now[name] !== router[name]);
    if (other !== undefined)
      return {
        kind: "refused",
        why: cutText(`The back-up is of another ${other}: ${router[other]}, and this is ${now[other]}`, 500),
      };
    // A disk that is slow or refuses holds no restore up.
    await Promise.race([beforeReboot().catch(() => {}), sleep(clock, flushMsMax)]);
    if (orderExpired(expiresAtMs, clock.wall().atMs)) return { kind: "expired" };
    const session = await live.openSession();
    let isTold = false;
    try {
      await session.command(restoreOrderSentence(ticket, mark), { timeoutMs: sentenceMsMax, actor });
      isTold = true;
      await run(session, routerScripts.restore, actor);
    } catch (error) {
      if (error instanceof RouterTrap) return { kind: "refused", why: whyOf(error) };
      if (!isTold) throw error;
      // The connection ends with the router, so a lost answer is the rule.
      log.info("router-restore", { ended: String(error) });
    } finally {
      session.close();
    }
    return { kind: "begun" };
  }

  return {
    backUp({ nonce, actor, expiresAtMs, parts }) {
      if (job?.nonce === nonce && isKept(job)) return job.result;
      if (job?.result.kind === "running" || restore?.result.kind === "running") throw busy();
      if (orderExpired(expiresAtMs, clock.wall().atMs)) return { kind: "expired" };
      const own: Job = { nonce, result: { kind: "running" }, files: new Map(), doneAtMs: 0 };
      job = own;
      make(own, parts, rowText(actor))
        .catch((error: unknown): BackUpResult => ({ kind: "refused", why: whyOf(error) }))
        .then((result) => {
          own.result = result;
          own.doneAtMs = clock.monotonicMs();
          log.info("router-back-up", { outcome: result.kind });
        });
      return own.result;
    },
    read({ nonce, part, offsetBytes }) {
      const file = job?.nonce === nonce && isKept(job) ? job.files.get(part) : undefined;
      if (file === undefined) return { kind: "gone", piece: "" };
      return { kind: "piece", piece: file.subarray(offsetBytes, offsetBytes + backUpPieceBytes).toString("base64") };
    },
    restore(order) {
      if (restore?.nonce === order.nonce) return restore.result;
      if (job?.result.kind === "running" || restore?.result.kind === "running") throw busy();
      if (orderExpired(order.expiresAtMs, clock.wall().atMs)) return { kind: "expired" };
      const own: NonNullable<typeof restore> = { nonce: order.nonce, result: { kind: "running" } };
      restore = own;
      restoreNow(order)
        .catch((error: unknown): RestoreResult => ({ kind: "refused", why: whyOf(error) }))
        .then((result) => {
          own.result = result;
          log.info("router-restore", { outcome: result.kind });
        });
      return own.result;
    },
  };
}

/** It came as bytes, each a letter. `data` by rows, or what `!done` returns. */
const dataOf = (rows: readonly RouterRow[]): Buffer =>
  Buffer.from(rows.map((row) => row.data ?? row.ret ?? "").join(""), "latin1");

class Unfit extends Error {}

const noScript = /no such item|no such command/;

function whyOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const words =
    error instanceof RouterTrap && noScript.test(said)
      ? `This router's set-up has no scripts for back-ups: import repair.rsc. (${said})`
      : said;
  return rowText(words, 500);
}

const busy = () => new Fault("router-api/busy", "a back-up of this router is under way", { retry: "later" });
