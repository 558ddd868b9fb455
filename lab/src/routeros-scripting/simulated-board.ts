/**
 * A simulated board around a simulated router: containers that are unpacked, run and fail, files that are fetched, schedulers and
 * netwatch that run each minute, and power that fails at any write.
 */
import {
  answers,
  type ContainerState,
  emptyRamDisks,
  hasRestartPolicy,
  type ImageFile,
  isProved,
  passMinute,
  setState,
  stateOf,
} from "./board-containers.ts";
import type { ConfigurationRows, Row } from "./configuration.ts";
import { type Result, ScriptError } from "./result.ts";
import { type Hardware, PowerCut, SimulatedRouter } from "./simulated-router.ts";

export interface BoardOptions {
  /** A good image lies there, as after an installer's upload. */
  readonly imageFile: string;
  /** Containers show their state as `status=stopped`, else as `stopped=true`. */
  readonly showsStatusWord: boolean;
}

const unpackMinutes = 2;
/** After a boot netwatch waits so long before it runs its scripts. */
const netwatchDelayMinutes = 5;

export class SimulatedBoard implements Hardware {
  router: SimulatedRouter;
  freeDiskBytes = 2_000_000_000;
  /** Two containers ran at once: they would write one data folder. */
  ranTwoAtOnce = false;
  /** What `/tool/fetch` finds: URL -> file. */
  readonly webFiles = new Map<string, ImageFile>();
  /** A command of `/container` that always fails on this board. */
  failingContainerCommand: "add" | "set" | null = null;
  /** The disk is ready one minute after a boot: until then no container is listed. */
  isDiskLate = false;
  /** The schedulers run again while a script of the minute before still waits. */
  schedulersOverlap = false;
  /** The `root-dir` of each container that was started, in order. */
  readonly startedRoots: string[] = [];
  /** URLs that were fetched into a file. */
  readonly fetchedUrls: string[] = [];
  private uptimeMinutes = 60;
  private digestQuestions = 0;
  private readonly unlistedContainers: Row[] = [];
  private isOverlapping = false;
  private netwatchSawAgent = false;
  private readonly options: BoardOptions;

  constructor(configuration: ConfigurationRows, options: BoardOptions) {
    this.options = options;
    this.router = new SimulatedRouter(configuration);
    this.router.hardware = this;
    this.router.rows("/disk").push(new Map(Object.entries({ ".id": "*disk", slot: "usb1", free: "" })));
    this.putFile(options.imageFile, { kind: "good", sha256: "first image", bytes: 1 });
    this.showResources();
  }

  copy(): SimulatedBoard {
    const copy = new SimulatedBoard({}, this.options);
    copy.router = this.router.copy();
    copy.router.hardware = copy;
    for (const [url, file] of this.webFiles) copy.webFiles.set(url, file);
    copy.freeDiskBytes = this.freeDiskBytes;
    return copy;
  }

  /** If the power fails meanwhile, the board boots again. */
  passMinutes(minutes: number): void {
    for (let minute = 0; minute < minutes; minute += 1) this.bootAfterPowerCut(() => this.passMinute());
  }

  import(source: string): "done" | "stopped" | "power cut" {
    let outcome: "done" | "stopped" | "power cut" = "power cut";
    this.bootAfterPowerCut(() => {
      outcome = this.router.import(source);
    });
    return outcome;
  }

  /** The one container that serves guests; null: none does. */
  get servingContainer(): Row | null {
    const running = this.containers().filter((row) => stateOf(row) === "running");
    const [container] = running;
    const isActive = running.length === 1 && container?.get("comment") === "karibu:agent";
    return isActive && container !== undefined && isProved(container) ? container : null;
  }

  handleCommand(
    menu: string,
    verb: string,
    rows: readonly Row[],
    properties: ReadonlyMap<string, string>,
  ): Result | undefined {
    if (menu === "/tool" && verb === "fetch") return this.fetch(properties);
    if (menu !== "/container") return undefined;
    if (verb === this.failingContainerCommand) throw new ScriptError("failure: refused");
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
    if (!this.schedulersOverlap || this.isOverlapping) return;
    this.isOverlapping = true;
    this.runSchedulers(isEachMinute);
    this.isOverlapping = false;
  }

  private bootAfterPowerCut(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.router.powerCutAtWrite = Number.POSITIVE_INFINITY;
      this.boot();
    }
  }

  private passMinute(): void {
    this.uptimeMinutes += 1;
    this.showResources();
    if (this.uptimeMinutes > 1) this.listContainers();
    for (const row of this.containers()) passMinute(row, (one, state) => this.become(one, state));
    this.restartContainers();
    this.runSchedulers(isEachMinute);
    this.runNetwatch();
  }

  /** The strictest meaning of a restart policy: a container that has one never stays stopped, even if a script stopped it. */
  private restartContainers(): void {
    for (const row of this.containers()) {
      const state = stateOf(row);
      if ((state === "stopped" || state === "error") && hasRestartPolicy(row)) this.start(row);
    }
  }

  /** Runs its scripts once each time that the agent stops answering. */
  private runNetwatch(): void {
    if (this.uptimeMinutes < netwatchDelayMinutes) return;
    const isUp = this.containers().some(answers);
    if (this.netwatchSawAgent && !isUp) {
      for (const row of this.router.rows("/tool/netwatch")) this.router.import(row.get("down-script") ?? "");
    }
    this.netwatchSawAgent = isUp;
  }

  private boot(): void {
    this.uptimeMinutes = 0;
    this.netwatchSawAgent = false;
    this.isOverlapping = false;
    this.showResources();
    emptyRamDisks(this.router.configuration, "dead", this.router.rows("/disk"));
    for (const row of this.containers()) {
      // An image that was half unpacked looks whole.
      if (stateOf(row) === "extracting") row.set("image", "dead");
      this.become(row, "stopped");
    }
    this.unlistedContainers.push(...this.containers());
    this.router.configuration.replaceRows("/container", []);
    if (!this.isDiskLate) this.listContainers();
    this.runSchedulers((row) => row.get("start-time") === "startup");
  }

  /** The disk is ready: RouterOS lists its containers and starts those that start on boot. */
  private listContainers(): void {
    for (const row of this.unlistedContainers.splice(0)) {
      this.containers().push(row);
      if (row.get("start-on-boot") === "yes") this.start(row);
    }
  }

  private runSchedulers(isDue: (row: Row) => boolean): void {
    for (const row of this.router.rows("/system/scheduler").filter(isDue))
      this.router.import(row.get("on-event") ?? "");
  }

  private fetch(properties: ReadonlyMap<string, string>): Result {
    const url = properties.get("url") ?? "";
    const path = properties.get("dst-path");
    const finished = (data: string) => new Map(Object.entries({ status: "finished", data }));
    if (path === undefined) return finished(this.askAgent(new URL(url)));
    const file = this.webFiles.get(url);
    if (file === undefined) throw new ScriptError("failure: 404 Not Found");
    this.fetchedUrls.push(url);
    if (file.bytes > this.freeDiskBytes) {
      this.putFile(path, { ...file, bytes: this.freeDiskBytes });
      throw new ScriptError("failure: no space left");
    }
    this.putFile(path, file);
    return finished("");
  }

  /** The agent's answers, as far as the scripts ask it. A digest needs a second question. */
  private askAgent(url: URL): string {
    const agent = this.containers().find(answers);
    if (agent === undefined) throw new ScriptError("failure: connection refused");
    if (url.pathname !== "/image-update") return "{}";
    const sha256 = url.searchParams.get("sha256");
    if (sha256 === null) return isProved(agent) ? "proved" : "waiting";
    this.digestQuestions += 1;
    if (this.digestQuestions % 2 === 1) return "reading";
    const isArchive = (row: Row) => /karibu\/data\/image-update\.tar(\.gz)?$/.test(row.get("name") ?? "");
    const file = this.router.rows("/file").find(isArchive);
    if (file === undefined) return "missing";
    return file.get("sha256") === sha256 ? "same" : "differs";
  }

  private unpack(properties: ReadonlyMap<string, string>): Result {
    const file = this.router.rows("/file").find((row) => row.get("name") === properties.get("file"));
    if (file === undefined) throw new ScriptError("failure: no such file");
    const image = { image: file.get("image") ?? "", "minutes-left": String(unpackMinutes) };
    const row = this.router.configuration.add("/container", [...properties, ...Object.entries(image)]);
    this.become(row, "extracting");
    return null;
  }

  private start(row: Row): void {
    this.ranTwoAtOnce ||= this.containers().some((other) => stateOf(other) === "running");
    this.startedRoots.push(row.get("root-dir") ?? "");
    row.delete("minutes-run");
    this.become(row, "running");
  }

  private become(row: Row, state: ContainerState): void {
    setState(row, state, this.options.showsStatusWord);
  }

  private putFile(name: string, { kind, sha256, bytes }: ImageFile): void {
    const { configuration } = this.router;
    configuration.replaceRows(
      "/file",
      configuration.rows("/file").filter((row) => row.get("name") !== name),
    );
    configuration.add("/file", Object.entries({ name, type: "file", size: String(bytes), sha256, image: kind }));
    this.freeDiskBytes -= bytes;
  }

  private showResources(): void {
    this.router.rows("/system/resource")[0]?.set("uptime", `00:${String(this.uptimeMinutes).padStart(2, "0")}:00`);
    this.router.rows("/disk")[0]?.set("free", String(this.freeDiskBytes));
    this.router.rows("/system/resource")[0]?.set("free-hdd-space", String(this.freeDiskBytes));
  }

  private containers(): Row[] {
    return this.router.rows("/container");
  }
}

const isEachMinute = (row: Row) => row.get("interval") === "1m";
