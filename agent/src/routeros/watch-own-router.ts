/**
 * Whether the site's router still takes its agent: the five steps of a test, walked now and then by a connection of its own. What a person's test found
 * counts too, so that a mended router is well at once.
 */
import type { RouterStanding } from "@karibu/protocol/health";
import type { RouterWord } from "@karibu/protocol/link/frame";
import type { RouterProbe, RouterTestStep } from "@karibu/protocol/router/router-test";
import type { Timer, World } from "@karibu/protocol/world";

export interface OwnRouterWatch {
  /** Null: not known yet. */
  readonly word: RouterWord | null;
  /** Walks the steps now. */
  probe(): Promise<RouterProbe>;
  start(): void;
  stop(): void;
}

const firstMsLeast = 20_000;

export function createOwnRouterWatch(
  world: World,
  { probe, everyMs }: { readonly probe: () => Promise<RouterProbe>; readonly everyMs: number },
): OwnRouterWatch {
  let word: RouterWord | null = null;
  let silences = 0;
  let timer: Timer | null = null;

  async function walk(): Promise<RouterProbe> {
    const found = await probe();
    const standing = standingOf(found);
    silences = standing === "api" ? silences + 1 : 0;
    // A router that starts answers nothing for a while.
    if (standing !== "api" || silences > 1) {
      if (word?.standing !== standing) world.log[standing === "ok" ? "info" : "warn"]("router-standing", { standing });
      word = { standing, identity: found.router?.identity || (word?.identity ?? "") };
    }
    return found;
  }

  function schedule(afterMs: number): void {
    timer = world.clock.after(afterMs, () => {
      schedule(everyMs);
      walk().catch((error: unknown) => world.log.error("router-not-probed", { error: String(error) }));
    });
  }

  return {
    get word() {
      return word;
    },
    probe: walk,
    // Sites that started together don't ask together.
    start: () => schedule(firstMsLeast + ((world.random.bytes(1)[0] ?? 0) / 256) * (everyMs - firstMsLeast)),
    stop: () => timer?.cancel(),
  };
}

const standings: Readonly<Record<RouterTestStep, RouterStanding>> = {
  network: "api",
  handshake: "api",
  "log-in": "log-in",
  permissions: "permissions",
  // An old version works as well as it does: the console says what to do about it.
  identity: "ok",
};

/** Exported for its test. */
export function standingOf({ steps }: RouterProbe): RouterStanding {
  const failed = steps.find(({ state }) => state === "failed");
  if (failed === undefined) return "ok";
  return failed.problem === "no-answer" ? "api" : standings[failed.step];
}
