/**
 * New secrets between router and agent, without an outage: the agent takes both, a fixed script of the router changes the router, the router
 * reads itself back and proves what it has, the agent logs in with the new password, and then the old ones are forgotten. Each step can be cut
 * off; the hub orders the same rotation again, and the script goes on where it stopped, with whichever secret the router has.
 *
 * A router that was restored from a back-up of before a rotation has the secrets of then. Where it refuses the current password and takes that of
 * an older environment, the script's proof may be over the older secret: the router heals with the next rotation. Nobody else's word opens that.
 *
 * Who attacks it: a guest's phone, which reaches the agent's HTTP port and may stand behind the router's own address. The door is open only
 * while the script runs, and tells the new secrets only to who proves the present RADIUS secret (SHA-512 over it, never the secret). A broken-into
 * hub can order secrets that it knows; it knows the present ones as well. The agent's user may start this one script by its name and no other:
 * what it may do is in the script, which that user can't change (`docs/decisions/secrets-rotate.md`).
 */

import { Fault } from "@karibu/protocol/fault";
import { isSameSecret } from "@karibu/protocol/hash";
import { askProof, hasProof, rotationPath, rotationScriptName } from "@karibu/protocol/router/secret-proof";
import type { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import { cutText } from "@karibu/protocol/whole-text";
import type { z } from "zod/mini";
import type { HttpRequest, HttpResponse } from "../ground/http.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import type { Rotation, SiteSecrets } from "../ground/site-secrets.ts";
import { RouterTrap } from "../routeros/router-api.ts";

type Outcome = z.infer<typeof rotateSecrets.result>;

/** The script asks twice, changes four rows, and waits for a busy flash. */
const scriptMsMax = 45_000;

/** The sentence that starts the script. No other script can be named. */
export const rotationSentence = ["/system/script/run", `=number=${rotationScriptName}`] as const;

export interface SecretRotation {
  rotate(order: Rotation): Promise<Outcome>;
  /** Answers the router's script; null: nothing is being changed now, or the request is not for this door. */
  answer(request: HttpRequest): HttpResponse | null;
}

export function createSecretRotation(secrets: SiteSecrets, live: LiveRouter): SecretRotation {
  let last: Promise<unknown> = Promise.resolve();
  /** While the script runs. */
  let open: { hasProved: boolean; readonly older: string | null } | null = null;

  /** One after the other. A rotation that was begun and not ended comes first: the router may have its secrets already. */
  function rotate(order: Rotation): Promise<Outcome> {
    const work = last.then(async (): Promise<Outcome> => {
      if (secrets.rotationId === order.rotationId) return { kind: "done" };
      const { pending } = secrets;
      if (pending !== null && pending.rotationId !== order.rotationId) {
        const former = await change(pending);
        if (former.kind !== "done") return former;
      }
      const isNew = secrets.pending === null;
      if (isNew) await secrets.begin(order);
      const outcome = await change(order);
      // Without the script nothing was changed: the new ones are forgotten.
      if (isNew && outcome.kind === "no-script") await secrets.abandon();
      return outcome;
    });
    last = work.catch(() => {});
    return work;
  }

  async function change(rotation: Rotation): Promise<Outcome> {
    const door = { hasProved: false, older: await olderOfRouter() };
    open = door;
    try {
      await live.command(rotationSentence, { timeoutMs: scriptMsMax, actor: "secrets" });
    } catch (error) {
      if (error instanceof RouterTrap && isNoScript(error)) return { kind: "no-script" };
      // It may have done all the same: what the router proved counts.
      if (!door.hasProved) return { kind: "refused", why: reasonOf(error) };
    } finally {
      open = null;
    }
    if (!door.hasProved) return { kind: "refused", why: "The router's script ended without the proof of its secrets." };
    if (!(await takesPassword(rotation.apiPassword)))
      return { kind: "refused", why: "The router's API does not take the new password." };
    await secrets.finish();
    return { kind: "done" };
  }

  /** The RADIUS secret of before a rotation, where the router was set back to it; null: it was not. */
  async function olderOfRouter(): Promise<string | null> {
    const { older, current } = secrets;
    if (older === null || (await takesPassword(current.apiPassword))) return null;
    return (await takesPassword(older.apiPassword)) ? older.radiusSecret : null;
  }

  /** A connection of its own: the others were logged in before. */
  async function takesPassword(password: string): Promise<boolean> {
    try {
      const session = await live.openSession({ password });
      session.close();
      return true;
    } catch (error) {
      if (error instanceof Fault) return false;
      throw error;
    }
  }

  return {
    rotate,
    answer(request) {
      const cut = request.url.indexOf("?");
      const path = cut < 0 ? request.url : request.url.slice(0, cut);
      const { pending, current } = secrets;
      if (path !== rotationPath || request.method !== "POST" || open === null || pending === null) return null;
      const proof = /^Bearer ([0-9a-f]{128})$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      const known = [current.radiusSecret, pending.radiusSecret, ...(open.older === null ? [] : [open.older])];
      if (known.some((radiusSecret) => isSameSecret(proof, askProof(radiusSecret))))
        return json(200, {
          id: pending.rotationId,
          radius: pending.radiusSecret,
          api: pending.apiPassword,
        });
      const { rotationId, radiusSecret, apiPassword } = pending;
      if (isSameSecret(proof, hasProof({ rotationId, radiusSecret, environment: { radiusSecret, apiPassword } }))) {
        open.hasProved = true;
        return json(200, { state: "proved" });
      }
      return json(403, { code: "not-proved" });
    },
  };
}

const isNoScript = ({ message }: RouterTrap) => /no such item|not found/i.test(message);
const reasonOf = (error: unknown) => cutText(error instanceof Error ? error.message : String(error), 200);

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
