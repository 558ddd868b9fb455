/**
 * Keeps the secrets of further routers across restarts, in `router-secrets.json`. The container's environment says which routers there are, and what
 * each had when the first router's script was imported last. So at a start the file rules for a router while the environment says what the file knows
 * of; another secret there is a new set-up, and what the file has of that router is void. The hub tells them anew with each link: a lost stick, or
 * an environment that is too old, is right again then.
 */
import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, writeTwin } from "../ground/files/json-file.ts";
import type { KnownSecrets, RouterSecrets } from "../ground/router-secrets.ts";

const fileName = "router-secrets.json";
/** Packets that were signed just before the change arrive within this. */
const underWayMs = 30_000;
const replacedMax = 8;

interface KeptSecret extends KnownSecrets {
  /** SHA-256 of those that were replaced: an older environment shows one of them. */
  readonly replaced: readonly string[];
}

/** Who may ask by RADIUS from one address, with another secret than the site's own router: the further routers, with what the settings have for each. */
export const furtherRoutersOf = (
  clients: readonly { readonly range: string; readonly secret: string }[],
  radiusSecret: string | null,
): ReadonlyMap<string, string> =>
  new Map(
    clients
      .filter(({ range, secret }) => !range.includes("/") && secret !== radiusSecret)
      .map(({ range, secret }) => [range, secret]),
  );

/** `configured`: each further router with the secret that the settings have for it. A damaged file counts as none. */
export async function openRouterSecrets(
  world: World,
  folder: Pick<Folder, "read" | "rename" | "replace">,
  configured: ReadonlyMap<string, string>,
): Promise<RouterSecrets> {
  const found = await readTwin<Record<string, Partial<KeptSecret>>>(folder, fileName);
  const kept = new Map<string, KeptSecret>();
  for (const [address, secret] of configured) {
    const known = readable(found?.[address]);
    kept.set(address, known !== null && knows(known, secret) ? known : { current: secret, next: null, replaced: [] });
  }
  const former = new Map<string, { readonly secret: string; readonly untilMs: number }>();
  /** What each router signed with last. */
  const signed = new Map<string, string>();
  const listeners: (() => void)[] = [];
  let writing: Promise<void> = Promise.resolve();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  /** One write after the other: two routers may prove their secrets at once. `undefined`: there is nothing to change. */
  function change(address: string, to: (known: KeptSecret) => KeptSecret | undefined): Promise<void> {
    const work = writing.then(async () => {
      const known = kept.get(address);
      const next = known === undefined ? undefined : to(known);
      if (next === undefined) return;
      const file = { ...Object.fromEntries(kept), [address]: next };
      await writeTwin(folder, fileName, file);
      kept.set(address, next);
      tell();
    });
    writing = work.catch(() => {});
    return work;
  }

  return {
    of(address) {
      const known = kept.get(address);
      if (known === undefined) return null;
      const { current, next } = known;
      const before = former.get(address);
      const underWay = before !== undefined && world.clock.monotonicMs() < before.untilMs ? before.secret : null;
      const signing = next !== null && signed.get(address) === next ? next : current;
      return { current, signing, also: next ?? underWay, next };
    },
    async keep(address, { current, next }) {
      let isBehind = false;
      await change(address, (known) => {
        const isSame = isSameSecret(known.current, current);
        isBehind = !isSame && known.replaced.includes(sha256Hex(current));
        if (isSame || isBehind) return known.next === next ? undefined : { ...known, next };
        former.set(address, { secret: known.current, untilMs: world.clock.monotonicMs() + underWayMs });
        world.clock.after(underWayMs, tell);
        return { current, next, replaced: [sha256Hex(known.current), ...known.replaced].slice(0, replacedMax) };
      });
      if (!kept.has(address)) return "unknown-router";
      return isBehind ? "behind" : "kept";
    },
    noteSigned: (address, secret) => void signed.set(address, secret),
    onChange: (listener) => void listeners.push(listener),
  };
}

function knows({ current, next, replaced }: KeptSecret, secret: string): boolean {
  const known = [current, ...(next === null ? [] : [next])];
  return known.some((one) => isSameSecret(one, secret)) || replaced.includes(sha256Hex(secret));
}

function readable(kept: Partial<KeptSecret> | undefined): KeptSecret | null {
  if (typeof kept?.current !== "string" || kept.current === "" || !Array.isArray(kept.replaced)) return null;
  const { current, next, replaced } = kept;
  return { current, next: typeof next === "string" ? next : null, replaced };
}
