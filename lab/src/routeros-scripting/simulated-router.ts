/**
 * A simulated router that runs RouterOS scripts: a configuration, and the commands that our scripts use on it. It does what the
 * scripts rely on (find by comment, set, add, order, "already have", an import that stops at a line that fails), and no more.
 * A script may fail at any write, and the power may fail at any write.
 */
import { Configuration, type ConfigurationRows, type Row } from "./configuration.ts";
import { parseScript, type WhyUnknown } from "./parse-script.ts";
import { isBytes, type Result, ScriptError, textOf } from "./result.ts";
import { type CommandCall, runScript, type ScriptHost } from "./run-script.ts";
import type { Statement } from "./script-tree.ts";

/** The power fails: `on-error` does not see it. What was written stays. */
export class PowerCut extends Error {}

/** What is outside of the configuration: containers, files that are fetched, other machines. */
export interface Hardware {
  /**
   * Is asked before the router does `verb` with these rows. Undefined: the router does what it always does. Throws ScriptError
   * to refuse.
   */
  handleCommand(
    menu: string,
    verb: string,
    rows: readonly Row[],
    properties: ReadonlyMap<string, string>,
  ): Result | undefined;
  /** A script waits: other scripts may run meanwhile. */
  whileDelayed(seconds: number): void;
}

/** Arguments that name a place, not a property. */
const placeArguments = new Set(["place-before", "destination"]);
/** Properties that the router returns as lists. */
const listProperties = new Set(["servers", "login-by", "address"]);

export class SimulatedRouter {
  configuration: Configuration;
  /** What scripts printed and logged. */
  readonly output: string[] = [];
  /** The error of the last import that stopped. */
  failure = "";
  /** How many commands changed something or tried to. */
  writes = 0;
  hardware: Hardware = { handleCommand: () => undefined, whileDelayed: () => undefined };
  /** Words that this router refuses, with their whole text. Without it, it knows all words. */
  whyUnknown: WhyUnknown | null = null;
  /** The power fails instead of this write. */
  powerCutAtWrite = Number.POSITIVE_INFINITY;
  private readonly failAtWrite: number;
  /** A scheduler runs the same text each minute: it is parsed once. */
  private parsedScripts = new Map<string, readonly Statement[]>();
  private readonly host: ScriptHost = {
    command: (call) => this.command(call),
    print: (line) => this.output.push(line),
    delay: (seconds) => this.hardware.whileDelayed(seconds),
    parse: (source) => this.parse(source),
  };

  constructor(configuration: ConfigurationRows, failAtWrite = Number.POSITIVE_INFINITY) {
    this.configuration = new Configuration(configuration);
    this.failAtWrite = failAtWrite;
  }

  /** `/import`: earlier lines stay when a later one fails. */
  import(source: string): "done" | "stopped" {
    try {
      runScript(this.parse(source), this.host);
      return "done";
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      this.failure = error.message;
      return "stopped";
    }
  }

  /** Another router with the same configuration. */
  copy(): SimulatedRouter {
    const copy = new SimulatedRouter({});
    copy.configuration = this.configuration.copy();
    copy.parsedScripts = this.parsedScripts;
    return copy;
  }

  /** Texts that the other one has parsed are known here. Both must know the same words. */
  shareParsed(other: SimulatedRouter): void {
    this.parsedScripts = other.parsedScripts;
  }

  rows(menu: string): Row[] {
    return this.configuration.rows(menu);
  }

  snapshot(): Record<string, string[]> {
    return this.configuration.snapshot();
  }

  private parse(source: string): readonly Statement[] {
    // A text that was refused is parsed again: a package may have come.
    const parsed = this.parsedScripts.get(source);
    if (parsed !== undefined) return parsed;
    const statements = this.whyUnknown === null ? parseScript(source) : parseForRouter(source, this.whyUnknown);
    this.parsedScripts.set(source, statements);
    return statements;
  }

  private command(call: CommandCall): Result {
    const { menu, verb, positional, where } = call;
    if (verb === "find") {
      const rows = this.rows(menu).filter((row) => where === null || where(row));
      return rows.map((row) => row.get(".id") ?? "");
    }
    if (verb === "get") return this.get(call);
    if (menu === "/file" && verb === "read") return this.readFile(call.properties);
    if (menu === "" && verb === "import") return this.importFile(call.properties.get("file-name") ?? "");
    const target = positional[0]?.value;
    if (menu === "/system/script" && verb === "run")
      return this.runStoredScript(this.configuration.findOne(menu, target));
    return this.write(call, target);
  }

  private get({ menu, positional }: CommandCall): Result {
    const [first, second] = positional;
    // An item without the name of a property: all its properties.
    if (first !== undefined && second === undefined && !first.isWord) {
      return [...this.configuration.findOne(menu, first.value)].map(([name, value]) => `${name}=${value}`);
    }
    const property = textOf((second ?? first)?.value ?? null);
    const target = second === undefined ? undefined : first?.value;
    return readStored(property, this.configuration.findOne(menu, target).get(property) ?? "");
  }

  /** One piece of a file, as `as-value` gives it. */
  private readFile(properties: ReadonlyMap<string, string>): Result {
    const file = this.configuration.findOne("/file", properties.get("file"));
    const from = Number(properties.get("offset"));
    return new Map([
      [
        "data",
        bytesOf(file)
          .subarray(from, from + Number(properties.get("chunk-size")))
          .toString("latin1"),
      ],
    ]);
  }

  private importFile(name: string): Result {
    return runScript(this.parse(this.configuration.findOne("/file", name).get("contents") ?? ""), this.host);
  }

  private write(call: CommandCall, target: Result | undefined): Result {
    const { menu, verb } = call;
    this.writes += 1;
    if (this.writes === this.powerCutAtWrite) throw new PowerCut(`at ${menu}/${verb}`);
    if (this.writes === this.failAtWrite) throw new ScriptError(`failure injected at ${menu}/${verb}`);
    const properties = new Map([...call.properties].filter(([name]) => !placeArguments.has(name)));
    // `/export terse`: words that switch something.
    if (menu === "") for (const { value } of call.positional) properties.set(textOf(value), "yes");
    const hasRows = verb !== "add" && target !== undefined && menu !== "/tool" && menu !== "";
    const rows = hasRows ? this.configuration.find(menu, target) : [];
    const handled = this.hardware.handleCommand(menu, verb, rows, properties);
    if (handled !== undefined) return handled;
    switch (verb) {
      case "add":
        this.configuration.add(menu, properties);
        return null;
      case "set":
        for (const row of this.configuration.find(menu, target))
          for (const [name, value] of properties) row.set(name, value);
        return null;
      case "unset":
        for (const row of rows) row.delete(properties.get("value-name") ?? "");
        return null;
      case "remove":
        this.configuration.remove(menu, rows);
        return null;
      case "move":
        this.configuration.move(menu, rows[0], call.properties.get("destination"));
        return null;
      case "reset-html":
        this.writeHotspotPages(this.configuration.findOne(menu, target).get("profile"));
        return null;
      case "enable":
      case "disable":
        for (const row of rows) row.set("disabled", verb === "disable" ? "yes" : "no");
        return null;
      case "start":
      case "stop":
      case "flush":
        return null;
    }
    throw new ScriptError(`unknown command ${menu}/${verb}`);
  }

  /** RouterOS lists the script as a job for as long as it runs. */
  private runStoredScript(script: Row): Result {
    const menu = "/system/script/job";
    const job = this.configuration.createRow([["script", script.get("name") ?? ""]]);
    this.rows(menu).push(job);
    try {
      return runScript(this.parse(script.get("source") ?? ""), this.host);
    } finally {
      this.configuration.remove(menu, [job]);
    }
  }

  private writeHotspotPages(profileName: string | undefined): void {
    const profile = this.rows("/ip/hotspot/profile").find((row) => row.get("name") === profileName);
    const folder = profile?.get("html-directory") ?? "";
    for (const name of ["rlogin.html", "login.html"]) {
      this.configuration.add("/file", Object.entries({ name: `${folder}/${name}`, contents: "default", type: "file" }));
    }
    this.configuration.add("/file", Object.entries({ name: folder, type: "directory" }));
  }
}

/** A text of RouterOS is bytes: what was written with other letters is UTF-8. */
export function bytesOf(file: Row): Buffer {
  const contents = file.get("contents") ?? "";
  return Buffer.from(contents, isBytes(contents) ? "latin1" : "utf8");
}

/** A router that refuses a text says so to the script: it is no fault of the lab. */
function parseForRouter(source: string, whyUnknown: WhyUnknown): readonly Statement[] {
  const refused: string[] = [];
  const statements = parseScript(source, (path) => {
    const why = whyUnknown(path);
    if (why !== null) refused.push(why);
    return null;
  });
  if (refused[0] !== undefined) throw new ScriptError(refused[0]);
  return statements;
}

/** A stored value as a script gets it. */
function readStored(property: string, value: string): Result {
  if (value === "yes" || value === "no") return value === "yes";
  return listProperties.has(property) ? value.split(",").filter((item) => item !== "") : value;
}
