/**
 * `/system/backup`, `/export` and `/tool/fetch` of a simulated router: a binary back-up is a file that only its password opens, of one board
 * and version, and loading it puts back everything and restarts. A board may be slow to write, and may lose its power meanwhile.
 */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Row } from "./configuration.ts";
import { type Result, ScriptError } from "./result.ts";
import { type Hardware, PowerCut, type SimulatedRouter } from "./simulated-router.ts";

export interface BackUpBoard {
  readonly board: string;
  readonly version: string;
  /** Everything that a binary back-up holds; `load` puts it back and restarts. */
  state(): string;
  load(state: string): void;
  exportText(): string;
  /** What is at this address for who shows this header; null: refused. */
  fetch(url: string, header: string): Uint8Array | null;
  /** Files grow to their size in so many seconds. */
  slowSeconds?: number;
  /** The power fails while the file is written. */
  cutsWhileSaving?: boolean;
}

const head = Buffer.from("LAB-BACK-UP\n");
const keyOf = (password: string) => createHash("sha256").update(password).digest();

/** The nonce is of the content: the lab has no secrets. */
function seal(text: string, password: string): Buffer {
  const nonce = createHash("sha256").update(text).digest().subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(password), nonce);
  return Buffer.concat([head, nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** Throws ScriptError with RouterOS' kind of words. */
function open(file: Buffer, password: string): { board: string; version: string; state: string } {
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(password), file.subarray(head.length, head.length + 12));
    decipher.setAuthTag(file.subarray(-16));
    const text = Buffer.concat([decipher.update(file.subarray(head.length + 12, -16)), decipher.final()]);
    return JSON.parse(text.toString());
  } catch {
    throw new ScriptError("failure: wrong password or damaged backup file");
  }
}

export function backUpHardware(router: SimulatedRouter, board: BackUpBoard): Hardware {
  /** Files that are being written: what is still to come. */
  const growing = new Map<Row, string>();

  function write(name: string, content: Uint8Array): void {
    const text = Buffer.from(content).toString("latin1");
    const slow = board.slowSeconds ?? 0;
    const first =
      slow > 0 || board.cutsWhileSaving === true ? text.slice(0, Math.floor(text.length / (slow + 2))) : text;
    const row = router.configuration.add(
      "/file",
      Object.entries({ name, type: "file", size: String(first.length), contents: first }),
    );
    if (board.cutsWhileSaving === true) throw new PowerCut(`while ${name} was written`);
    if (first.length < text.length) growing.set(row, text);
  }

  function load(properties: ReadonlyMap<string, string>): void {
    const file = router.configuration.findOne("/file", properties.get("name"));
    const { state, ...of } = open(Buffer.from(file.get("contents") ?? "", "latin1"), properties.get("password") ?? "");
    if (of.board !== board.board) throw new ScriptError(`failure: backup of another board: ${of.board}`);
    if (of.version !== board.version) throw new ScriptError(`failure: backup of another version: ${of.version}`);
    board.load(state);
  }

  function handle(menu: string, verb: string, properties: ReadonlyMap<string, string>): Result | undefined {
    const name = properties.get("name") ?? "";
    if (menu === "/system/backup" && verb === "save") {
      const { board: of, version } = board;
      write(
        `${name}.backup`,
        seal(JSON.stringify({ board: of, version, state: board.state() }), properties.get("password") ?? ""),
      );
      return null;
    }
    if (menu === "/system/backup" && verb === "load") {
      load(properties);
      return null;
    }
    if (menu === "" && verb === "export") {
      if (properties.get("hide-sensitive") !== "yes") throw new Error("an export with secrets");
      write(`${properties.get("file")}.rsc`, Buffer.from(board.exportText()));
      return null;
    }
    if (menu === "/tool" && verb === "fetch") {
      const got = board.fetch(properties.get("url") ?? "", properties.get("http-header-field") ?? "");
      if (got === null) throw new ScriptError("failure: Fetch failed with status 401");
      write(properties.get("dst-path") ?? "", got);
      return null;
    }
    return undefined;
  }

  return {
    handleCommand: (menu, verb, _rows, properties) => handle(menu, verb, properties),
    whileDelayed() {
      for (const [row, text] of growing) {
        const now = (row.get("contents") ?? "").length;
        const next = Math.min(text.length, now + Math.ceil(text.length / ((board.slowSeconds ?? 0) + 2)));
        row.set("contents", text.slice(0, next));
        row.set("size", String(next));
        if (next === text.length) growing.delete(row);
      }
    },
  };
}
