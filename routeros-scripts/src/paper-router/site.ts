/**
 * What is around a router on paper when it runs the agent: containers that are unpacked, run and fail, files that are fetched,
 * minutes that pass, and the power, which can go at any write.
 */
import { PaperRouter, PowerCut, type Result, type Row, ScriptError, type Surroundings } from "./router.ts";

/**
 * `good`: proves itself. `slow`: does so too, once it has run for a while. `silent`: answers and gives no proof. `dead`: ends
 * without an answer. `broken`: can't be unpacked.
 */
export type ImageKind = "good" | "slow" | "silent" | "dead" | "broken";
export interface ImageFile {
  readonly kind: ImageKind;
  readonly sha256: string;
  readonly bytes: number;
}
type State = "extracting" | "stopped" | "running" | "error";

const unpackMinutes = 2;
const slowMinutes = 3;
/** After a boot netwatch waits so long before it judges. */
const watchAfterMinutes = 5;
const states: readonly State[] = ["extracting", "stopped", "running", "error"];

export class PaperSite implements Surroundings {
  router: PaperRouter;
  /** Bytes that the disk still takes. */
  freeBytes = 2_000_000_000;
  /** Two agents that ran at once would share one data folder. */
  ranTogether = false;
  readonly web = new Map<string, ImageFile>();
  /** A command of `/container` that this router never takes. */
  refuses: "add" | "set" | null = null;
  /** After a boot the disk comes up late: until the second minute there is no container. */
  listsContainersLate = false;
  /** A minute's entries run again while a script of the minute before still waits. */
  minutesOverlap = false;
  /** The root folders of the containers that were started, in order. */
  readonly started: string[] = [];
  /** Addresses that were fetched into a file. */
  readonly fetched: string[] = [];
  private minutesUp = 60;
  private asked = 0;
  private readonly notListedYet: Row[] = [];
  private isOverlapping = false;
  private watchSawIt = false;
  private readonly tellsStateAsWord: boolean;
  private readonly options: { imageFile: string; tellsStateAsWord: boolean };

  constructor(
    factory: Readonly<Record<string, readonly Record<string, string>[]>>,
    options: { imageFile: string; tellsStateAsWord: boolean },
  ) {
    this.options = options;
    this.router = new PaperRouter(factory);
    this.router.surroundings = this;
    this.tellsStateAsWord = options.tellsStateAsWord;
    this.router.rows("/disk").push(new Map([[".id", "*disk"], ...Object.entries({ slot: "usb1", free: "" })]));
    this.putFile(options.imageFile, { kind: "good", sha256: "as-bought", bytes: 1 });
    this.tellTime();
  }

  copy(): PaperSite {
    const copy = new PaperSite({}, this.options);
    copy.router = this.router.copy();
    copy.router.surroundings = copy;
    for (const [url, file] of this.web) copy.web.set(url, file);
    copy.freeBytes = this.freeBytes;
    return copy;
  }

  /** Minutes pass; the power goes where it was told to, and comes back. */
  live(minutes: number): void {
    for (let minute = 0; minute < minutes; minute += 1) this.throughPowerCut(() => this.minute());
  }

  import(source: string): "done" | "stopped" | "power cut" {
    let outcome: "done" | "stopped" | "power cut" = "power cut";
    this.throughPowerCut(() => {
      outcome = this.router.import(source);
    });
    return outcome;
  }

  /** The one container that guests are served by; null: they are not. */
  get selling(): Row | null {
    const running = this.containers().filter((row) => stateOf(row) === "running");
    const [one] = running;
    const serves = running.length === 1 && one !== undefined && one.get("comment") === "karibu:agent";
    return serves && proves(one) ? one : null;
  }

  act(menu: string, verb: string, rows: readonly Row[], properties: ReadonlyMap<string, string>): Result | undefined {
    if (menu === "/tool" && verb === "fetch") return this.fetch(properties);
    if (menu !== "/container") return undefined;
    if (verb === this.refuses) throw new ScriptError("failure: refused");
    if (verb === "add") return this.unpack(properties);
    for (const row of rows) {
      const state = stateOf(row);
      if (verb === "start") {
        if (state !== "stopped" && state !== "error") throw new ScriptError("failure: it is not stopped");
        this.start(row);
      } else if (verb === "stop") {
        if (state !== "running") throw new ScriptError("failure: it is not running");
        this.become(row, "stopped");
      } else if (state === "running" || (verb === "remove" && state === "extracting")) {
        throw new ScriptError("failure: it is in use");
      }
    }
    return verb === "start" || verb === "stop" ? null : undefined;
  }

  whileDelayed(): void {
    if (!this.minutesOverlap || this.isOverlapping) return;
    this.isOverlapping = true;
    this.runSchedulers(eachMinute);
    this.isOverlapping = false;
  }

  private throughPowerCut(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.router.cutAtWrite = Number.POSITIVE_INFINITY;
      this.boot();
    }
  }

  private minute(): void {
    this.minutesUp += 1;
    this.tellTime();
    if (this.minutesUp > 1) this.containersComeUp();
    for (const row of this.containers()) {
      if (stateOf(row) === "running" && row.get("image") === "slow")
        row.set("minutes-run", String(Number(row.get("minutes-run") ?? 0) + 1));
      if (stateOf(row) === "running" && row.get("image") === "dead") this.become(row, "error");
      if (stateOf(row) !== "extracting") continue;
      const left = Number(row.get("minutes-left")) - 1;
      row.set("minutes-left", String(left));
      if (left === 0) this.become(row, row.get("image") === "broken" ? "error" : "stopped");
    }
    this.restartStopped();
    this.runSchedulers(eachMinute);
    this.watch();
  }

  /** The worst that a restart policy may mean: nothing that has one stays stopped, whoever stopped it. */
  private restartStopped(): void {
    for (const row of this.containers()) {
      const state = stateOf(row);
      if ((state === "stopped" || state === "error") && restartsByItself(row)) this.start(row);
    }
  }

  /** Netwatch: once each time that the agent's page stops answering. */
  private watch(): void {
    if (this.minutesUp < watchAfterMinutes) return;
    const isUp = this.containers().some(answers);
    if (this.watchSawIt && !isUp)
      for (const row of this.router.rows("/tool/netwatch")) this.router.import(row.get("down-script") ?? "");
    this.watchSawIt = isUp;
  }

  private boot(): void {
    this.minutesUp = 0;
    this.watchSawIt = false;
    this.isOverlapping = false;
    this.tellTime();
    for (const row of this.containers()) {
      // Half unpacked: it looks whole.
      if (stateOf(row) === "extracting") row.set("image", "dead");
      this.become(row, "stopped");
    }
    this.notListedYet.push(...this.containers());
    this.router.menus.set("/container", []);
    if (!this.listsContainersLate) this.containersComeUp();
    this.runSchedulers((row) => row.get("start-time") === "startup");
  }

  private containersComeUp(): void {
    for (const row of this.notListedYet.splice(0)) {
      this.containers().push(row);
      if (row.get("start-on-boot") === "yes") this.start(row);
    }
  }

  private runSchedulers(which: (row: Row) => boolean): void {
    for (const row of this.router.rows("/system/scheduler").filter(which))
      this.router.import(row.get("on-event") ?? "");
  }

  private fetch(properties: ReadonlyMap<string, string>): Result {
    const url = properties.get("url") ?? "";
    const path = properties.get("dst-path");
    const finished = (data: string) => new Map([...Object.entries({ status: "finished", data })]);
    if (path === undefined) return finished(this.askAgent(new URL(url)));
    const file = this.web.get(url);
    if (file === undefined) throw new ScriptError("failure: 404 Not Found");
    this.fetched.push(url);
    if (file.bytes > this.freeBytes) {
      this.putFile(path, { ...file, bytes: this.freeBytes });
      throw new ScriptError("failure: no space left");
    }
    this.putFile(path, file);
    return finished("");
  }

  /** What the agent says, as far as the scripts ask it. */
  private askAgent(url: URL): string {
    const agent = this.containers().find(answers);
    if (agent === undefined) throw new ScriptError("failure: connection refused");
    if (url.pathname !== "/image-update") return "{}";
    const wanted = url.searchParams.get("sha256");
    if (wanted === null) return proves(agent) ? "proved" : "waiting";
    this.asked += 1;
    if (this.asked % 2 === 1) return "reading";
    const file = this.router
      .rows("/file")
      .find((row) => /karibu\/data\/image-update\.tar$/.test(row.get("name") ?? ""));
    if (file === undefined) return "missing";
    return file.get("sha256") === wanted ? "same" : "differs";
  }

  private unpack(properties: ReadonlyMap<string, string>): Result {
    const file = this.router.rows("/file").find((row) => row.get("name") === properties.get("file"));
    if (file === undefined) throw new ScriptError("failure: no such file");
    this.router.add("/container", [
      ...properties,
      ["image", file.get("image") ?? ""],
      ["minutes-left", String(unpackMinutes)],
    ]);
    const row = this.containers().at(-1);
    if (row !== undefined) this.become(row, "extracting");
    return null;
  }

  private start(row: Row): void {
    this.ranTogether ||= this.containers().some((other) => stateOf(other) === "running");
    this.started.push(row.get("root-dir") ?? "");
    row.delete("minutes-run");
    this.become(row, "running");
  }

  private become(row: Row, state: State): void {
    for (const name of ["status", ...states]) row.delete(name);
    if (this.tellsStateAsWord) row.set("status", state);
    else row.set(state, "true");
  }

  private putFile(name: string, { kind, sha256, bytes }: ImageFile): void {
    this.router.menus.set(
      "/file",
      this.router.rows("/file").filter((row) => row.get("name") !== name),
    );
    this.router.add("/file", [...Object.entries({ name, type: "file", size: String(bytes), sha256, image: kind })]);
    this.freeBytes -= bytes;
  }

  private tellTime(): void {
    this.router.rows("/system/resource")[0]?.set("uptime", `00:${String(this.minutesUp).padStart(2, "0")}:00`);
    this.router.rows("/disk")[0]?.set("free", String(this.freeBytes));
  }

  private containers(): Row[] {
    return this.router.rows("/container");
  }
}

function stateOf(row: Row): State | undefined {
  return states.find((state) => row.get("status") === state || row.get(state) === "true");
}

function answers(row: Row): boolean {
  if (stateOf(row) !== "running") return false;
  const image = row.get("image");
  return image === "slow" ? Number(row.get("minutes-run")) >= slowMinutes : image === "good" || image === "silent";
}

const proves = (row: Row) => answers(row) && row.get("image") !== "silent";

const restartsByItself = (row: Row) =>
  row.get("restart-policy") === "always" || !["", "0s"].includes(row.get("auto-restart-interval") ?? "");

const eachMinute = (row: Row) => row.get("interval") === "1m";
