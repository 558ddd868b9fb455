/**
 * A board as it comes out of its box, or from another owner: device-mode, packages, disks, an uplink, and a person at its button. It runs
 * what is pasted into its terminal and what its schedulers run, reboots, and loses power at any write. Its world is a function that answers
 * what it fetches.
 */
import { createHash } from "node:crypto";
import { answers, emptyRamDisks, passMinute, ramDiskBytes, setState, stateOf } from "./board-containers.ts";
import type { ConfigurationRows, Row } from "./configuration.ts";
import { type Result, ScriptError } from "./result.ts";
import { type Hardware, PowerCut, SimulatedRouter } from "./simulated-router.ts";
import { whyUnknownTo } from "./words-by-version.ts";

export interface WebRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The router refuses an answer that is not by the certified owner of the name. */
  readonly isChecked: boolean;
}
export interface WebAnswer {
  readonly status: number;
  readonly body: string;
  /** Of a file that is too large to hold: the image. Its body is empty then. */
  readonly sizeBytes?: number;
}
/** Null: nobody answers. */
export type Web = (request: WebRequest) => WebAnswer | null;

export interface BoardHardware {
  readonly web: Web;
  /** A router that has parsed the same texts: parsing is most of the work of many runs. */
  readonly shared?: SimulatedRouter;
  /** Packages that MikroTik offers for this version, beside those that are installed. */
  readonly offeredPackages?: readonly string[];
  /** Who waits for the button when device-mode asks. */
  readonly atTheButton?: "somebody" | "nobody";
  /** The time server answers. Without it, a clock that shows 1970 stays. */
  readonly hasTimeServer?: boolean;
  /** The hub answers in the tunnel. Without a word: it does. */
  readonly hasTunnel?: boolean;
  /** A script waits for so long: what else happens meanwhile. */
  readonly onDelay?: (seconds: number) => void;
  /** The date that a time server gives. Without a word: that of the tests. */
  readonly today?: () => string;
  /** The image's agent, once its container runs. */
  readonly image?: "good" | "dead" | "broken";
}

/** A container is unpacked within this time. */
const unpackMinutes = 1;
const isYes = (value: string | undefined) => value === "yes" || value === "true";

/** The router restarts: what was written stays, what was running ends. */
class Reboot extends PowerCut {}

export class NewBoard implements Hardware {
  readonly router: SimulatedRouter;
  /** What changed something or asked somebody, in order. */
  readonly commands: string[] = [];
  /** How often it has booted. */
  boots = 0;
  hardware: BoardHardware;
  /** What a container was given when it started, by its id: RouterOS tells it no change. */
  private readonly environments = new Map<string, string>();
  private secondsOfMinute = 0;
  /** Properties of device-mode that the next boot applies. */
  private wantedMode: ReadonlyMap<string, string> | null = null;
  private wantedPackages: string[] = [];

  constructor(configuration: ConfigurationRows, hardware: BoardHardware) {
    this.hardware = hardware;
    this.router = new SimulatedRouter(configuration);
    if (hardware.shared !== undefined) this.router.shareParsed(hardware.shared);
    this.router.hardware = this;
    this.learnWords();
  }

  /** Pasted into the terminal, or imported. A reboot ends it. */
  paste(line: string): "done" | "stopped" | "rebooted" {
    let outcome: "done" | "stopped" | "rebooted" = "rebooted";
    this.bootAfterEnd(() => {
      outcome = this.router.import(line);
    });
    return outcome;
  }

  passMinutes(minutes: number): void {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.bootAfterEnd(() => {
        this.secondsOfMinute = 0;
        this.passMinute();
        this.runSchedulers((row) => row.get("interval") === "1m");
      });
    }
  }

  /** `key=value` lines that the agent runs with. Null: it does not run. */
  get agentEnvironment(): string | null {
    const agent = this.router.rows("/container").find((row) => row.get("comment") === "karibu:agent");
    const runs = agent !== undefined && stateOf(agent) === "running";
    return runs ? (this.environments.get(agent.get(".id") ?? "") ?? null) : null;
  }

  /** The same as the router has them now. */
  get listedEnvironment(): string {
    return this.router
      .rows("/container/envs")
      .map((row) => `${row.get("key")}=${row.get("value")}`)
      .join("\n");
  }

  /** The power fails now. */
  cutPower(): void {
    this.boot();
  }

  handleCommand(
    menu: string,
    verb: string,
    rows: readonly Row[],
    properties: ReadonlyMap<string, string>,
  ): Result | undefined {
    const command = `${menu}/${verb}`;
    this.commands.push(command);
    switch (command) {
      case "/tool/fetch":
        return this.fetch(properties);
      case "/interface/wireguard/add":
        this.router.configuration.add(menu, [...properties, ["public-key", this.makeKey()]]);
        return null;
      case "/interface/wireguard/peers/add":
        this.router.configuration.add(menu, [
          ...properties,
          ["last-handshake", this.hardware.hasTunnel === false ? "" : "5s"],
        ]);
        return null;
      case "/file/remove":
        for (const row of rows) this.takeRoom(row.get("name") ?? "", -Number(row.get("size") ?? 0));
        return undefined;
      case "/system/device-mode/update":
        return this.askForMode(properties);
      case "/system/package/update/check-for-updates":
        return this.offerPackages();
      case "/system/package/enable":
        this.wantedPackages = rows.map((row) => row.get("name") ?? "");
        return null;
      case "/system/package/apply-changes":
        throw new Reboot("packages");
      case "/disk/add":
        this.router.configuration.add(menu, [...properties, ["free", String(ramDiskBytes)]]);
        return null;
      case "/disk/remove":
        emptyRamDisks(this.router.configuration, "broken", rows);
        return undefined;
      case "/disk/format":
      case "/disk/format-drive":
        for (const row of rows) row.set("fs", properties.get("file-system") ?? "");
        return null;
      case "/container/add":
        return this.unpack(properties);
      case "/container/start":
        for (const row of rows) this.start(row);
        return null;
      case "/container/stop":
        for (const row of rows) setState(row, "stopped", false);
        return null;
      case "/certificate/import":
        this.router.configuration.add(menu.replace(/\/import$/, ""), [["name", properties.get("name") ?? ""]]);
        return null;
    }
    if (verb === "add" && this.isForbidden(menu)) throw new ScriptError("failure: not allowed by device-mode");
    return undefined;
  }

  whileDelayed(seconds: number): void {
    this.hardware.onDelay?.(seconds);
    this.secondsOfMinute += seconds;
    while (this.secondsOfMinute >= 60) {
      this.secondsOfMinute -= 60;
      this.passMinute();
    }
  }

  private get mode(): Row {
    return this.router.configuration.findOne("/system/device-mode", undefined);
  }

  private isForbidden(menu: string): boolean {
    const feature = { "/system/scheduler": "scheduler", "/container": "container" }[menu];
    return feature !== undefined && !isYes(this.mode.get(feature));
  }

  private bootAfterEnd(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.router.powerCutAtWrite = Number.POSITIVE_INFINITY;
      this.boot();
    }
  }

  private boot(): void {
    this.boots += 1;
    this.secondsOfMinute = 0;
    for (const [name, value] of this.wantedMode ?? []) this.mode.set(name, value);
    this.wantedMode = null;
    for (const row of this.router.rows("/system/package")) {
      if (this.wantedPackages.includes(row.get("name") ?? "")) row.set("available", "no");
    }
    this.wantedPackages = [];
    this.learnWords();
    emptyRamDisks(this.router.configuration, "broken", this.router.rows("/disk"));
    for (const row of this.router.rows("/container")) {
      setState(row, "stopped", false);
      if (row.get("start-on-boot") === "yes") this.start(row);
    }
    this.bootAfterEnd(() => this.runSchedulers((row) => row.get("start-time") === "startup"));
  }

  /** What a router does not know stops a whole text before its first line runs: it depends on version and packages. */
  private learnWords(): void {
    const version = this.router.rows("/system/resource")[0]?.get("version") ?? "";
    const has = (name: string) =>
      this.router.rows("/system/package").some((row) => row.get("name") === name && !isYes(row.get("available")));
    this.router.whyUnknown = whyUnknownTo(version, has("container"));
  }

  private passMinute(): void {
    for (const row of this.router.rows("/container")) passMinute(row, (one, state) => setState(one, state, false));
    const clock = this.router.rows("/system/clock")[0];
    const usesTime = this.router.rows("/system/ntp/client")[0]?.get("enabled") === "yes";
    if (clock !== undefined && usesTime && this.hardware.hasTimeServer)
      clock.set("date", this.hardware.today?.() ?? "2026-11-22");
  }

  private runSchedulers(isDue: (row: Row) => boolean): void {
    for (const row of [...this.router.rows("/system/scheduler")].filter(isDue)) {
      row.set("run-count", String(Number(row.get("run-count") ?? 0) + 1));
      this.router.import(row.get("on-event") ?? "");
    }
  }

  /** With nobody at the button, RouterOS gives up after five minutes. */
  private askForMode(properties: ReadonlyMap<string, string>): Result {
    if (this.hardware.atTheButton === "nobody") {
      this.whileDelayed(300);
      throw new ScriptError("update canceled");
    }
    const features = { hotspot: "yes", scheduler: "yes", fetch: "yes", container: "no" };
    this.wantedMode = new Map([...Object.entries(features), ...properties]);
    throw new Reboot("device-mode");
  }

  private offerPackages(): Result {
    const known = this.router.rows("/system/package").map((row) => row.get("name"));
    for (const name of this.hardware.offeredPackages ?? []) {
      if (!known.includes(name))
        this.router.configuration.add("/system/package", [
          ["name", name],
          ["available", "yes"],
          ["disabled", "no"],
          ["version", ""],
        ]);
    }
    return null;
  }

  private fetch(properties: ReadonlyMap<string, string>): Result {
    if (!isYes(this.mode.get("fetch"))) throw new ScriptError("failure: not allowed by device-mode");
    const url = properties.get("url") ?? "";
    const headers = Object.fromEntries(
      (properties.get("http-header-field") ?? "")
        .split(",")
        .filter((header) => header.includes(":"))
        .map((header) => [
          header.slice(0, header.indexOf(":")).toLowerCase(),
          header.slice(header.indexOf(":") + 1).trim(),
        ]),
    );
    const method = (properties.get("http-method") ?? "get").toUpperCase();
    const isChecked = /^yes/.test(properties.get("check-certificate") ?? "no");
    const answer = this.ask({ method, url, headers, body: properties.get("http-data") ?? "", isChecked });
    if (answer === null) throw new ScriptError("failure: connection timeout");
    if (answer.status >= 400) throw new ScriptError(`failure: Fetch failed with status ${answer.status}`);
    const path = properties.get("dst-path");
    if (path !== undefined) this.putFile(path, answer);
    return new Map([
      ["status", "finished"],
      ["data", path === undefined ? answer.body : ""],
    ]);
  }

  /** The agent in the container answers on the bridge; everything else is the uplink. */
  private ask(request: WebRequest): WebAnswer | null {
    if (!/^http:\/\/172\.\d+\.\d+\.\d+\//.test(request.url)) return this.hardware.web(request);
    return this.router.rows("/container").some(answers) ? { status: 200, body: "{}" } : null;
  }

  private putFile(name: string, { body, sizeBytes }: WebAnswer): void {
    const { configuration } = this.router;
    const former = configuration.rows("/file").filter((row) => row.get("name") === name);
    for (const row of former) this.takeRoom(name, -Number(row.get("size") ?? 0));
    configuration.remove("/file", former);
    const size = sizeBytes ?? Buffer.byteLength(body);
    this.takeRoom(name, size);
    configuration.add("/file", [
      ["name", name],
      ["type", "file"],
      ["size", String(size)],
      ["contents", body],
    ]);
  }

  /** Takes room on the disk of this file, or on the board's own flash; a negative number gives it back. */
  private takeRoom(name: string, bytes: number): void {
    const disk = this.router.rows("/disk").find((row) => name.startsWith(`${row.get("slot")}/`));
    const [place, word] = disk ? [disk, "free"] : [this.router.rows("/system/resource")[0], "free-hdd-space"];
    const left = Number(place?.get(word)) - bytes;
    if (left < 0) throw new ScriptError("failure: no space left");
    place?.set(word, String(left));
  }

  private unpack(properties: ReadonlyMap<string, string>): Result {
    if (!isYes(this.mode.get("container"))) throw new ScriptError("failure: not allowed by device-mode");
    if (!this.router.rows("/file").some((row) => row.get("name") === properties.get("file"))) {
      throw new ScriptError("failure: no such file");
    }
    const image = { image: this.hardware.image ?? "good", "minutes-left": String(unpackMinutes) };
    const row = this.router.configuration.add("/container", [...properties, ...Object.entries(image)]);
    setState(row, "extracting", false);
    return null;
  }

  private start(row: Row): void {
    if (row.get("image") === "broken") throw new ScriptError("failure: no root");
    if (stateOf(row) === "extracting") throw new ScriptError("failure: it is not stopped");
    if (stateOf(row) !== "running") this.environments.set(row.get(".id") ?? "", this.listedEnvironment);
    setState(row, "running", false);
  }

  /** A key that looks like one. Another router has another serial, and another key. */
  private makeKey(): string {
    const serial = this.router.rows("/system/routerboard")[0]?.get("serial-number") ?? "";
    return createHash("sha256").update(serial).digest("base64");
  }
}
