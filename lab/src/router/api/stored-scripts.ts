/**
 * The scripts and files of a simulated router behind its API: what set-up put there runs in the interpreter, with this router's tree as what
 * a binary back-up holds. Loading one puts the tree back and restarts.
 */
import { type BackUpBoard, backUpHardware } from "../../routeros-scripting/back-up-files.ts";
import type { ConfigurationRows } from "../../routeros-scripting/configuration.ts";
import { factoryConfiguration } from "../../routeros-scripting/factory-configuration.ts";
import { bytesOf, PowerCut, SimulatedRouter } from "../../routeros-scripting/simulated-router.ts";
import type { Router } from "../device/router.ts";
import { done, type Outcome, trap } from "./api-outcome.ts";
import type { Row } from "./api-query.ts";
import { treeOf } from "./config-tree.ts";

export interface StoredScripts {
  readonly scripting: SimulatedRouter;
  /** Tests may change it. */
  readonly board: BackUpBoard;
  /** How often a back-up was loaded. */
  loads(): number;
}

type Installed = StoredScripts & { readonly wait: (seconds: number) => Promise<void>; delayed(): number };

const installed = new WeakMap<Router, Installed>();

const ordersMenu = "/ip/firewall/address-list";

/** `setUp`: the text of setup.rsc, or the configuration of a board that ran it. `wait`: how long a script takes on the clock of the test. */
export function installScripts(
  router: Router,
  setUp: string | ConfigurationRows,
  { wait, ...given }: Partial<BackUpBoard> & { readonly wait: (seconds: number) => Promise<void> },
): StoredScripts {
  const versionNow = () => router.options.version.split(" ")[0] ?? "";
  const scripting =
    typeof setUp === "string"
      ? new SimulatedRouter({
          ...factoryConfiguration,
          "/system/resource": [{ version: `${versionNow()} (stable)` }],
        })
      : new SimulatedRouter(setUp);
  if (typeof setUp === "string" && scripting.import(setUp) !== "done") throw new Error(scripting.failure);
  const tree = treeOf(router);
  let loads = 0;
  let delayedSeconds = 0;
  const board: BackUpBoard = {
    board: router.options.board,
    get version() {
      return versionNow();
    },
    state: () => JSON.stringify([...(tree.copy() as Map<string, Row[]>)]),
    load(state) {
      loads += 1;
      tree.restore(new Map(JSON.parse(state)));
      void router.reboot();
    },
    exportText: () => exportOf(tree.copy() as Map<string, Row[]>, versionNow()),
    fetch: () => null,
    ...given,
  };
  const hardware = backUpHardware(scripting, board);
  scripting.hardware = {
    ...hardware,
    whileDelayed(seconds) {
      delayedSeconds += seconds;
      hardware.whileDelayed(seconds);
    },
  };
  const delayed = () => {
    const seconds = delayedSeconds;
    delayedSeconds = 0;
    return seconds;
  };
  const stored = { scripting, board, loads: () => loads, wait, delayed };
  installed.set(router, stored);
  return stored;
}

/** Rows that a router with scripts shows beside those of its tree. */
export function storedFiles(router: Router): readonly Row[] {
  const rows = installed.get(router)?.scripting.rows("/file") ?? [];
  return rows.map((row) => Object.fromEntries([...row].filter(([name]) => name !== "contents")));
}

/** Null: none of its commands. */
export function storedScriptCommand(
  router: Router,
  command: string,
  values: ReadonlyMap<string, string>,
): Promise<Outcome> | Outcome | null {
  const stored = installed.get(router);
  if (stored === undefined) return null;
  if (command === "/file/read") return readFile(router, stored, values);
  const name = values.get("number") ?? "";
  // A script that asks its agent waits for the answer: the interpreter can't, and `knobs.scripts` says what it does.
  const isForInterpreter = command === "/system/script/run" && router.knobs.scripts[name] === undefined;
  return isForInterpreter ? run(router, stored, name) : null;
}

async function run(router: Router, stored: Installed, name: string): Promise<Outcome> {
  const { scripting, wait, delayed } = stored;
  if (!scripting.rows("/system/script").some((row) => row.get("name") === name)) return trap("no such item");
  const tree = treeOf(router);
  scripting.configuration.replaceRows(
    ordersMenu,
    tree.rows(ordersMenu).map((row) => new Map(Object.entries(row).map(([key, value]) => [key, value ?? ""]))),
  );
  try {
    const outcome = scripting.import(`/system/script/run ${name}`);
    const left = new Set(scripting.rows(ordersMenu).map((row) => row.get(".id")));
    for (const row of [...tree.rows(ordersMenu)])
      if (!left.has(row[".id"])) tree.put(ordersMenu, row[".id"] ?? "", null);
    await wait(delayed());
    return outcome === "done" ? done : trap(scripting.failure);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
    await router.powerCut();
    return trap("no power");
  }
}

function readFile(router: Router, { scripting }: Installed, values: ReadonlyMap<string, string>): Outcome {
  const name = values.get("file") ?? "";
  const file = scripting.rows("/file").find((row) => row.get("name") === name);
  if (file === undefined) return trap("no such item");
  const from = Number(values.get("offset"));
  const size = Number(values.get("chunk-size"));
  const piece = bytesOf(file).subarray(from, from + size);
  const lies = name.endsWith(".txt") ? null : router.knobs.apiFileLies;
  return { rows: [{ data: changed(piece, lies).toString("latin1") }] };
}

function changed(piece: Buffer, lies: "shorter" | "longer" | "changed" | null): Buffer {
  if (lies === "shorter") return piece.subarray(0, -1);
  if (lies === "longer") return Buffer.concat([piece, Buffer.from("x")]);
  return lies === "changed" ? Buffer.from(piece.map((byte, at) => (at === 7 ? byte ^ 0x80 : byte))) : piece;
}

/** As `/export terse hide-sensitive` writes it. */
function exportOf(menus: Map<string, Row[]>, version: string): string {
  const lines = [...menus].flatMap(([menu, rows]) =>
    rows
      .filter((row) => row.dynamic !== "true")
      .map((row) => {
        const words = Object.entries(row).filter(([name]) => !/^(\.id|.*(password|secret|passphrase).*)$/.test(name));
        const path = menu.slice(1).replaceAll("/", " ");
        return `/${path} add ${words.map(([name, value]) => `${name}=${quoted(value ?? "")}`).join(" ")}`;
      }),
  );
  return [`# 2027-01-15 09:00:00 by RouterOS ${version}`, "# software id = LAB", "#", ...lines, ""].join("\r\n");
}

const quoted = (text: string) => (/^[\w./:-]+$/.test(text) ? text : `"${text.replace(/["\\$]/g, "\\$&")}"`);
