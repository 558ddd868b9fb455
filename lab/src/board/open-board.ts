/** A board that lives: what is pasted runs, its schedulers run, and once its agent's container runs it serves guests. */
import type { Timer, World } from "@karibu/protocol/world";
import type { RouterSettings } from "../router/settings.ts";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import { type BoardSays, startBoardThread } from "./board-thread.ts";
import { fetchFrom } from "./fetch-from-hub.ts";
import { type LiveRouter, openLiveRouter, withSecrets } from "./live-router.ts";

/** What stays without power. */
export interface BoardState {
  readonly configuration: ConfigurationRows;
  /** What its agent runs with; null: no line was run to its end. */
  readonly agentEnvironment: string | null;
  readonly version: string | null;
}

export interface BoardParts {
  readonly hub: { readonly name: string; readonly url: string };
  readonly state: BoardState;
  /** `2026-11-22` */
  readonly today: string;
  readonly keep: (state: BoardState) => void;
  /** What a second takes that a script waits. */
  readonly secondMs: number;
}

export type Board = ReturnType<typeof openBoard>;

/** A minute of the board passes in so long, while it is set up. */
const minuteMs = 1000;

export function openBoard(
  world: World,
  settings: RouterSettings,
  { hub, state: first, today, keep, secondMs }: BoardParts,
) {
  let state = first;
  let output: readonly string[] = [];
  let live: LiveRouter | null = null;
  let isBusy = false;
  let timer: Timer | null = null;
  const thread = startBoardThread({
    configuration: first.configuration,
    today,
    secondMs,
    fetch: (request) => fetchFrom(hub, request),
    onOutput(lines) {
      output = lines;
    },
  });

  async function heard(said: BoardSays): Promise<void> {
    output = said.output;
    if (said.failure !== "" && said.outcome === "stopped") output = [...said.output, said.failure];
    const { configuration, agentEnvironment } = said;
    state = { ...state, configuration, agentEnvironment: isInSetUp(configuration) ? null : agentEnvironment };
    keep(state);
    await openLive();
  }

  async function openLive(): Promise<void> {
    const { agentEnvironment } = state;
    if (live !== null || agentEnvironment === null) return;
    live = await openLiveRouter(world, settings, {
      ...state,
      agentEnvironment,
      askAgent: (path, proof) => askAgent(settings.router.portalUrl ?? "", path, proof),
      onSecrets(secrets) {
        state = { ...state, agentEnvironment: withSecrets(state.agentEnvironment ?? "", secrets) };
        keep(state);
      },
    });
    const { router } = live;
    router.onPower(() => {
      const { version } = router.options;
      if (version === state.version) return;
      state = { ...state, version };
      keep(state);
    });
  }

  function tick(): void {
    timer = world.clock.after(minuteMs, tick);
    if (isBusy || !isInSetUp(state.configuration)) return;
    void run(() => thread.passMinutes(1));
  }

  async function run(order: () => Promise<BoardSays>): Promise<void> {
    isBusy = true;
    try {
      await heard(await order());
    } catch (error) {
      world.log.error("board-failed", { error: String(error) });
    } finally {
      isBusy = false;
    }
  }

  return {
    async start(): Promise<void> {
      await openLive();
      // Stopped in the middle of a set-up: its power comes back.
      if (isInSetUp(state.configuration)) void run(() => thread.boot());
      tick();
    },
    /** Into its terminal. The answer comes in what it prints. */
    paste(line: string): void {
      void run(() => thread.paste(line));
    },
    printed: (): readonly string[] => output,
    identity: (): string => state.configuration["/system/identity"]?.[0]?.name ?? "",
    serial: (): string => state.configuration["/system/routerboard"]?.[0]?.["serial-number"] ?? "",
    /** `waits` for a line; `works` on one; `serves` guests. */
    stage: (): "waits" | "works" | "serves" =>
      live !== null ? "serves" : isBusy || isInSetUp(state.configuration) ? "works" : "waits",
    agentEnvironment: (): string | null => (live === null ? null : state.agentEnvironment),
    /** Of the container, as the router asks it. */
    agentAddress: (): string =>
      (state.configuration["/radius"] ?? []).find(({ comment }) => comment?.startsWith("karibu:"))?.address ?? "",
    live: (): LiveRouter | null => live,
    async stop(): Promise<void> {
      timer?.cancel();
      await thread.stop();
      await live?.close();
    },
  };
}

/** The script that goes on with a set-up is still there. */
const isInSetUp = (configuration: ConfigurationRows): boolean =>
  (configuration["/system/script"] ?? []).some(({ name }) => name === "karibu-set-up");

async function askAgent(portalUrl: string, path: string, proof: string): Promise<Record<string, string>> {
  const answer = await fetch(new URL(path, portalUrl), {
    method: "POST",
    headers: { authorization: `Bearer ${proof}`, "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`Fetch failed with status ${answer.status}`);
  return (await answer.json()) as Record<string, string>;
}
