/**
 * Enrols this device as the agent of a site, with the token of an operator. The device makes its key and keeps it. The key is on disk
 * before the request leaves, so that the device can repeat the request with the same key when the answer is lost.
 */

import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { fingerprintOf, makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import * as z from "zod/mini";
import type { Folder } from "../ground/files/folder.ts";
import type { PostJson } from "../ground/post-json.ts";
import { backoffMs, chanceOf } from "./backoff.ts";
import { type AgentIdentity, type IdentityFile, loadIdentity, saveIdentity } from "./identity.ts";

export interface EnrolParts {
  readonly hubUrl: string;
  /** KARIBU_ENROL_TOKEN; null or one already used here: the identity of the last enrolment holds. */
  readonly token: string | null;
  readonly post: PostJson;
  /** Aborts the wait for a hub that does not answer. */
  readonly signal: AbortSignal;
  /** This device leaves a site for another one. The new identity is saved once this has resolved. */
  readonly onMoved: (left: AgentIdentity) => Promise<void>;
  /** Gets a sentence about a problem that only a person can solve (the hub refuses the token); null: it is solved. */
  readonly onProblem?: (problem: string | null) => void;
  /** As what it enrols; default: as the agent of a site. */
  readonly as?: "agent" | "host";
}

const answerSchema = z.object({ siteId: keySchema, hubPublicKey: z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/)) });

/** The hub does not answer: try again soon. The hub refuses: only a person can help, so try again rarely. */
const away = { baseMs: 2000, capMs: 120_000 };
const refused = { baseMs: 60_000, capMs: 900_000 };
/** A person is about to tap. */
const waits = { baseMs: 5000, capMs: 60_000 };

/** Throws Fault "hub/not-enrolled" (no token, no identity) or "hub/enrolment-stopped". A disk that refuses is asked again: the key is kept once. */
export async function obtainIdentity(world: World, folder: Folder, parts: EnrolParts): Promise<AgentIdentity> {
  for (let failures = 0; ; failures++) {
    try {
      return await enrolOnce(world, folder, parts);
    } catch (error) {
      if (error instanceof Fault && error.code.startsWith("hub/")) throw error;
      world.log.warn("enrolment-waits", { error: error instanceof Error ? error.message : String(error) });
    }
    await pause(world, backoffMs(failures, away, chanceOf(world.random.bytes(4))), parts.signal);
  }
}

async function enrolOnce(world: World, folder: Folder, parts: EnrolParts): Promise<AgentIdentity> {
  const file = await loadIdentity(folder);
  const tokenHash = parts.token === null ? null : sha256Hex(parts.token);
  if (file.current !== null && (tokenHash === null || file.current.tokenHash === tokenHash)) return file.current;
  if (parts.token === null || tokenHash === null)
    throw new Fault("hub/not-enrolled", "this device is not enrolled", {
      retry: "never",
      hint: "Make an enrolment token for the site in the console, and set KARIBU_ENROL_TOKEN.",
    });
  const pending =
    file.pending?.tokenHash === tokenHash ? file.pending : { keys: makeLinkKeys(world.random), tokenHash };
  await saveIdentity(folder, { ...file, pending });
  const body = { token: parts.token, publicKey: pending.keys.publicKey };
  const answer = await askUntilAnswered(world, parts, body, file.current !== null);
  // An old token in the settings must not take the link from a device that has a right.
  if (answer === null) return file.current as AgentIdentity;
  if (file.current !== null && file.current.siteId !== answer.siteId) await parts.onMoved(identityOf(file.current));
  const current: IdentityFile["current"] = { ...answer, ...pending };
  await saveIdentity(folder, { current, pending: null });
  world.log.info("enrolled", { siteId: current.siteId });
  return current;
}

const identityOf = ({ siteId, keys, hubPublicKey }: AgentIdentity): AgentIdentity => ({ siteId, keys, hubPublicKey });

/** Null: the hub itself refuses the token, and this device is enrolled already. The next start asks again. */
async function askUntilAnswered(
  world: World,
  parts: EnrolParts,
  body: { token: string; publicKey: string },
  isEnrolled: boolean,
): Promise<z.infer<typeof answerSchema> | null> {
  const url = enrolUrl(parts.hubUrl, parts.as ?? "agent");
  for (let failures = 0; ; failures++) {
    let pace = away;
    try {
      const { status, body: answer } = await parts.post(url, body);
      const parsed = answerSchema.safeParse(answer);
      if (status < 300 && parsed.success) {
        parts.onProblem?.(null);
        return parsed.data;
      }
      if (isWaiting(status, answer)) {
        pace = waits;
        parts.onProblem?.(waitingFor(body.publicKey));
      } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
        pace = refused;
        const goesOn = isEnrolled && isRefusal(status, answer);
        parts.onProblem?.(problemOf(status, parts.as ?? "agent") + (goesOn ? goesOnAsBefore : ""));
        if (goesOn) {
          world.log.error("enrolment-refused", { status, hint: goesOnAsBefore.trim() });
          return null;
        }
      }
      world.log.error("enrolment-refused", { status, hint: "Make a new enrolment token for the site in the console." });
    } catch (error) {
      world.log.warn("enrolment-waits", { error: error instanceof Error ? error.message : String(error) });
    }
    await pause(world, backoffMs(failures, pace, chanceOf(world.random.bytes(4))), parts.signal);
  }
}

const isWaiting = (status: number, answer: unknown): boolean =>
  status === 409 && (answer as { code?: unknown } | null)?.code === "enrolment-waits";

/** The hub's own word: a login page of the way there answers 403 too. */
const isRefusal = (status: number, answer: unknown): boolean =>
  status === 403 && (answer as { code?: unknown } | null)?.code === "enrolment-refused";

/** The hub has a device of this site, and this folder has another key. */
const waitingFor = (publicKey: string): string =>
  "This device has a new data folder, and a new key. Readmit it on the site's page in the console: " +
  `the key there must be ${fingerprintOf(publicKey)}.`;

const goesOnAsBefore = " Until then it goes on as enrolled.";

/** 403: the token was used by another device or before this data folder was emptied, or it is too old, or it is no token. */
function problemOf(status: number, as: "agent" | "host"): string {
  if (status !== 403) return `The hub refuses to enrol this device (status ${status}). Is KARIBU_HUB_URL right?`;
  if (as === "host") return "The hub refused the enrolment token: make a new one for this host in the console.";
  return (
    "The hub refused the enrolment token: it was used before (also with another data folder), " +
    "or is older than 24 hours. Make a new one on the site's page in the console, and set KARIBU_ENROL_TOKEN."
  );
}

function pause(world: World, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(new Fault("hub/enrolment-stopped", "the agent is going down", { retry: "later" }));
    };
    const timer = world.clock.after(delayMs, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** `https://hub.example/` -> `https://hub.example/enrol/agent`. */
function enrolUrl(hubUrl: string, as: "agent" | "host"): string {
  return `${hubUrl.replace(/\/+$/, "")}/enrol/${as}`;
}

/** `https://hub.example` -> `wss://hub.example/agent`. */
export function linkUrl(hubUrl: string): string {
  return `${hubUrl.replace(/^http/, "ws").replace(/\/+$/, "")}/agent`;
}
