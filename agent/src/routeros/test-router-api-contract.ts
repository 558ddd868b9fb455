/**
 * What any client of the RouterOS API must do to be let near a router: the same suite for every candidate, against a server
 * that behaves as RouterOS does. Used by tests only.
 */
import { expect, test } from "vitest";
import type { CommandOptions, RouterApi } from "./router-api.ts";

export interface ContractRouter {
  readonly api: RouterApi;
  /** Puts so many hosts into the router's tables. */
  hosts(count: number): Promise<void>;
  cut(): void;
  fatal(reason: string): void;
  silence(silent: boolean): void;
  latencyMs(latencyMs: number): void;
  powerCut(): Promise<void>;
  boot(): Promise<void>;
  /** Sentences that reached the router so far, log-ins included. */
  commandsSeen(): number;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly password?: string;
  readonly connectTimeoutMs?: number;
}

const hostPrint = ["/ip/hotspot/host/print", "=.proplist=address"];
/** Not from memory. */
const fresh = { lane: "enforcement" } as const;

const slowMs = 3_600_000;

export function routerApiContract(name: string, open: (given: OpenOptions) => Promise<ContractRouter>): void {
  const withRouter = (title: string, body: (router: ContractRouter) => Promise<void>, given: OpenOptions = {}) =>
    test(`${name}: ${title}`, async () => {
      const router = await open(given);
      try {
        await body(router);
      } finally {
        await router.close();
      }
    });

  withRouter("logs in and reads rows", async (router) => {
    expect(await router.api.command(["/system/identity/print"])).toEqual([{ name: "contract" }]);
    expect(router.api.state()).toBe("connected");
  });

  withRouter(
    "a wrong password rejects as such, for everybody who waits",
    async (router) => {
      const both = [router.api.command(hostPrint), router.api.command(["/system/clock/print"])];
      expect(await Promise.all(both.map(codeOf))).toEqual(["router-api/log-in", "router-api/log-in"]);
    },
    { password: "wrong" },
  );

  withRouter("an empty answer (`!empty`, since 7.18) is no rows", async (router) => {
    expect(await router.api.command(hostPrint)).toEqual([]);
    expect(await router.api.command(["/system/identity/print"], fresh)).toHaveLength(1);
  });

  withRouter("a trap rejects with the router's words, and the connection goes on", async (router) => {
    const refused = router.api.command(["/ip/hotspot/active/remove", "=.id=*FFFF"], fresh);
    await expect(refused).rejects.toMatchObject({ code: "router-api/trap", message: "no such item", category: 0 });
    await expect(router.api.command(["/no/such/menu/print"], fresh)).rejects.toMatchObject({
      message: "no such command prefix",
    });
    expect(await router.api.command(["/system/identity/print"], fresh)).toHaveLength(1);
  });

  withRouter("many commands at once each get their own answer", async (router) => {
    await router.hosts(60);
    const commands = Array.from({ length: 15 }, (_, index) =>
      router.api.command([...hostPrint, `?address=10.5.50.${index + 1}`], fresh),
    );
    const answers = await Promise.all(commands);
    expect(answers.map((rows) => rows.map(({ address }) => address))).toEqual(
      Array.from({ length: 15 }, (_, index) => [`10.5.50.${index + 1}`]),
    );
  });

  withRouter("a long answer arrives whole", async (router) => {
    await router.hosts(254);
    expect(await router.api.command(["/ip/hotspot/host/print"], fresh)).toHaveLength(254);
  });

  withRouter("a cut in the middle of a command rejects it, and the next one connects again", async (router) => {
    await router.api.command(["/system/identity/print"]);
    const removal = underWay(router, remove, fresh);
    await removal.started;
    router.cut();
    expect(await removal.outcome).toBe("router-api/cut");
    expect(await router.api.command(["/system/clock/print"], fresh)).toHaveLength(1);
  });

  withRouter("a print that was cut off is asked again by itself", async (router) => {
    await router.api.command(["/system/clock/print"]);
    const print = underWay(router, ["/system/identity/print"], {});
    await print.started;
    router.cut();
    expect(await print.outcome).toBe("answered");
  });

  withRouter("`!fatal` rejects what was under way", async (router) => {
    await router.api.command(["/system/identity/print"]);
    const removal = underWay(router, remove, fresh);
    await removal.started;
    router.fatal("too many sessions");
    expect(await removal.outcome).toBe("router-api/cut");
    expect(await router.api.command(["/system/clock/print"], fresh)).toHaveLength(1);
  });

  withRouter(
    "a router that says nothing times every command out, and is found again when it speaks",
    async (router) => {
      await router.api.command(["/system/identity/print"], fresh);
      router.silence(true);
      const short = { ...fresh, timeoutMs: 150 };
      const words = ["/system/clock/print", "/system/resource/print", "/system/identity/print"];
      const codes = await Promise.all(words.map((word) => codeOf(router.api.command([word], short))));
      for (const code of codes) expect(["router-api/time-out", "router-api/cut"]).toContain(code);
      router.silence(false);
      expect(await router.api.command(["/system/identity/print"], fresh)).toHaveLength(1);
    },
  );

  withRouter(
    "a silent log-in times out too",
    async (router) => {
      router.silence(true);
      expect(await codeOf(router.api.command(hostPrint))).toBe("router-api/time-out");
    },
    { connectTimeoutMs: 150 },
  );

  withRouter("a slow command alone times out; the others on the connection don't notice", async (router) => {
    await router.api.command(["/system/identity/print"], fresh);
    const slow = underWay(router, remove, { ...fresh, timeoutMs: 300 });
    await slow.started;
    expect(await router.api.command(["/system/clock/print"], fresh)).toHaveLength(1);
    expect(await slow.outcome).toBe("router-api/time-out");
    expect(router.api.state()).toBe("connected");
  });

  withRouter("without power a command rejects; after the boot it works again", async (router) => {
    await router.api.command(["/system/identity/print"]);
    await router.powerCut();
    const code = await codeOf(router.api.command(remove, { ...fresh, timeoutMs: 500 }));
    expect(["router-api/cut", "router-api/unreachable"]).toContain(code);
    await router.boot();
    expect(await router.api.command(["/system/clock/print"], fresh)).toHaveLength(1);
  });

  withRouter("closing rejects what is under way and what comes after", async (router) => {
    await router.api.command(["/system/identity/print"], fresh);
    const removal = underWay(router, remove, fresh);
    await removal.started;
    router.api.close();
    expect(await removal.outcome).toBe("router-api/cut");
    expect(await codeOf(router.api.command(hostPrint))).toBe("router-api/closed");
  });
}

const remove = ["/ip/hotspot/active/remove", "=.id=*1"];

/** `answered`, or the code of the Fault. */
function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "answered",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** A command that reaches the router, which won't answer it: `started` once it is there. */
function underWay(router: ContractRouter, words: readonly string[], options: CommandOptions) {
  router.latencyMs(slowMs);
  const before = router.commandsSeen();
  const outcome = codeOf(router.api.command(words, options));
  const started = (async () => {
    while (router.commandsSeen() === before) await new Promise((resolve) => setImmediate(resolve));
    router.latencyMs(0);
  })();
  return { started, outcome };
}
