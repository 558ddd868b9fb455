/**
 * Tries on this very router what no public source says, after a person's yes, and keeps the answers by version and board.
 *
 * Safe with customers online: log-in and Disconnect name a user and an address that nobody has (RFC 5737); the entry and the file that are
 * made are of our own name, and are removed, also when a try before was cut short. Whether a speed changes while its session runs can only be seen on
 * a session: a guest who is online with a limit gets one kbps more for some seconds, and then what was bought. Safe mode is held for a moment, and no order of the hub runs
 * meanwhile; what the agent itself keeps at the router is written again after it. Each step waits ten seconds at most.
 * Attackers: a hub that is broken into can make the agent try, and no more: it names neither sentence, user nor address.
 */
import { Fault } from "@karibu/protocol/fault";
import { seconds } from "@karibu/protocol/quantities";
import type { ProofOutcome, RouterProof, RouterProofKind, RouterProofs } from "@karibu/protocol/router/router-proofs";
import type { World } from "@karibu/protocol/world";
import type { DynamicAuthorization, SessionIdentity, SpeedLimits } from "../ground/dynamic-authorization.ts";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { LiveRouter, RouterCommandOptions } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { rowText } from "./cut-rows.ts";
import { judgeLogIn } from "./proof-choices.ts";

export interface RouterTrials {
  /** What is known of the router as it is now. */
  readonly proofs: readonly RouterProof[];
  /** Reads what is kept. A disk that can't read it costs nothing but that. */
  open(): Promise<void>;
  /** Rejects with a Fault of the router's API where not even its version can be read. */
  run(actor: string): Promise<RouterProofs>;
}

export interface TrialParts {
  readonly live: LiveRouter;
  readonly folder: Pick<Folder, "read" | "rename" | "replace">;
  /** Null: RADIUS is off. */
  readonly coa: DynamicAuthorization | null;
  /** A guest of this router who is online with a limited speed, and what the router was told of it. Null: there is none now. */
  readonly guest: () => LimitedGuest | null;
  /** The kernel's boot id: another one than the kept one says that the container came back. Null: not known. */
  readonly bootId: string | null;
  /** Runs the task while no order of the hub changes the router. */
  readonly alone: <Result>(task: () => Promise<Result>) => Promise<Result>;
  /** The router took back what changed meanwhile. */
  readonly onUndone: () => void;
}

export interface LimitedGuest {
  readonly session: SessionIdentity;
  readonly rate: SpeedLimits & { readonly downKbps: number };
}

interface Answer {
  readonly outcome: ProofOutcome;
  readonly words: string | null;
}

interface Kept extends RouterProofs {
  readonly bootId: string | null;
}

const fileName = "router-proofs.json";
const list = "/ip/firewall/address-list";
const trialName = "karibu-trial";
/** Reserved for documentation (RFC 5737): no host has them. */
const nobodysAddress = "192.0.2.3";
const entryAddress = "192.0.2.2";
/** Words of the API's own, and letters of two, three and four bytes: what a back-up is made of comes back as it is, or not. */
const fileContents = "Karibu 0123456789 = ? .tag=1 ~ \u00e9\u07ff\u20ac\ufffd\u{1f4f6} end";
const stepMsMax = 10_000;

export function createRouterTrials(world: World, parts: TrialParts): RouterTrials {
  const { live, folder, coa, bootId, alone, onUndone, guest } = parts;
  let kept: Kept = { version: "", board: "", proofs: [], bootId: null };

  const keep = (next: Kept): Promise<void> => {
    kept = next;
    return writeJsonFile(folder, fileName, next).catch((error: unknown) =>
      world.log.warn("router-proofs-not-kept", { error: String(error) }),
    );
  };

  const proof = (kind: RouterProofKind, { outcome, words }: Answer): RouterProof => ({
    kind,
    outcome,
    words: words === null ? null : rowText(words, 200),
    atMs: world.clock.wall().atMs,
  });

  return {
    get proofs() {
      return kept.proofs;
    },
    async open() {
      const content = await readJsonFile<Kept>(folder, fileName).catch(() => null);
      const { version, board, proofs, bootId: before } = content ?? {};
      if (typeof version === "string" && typeof board === "string" && Array.isArray(proofs))
        kept = { version, board, proofs, bootId: typeof before === "string" ? before : null };
      if (bootId === null || bootId === kept.bootId) return;
      const others = kept.proofs.filter(({ kind }) => kind !== "container-after-reboot");
      const back =
        kept.bootId === null
          ? kept.proofs
          : [...others, proof("container-after-reboot", { outcome: "works", words: null })];
      await keep({ ...kept, proofs: back, bootId });
    },
    async run(actor) {
      const given: RouterCommandOptions = { lane: "enforcement", timeoutMs: stepMsMax, actor: rowText(actor) };
      const ask = (words: readonly string[]) => live.command(words, given);
      const [resource] = await ask(["/system/resource/print", "=.proplist=version,board-name"]);
      const version = rowText(resource?.version ?? "", 40);
      const board = rowText(resource?.["board-name"] ?? "", 64);
      const reboot = kept.proofs.find(({ kind }) => kind === "container-after-reboot");
      const proofs = [
        proof("host-log-in", await tryLogIn(world, ask)),
        proof("coa-disconnect", await tryCoa(coa, (one, nobody) => one.disconnect(nobody))),
        proof("coa-rate", await tryRate(world, { coa, guest, ask })),
        proof("coa-address-list", notTried),
        proof("safe-mode", await alone(() => trySafeMode(live, given, onUndone))),
        proof("file-read", await tryFileRead(live, ask, given)),
        reboot ?? proof("container-after-reboot", notTried),
      ];
      await keep({ version, board, proofs, bootId: kept.bootId });
      world.log.info("router-tried", { version, works: proofs.filter(({ outcome }) => outcome === "works").length });
      return { version, board, proofs };
    },
  };
}

type Ask = (words: readonly string[]) => Promise<readonly Readonly<Record<string, string>>[]>;

const notTried: Answer = { outcome: "not-tried", words: null };
const works: Answer = { outcome: "works", words: null };
const slow = { downKbps: 1000, upKbps: 1000, burst: null };

function failed(error: unknown): Answer {
  if (error instanceof RouterTrap) return { outcome: "refused", words: error.message };
  if (error instanceof Fault) return { outcome: "no-answer", words: error.message };
  throw error;
}

async function tryLogIn(world: World, ask: Ask): Promise<Answer> {
  const secret = Buffer.from(world.random.bytes(12)).toString("base64url");
  try {
    await ask(["/ip/hotspot/active/login", `=user=${trialName}`, `=password=${secret}`, `=ip=${nobodysAddress}`]);
    return works;
  } catch (error) {
    if (!(error instanceof RouterTrap)) return failed(error);
    return { outcome: judgeLogIn(error.message), words: error.message };
  }
}

type Nobody = Parameters<DynamicAuthorization["disconnect"]>[0];

/** A router that knows no such session says so: it hears, and takes the secret. */
async function tryCoa(
  coa: DynamicAuthorization | null,
  send: (coa: DynamicAuthorization, nobody: Nobody) => Promise<"ack" | "nak" | "refused" | "no-answer">,
): Promise<Answer> {
  if (coa === null) return notTried;
  const nobody = { user: trialName, sessionId: "ffffffff", address: nobodysAddress, mac: null, router: null };
  const answer = await send(coa, nobody);
  if (answer === "ack") return { outcome: "broken", words: null };
  return { outcome: answer === "nak" ? "works" : answer, words: null };
}

interface RateParts extends Pick<TrialParts, "coa" | "guest"> {
  readonly ask: Ask;
}

/** Of the queue that RouterOS made for this guest: `512000/1000000`. Empty: it shows none. */
const speedOf = async (ask: Ask, address: string): Promise<string> => {
  const rows = await ask(["/queue/simple/print", "=.proplist=max-limit", `?target=${address}/32`]);
  return rows.map((row) => row["max-limit"] ?? "").join();
};

/** So often the queue is read after the router said yes. */
const looks = 3;

/** Where nobody is online with a limit, or no queue shows it, only that the router hears is learned. */
async function tryRate(world: World, { coa, guest, ask }: RateParts): Promise<Answer> {
  const asNobody = () => tryCoa(coa, (one, nobody) => one.change(nobody, { rate: slow }));
  const found = coa === null ? null : guest();
  if (coa === null || found?.session.address == null) return await asNobody();
  const { session, rate } = found;
  const address = found.session.address;
  try {
    const before = await speedOf(ask, address);
    if (before === "") return await asNobody();
    try {
      const answer = await coa.change(session, { rate: { ...rate, downKbps: rate.downKbps + 1 } });
      // Who has gone meanwhile is no refusal.
      if (answer === "nak" && guest()?.session.sessionId !== session.sessionId) return await asNobody();
      if (answer !== "ack") return { outcome: answer === "nak" ? "refused" : answer, words: null };
      for (let look = 1; look <= looks; look += 1) {
        const after = await speedOf(ask, address);
        if (after !== before) return { outcome: "works", words: `max-limit ${before} -> ${after}` };
        if (look < looks) await new Promise<void>((resolve) => void world.clock.after(seconds(1), resolve));
      }
      return { outcome: "broken", words: `max-limit ${before}` };
    } finally {
      // What is worth now: by the hour, or by a payment, it may have changed while the trial looked.
      const now = guest();
      await coa.change(session, { rate: now?.session.sessionId === session.sessionId ? now.rate : rate });
    }
  } catch (error) {
    return failed(error);
  }
}

async function trySafeMode(live: LiveRouter, given: RouterCommandOptions, onUndone: () => void): Promise<Answer> {
  const find = () => live.command([`${list}/print`, "=.proplist=.id", `?list=${trialName}`], given);
  const clear = async () => {
    for (const row of await find()) await live.command([`${list}/remove`, `=.id=${row[".id"] ?? ""}`], given);
  };
  let isTaken = false;
  try {
    await clear();
    const session = await live.openSession();
    try {
      await session.command(["/safe-mode/take", "=on-error=abort"], given);
      isTaken = true;
      await session.command(
        [`${list}/add`, `=list=${trialName}`, `=address=${entryAddress}`, "=disabled=yes", "=comment=karibu:trial"],
        given,
      );
      await session.command(["/safe-mode/unroll"], given);
    } finally {
      session.close();
    }
    const isGone = (await find()).length === 0;
    return isGone ? works : { outcome: "broken", words: null };
  } catch (error) {
    // Somebody else is inside: nothing was learned.
    if (error instanceof RouterTrap && /already taken/i.test(error.message))
      return { ...notTried, words: error.message };
    return failed(error);
  } finally {
    if (isTaken) onUndone();
    await clear().catch(() => {});
  }
}

/** By a connection whose letters are bytes, as back-ups are read. */
async function tryFileRead(live: LiveRouter, ask: Ask, given: RouterCommandOptions): Promise<Answer> {
  const name = `${trialName}.txt`;
  const clear = async () => {
    const rows = await ask(["/file/print", "=.proplist=.id", `?name=${name}`]);
    for (const row of rows) await ask(["/file/remove", `=.id=${row[".id"] ?? ""}`]);
  };
  try {
    await clear();
    await ask(["/file/add", `=name=${name}`, `=contents=${fileContents}`]);
    const session = await live.openSession({ asBytes: true });
    try {
      const rows = await session.command(["/file/read", `=file=${name}`, "=offset=0", "=chunk-size=32768"], given);
      const read = Buffer.from(rows.map((row) => row.data ?? row.ret ?? "").join(""), "latin1");
      return read.equals(Buffer.from(fileContents)) ? works : { outcome: "broken", words: read.toString() };
    } finally {
      session.close();
    }
  } catch (error) {
    return failed(error);
  } finally {
    await clear().catch(() => {});
  }
}
