/**
 * Keeps the secrets between router and agent across restarts, in `secrets.json`. The container's environment holds them too: the router's
 * script changes it for the next start. So at a start the file rules while the environment says what the file knows of: the current secret,
 * the one that is coming, or one that was replaced. Another secret in the environment is a new set-up, and the file is void.
 * One that was replaced may say that the router was restored from a back-up of before: its password is tried after the current one. Its
 * RADIUS secret opens nothing before the router took that password (`router-control/rotate-secrets.ts`).
 */
import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, writeTwin } from "../ground/files/json-file.ts";
import type { Rotation, SecretPair, SiteSecrets } from "../ground/site-secrets.ts";

const fileName = "secrets.json";
/** Packets that a router signed just before it changed arrive within this: RouterOS sends three times, some seconds apart. */
const underWayMs = 30_000;
const replacedMax = 8;

interface SecretFile {
  readonly current: SecretPair;
  readonly rotationId: string | null;
  readonly pending: Rotation | null;
  /** SHA-256 of RADIUS secrets that were replaced: an environment of before the last rotation shows one of them. */
  readonly replaced: readonly string[];
}

/** A file that is damaged counts as none: then what the environment says is all that is known. */
export async function openSiteSecrets(world: World, folder: Folder, configured: SecretPair): Promise<SiteSecrets> {
  const found = readable(await readTwin<SecretFile>(folder, fileName));
  let file: SecretFile =
    found !== null && knows(found, configured.radiusSecret)
      ? found
      : { current: configured, rotationId: null, pending: null, replaced: [] };
  let older = file.replaced.includes(sha256Hex(configured.radiusSecret)) ? configured : null;
  const listeners: (() => void)[] = [];
  /** The secret that was replaced just now. */
  let former: { readonly secret: string; readonly untilMs: number } | null = null;
  let radiusOfRouter: string | null = null;

  async function keep(next: SecretFile): Promise<void> {
    await writeTwin(folder, fileName, next);
    file = next;
    for (const listener of listeners) listener();
  }

  return {
    configured,
    get current() {
      return file.current;
    },
    get rotationId() {
      return file.rotationId;
    },
    get pending() {
      return file.pending;
    },
    get older() {
      return older;
    },
    alsoRadius() {
      if (file.pending !== null) return file.pending.radiusSecret;
      return former !== null && world.clock.monotonicMs() < former.untilMs ? former.secret : null;
    },
    apiPasswords() {
      const { current, pending } = file;
      return [current, pending, older].flatMap((pair) => pair?.apiPassword ?? []);
    },
    noteRadiusSecret(secret) {
      radiusOfRouter = secret;
    },
    get radiusOfRouter() {
      const { current, pending } = file;
      return pending !== null && radiusOfRouter === pending.radiusSecret ? pending.radiusSecret : current.radiusSecret;
    },
    onChange: (listener) => void listeners.push(listener),
    begin: ({ rotationId, radiusSecret, apiPassword }) =>
      keep({ ...file, pending: { rotationId, radiusSecret, apiPassword } }),
    async abandon() {
      if (file.pending !== null) await keep({ ...file, pending: null });
    },
    async finish() {
      const { current, pending, replaced } = file;
      if (pending === null) return;
      const { rotationId, ...next } = pending;
      former = { secret: current.radiusSecret, untilMs: world.clock.monotonicMs() + underWayMs };
      await keep({
        current: next,
        rotationId,
        pending: null,
        replaced: [sha256Hex(current.radiusSecret), ...replaced].slice(0, replacedMax),
      });
      older = null;
      world.clock.after(underWayMs, () => {
        for (const listener of listeners) listener();
      });
    },
  };
}

/** Does the file know the secret that the environment has? */
function knows({ current, pending, replaced }: SecretFile, secret: string): boolean {
  const known = [current.radiusSecret, ...(pending === null ? [] : [pending.radiusSecret])];
  return known.some((one) => isSameSecret(one, secret)) || replaced.includes(sha256Hex(secret));
}

function readable(file: Partial<SecretFile> | null): SecretFile | null {
  if (file === null || !isPair(file.current) || !Array.isArray(file.replaced)) return null;
  const { current, rotationId = null, pending = null, replaced } = file;
  if (pending !== null && !isPair(pending)) return null;
  return { current, rotationId, pending, replaced };
}

const isPair = (pair: Partial<SecretPair> | undefined): pair is SecretPair =>
  typeof pair?.radiusSecret === "string" && pair.radiusSecret !== "" && typeof pair.apiPassword === "string";
