/**
 * A router as it comes out of its box, as a process: it waits for the line that the console gives, runs the hub's scripts, and is the
 * simulated router after that. Settings: those of `router/main.ts` without RADIUS_SECRET and API_PASSWORD, which its set-up gives it; HUB
 * (host:port) and HUB_NAME (what routers call it), STATE_FILE (what it keeps without power), SERIAL, SECOND_MS (what a second takes that its
 * scripts wait).
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { listenHttp } from "../router/device/hotspot-http.ts";
import { parseRouterSettings } from "../router/settings.ts";
import { homeRouter } from "../routeros-scripting/board-configurations.ts";
import { realWorld } from "../world/real-world.ts";
import { createBoardApp } from "./board-app.ts";
import { type BoardState, openBoard } from "./open-board.ts";

/** A person sees it ask, and need not wait long. */
const usualSecondMs = 100;

async function main(): Promise<void> {
  const { HUB = "", HUB_NAME = "", STATE_FILE: stateFile = "", SERIAL: serial = "HFG09ABCDEF" } = process.env;
  const settings = parseRouterSettings({ ...process.env, RADIUS_SECRET: "its set-up gives it" });
  if ("problem" in settings) throw new Error(settings.problem);
  if (HUB === "" || HUB_NAME === "" || stateFile === "") throw new Error("HUB, HUB_NAME and STATE_FILE are needed");
  const world = realWorld();
  const kept = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8")) as BoardState) : null;
  const date = new Date(world.clock.wall().atMs).toISOString().slice(0, 10);
  const identity = process.env.IDENTITY ?? "MikroTik";
  const board = openBoard(world, settings, {
    hub: { name: HUB_NAME, url: `http://${HUB}` },
    state: kept ?? {
      configuration: homeRouter({ serial, identity, date, version: "7.23.4" }),
      agentEnvironment: null,
      version: null,
    },
    today: date,
    secondMs: Number(process.env.SECOND_MS ?? usualSecondMs),
    keep(state) {
      writeFileSync(`${stateFile}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${stateFile}.new`, stateFile);
    },
  });
  await board.start();
  const face = await listenHttp(settings.port);
  face.server.on("request", createBoardApp(board));
  process.stdout.write(`board ready on http://127.0.0.1:${face.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      face.server.close();
      face.server.closeAllConnections();
      void board.stop().finally(() => process.exit(0));
    });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`board: ${error.message}\n`);
  process.exit(1);
});
