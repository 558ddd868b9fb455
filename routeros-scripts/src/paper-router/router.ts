/**
 * A router on paper: menus with rows, and the commands our scripts use on them. It stands for what set-up relies on (find by
 * comment, set, add, order, "already have such", an import that stops at a failing line), not for RouterOS.
 */
import { type Expression, parse, type Statement } from "./parse.ts";

type Scalar = string | boolean | number;
export type Result = Scalar | readonly string[] | ReadonlyMap<string, string> | null;
export type Row = Map<string, string>;
type Scope = Map<string, Result>;

/** Stops an import, as a command that fails does. */
export class ScriptError extends Error {}

/** The power goes: no `on-error` sees it. What was written stays. */
export class PowerCut extends Error {}

/** What happens around the router's configuration: containers, files that come, other machines. */
export interface Surroundings {
  /** Before the router does `verb` with these rows. Undefined: it does what it always does. Throws ScriptError to refuse. */
  act(menu: string, verb: string, rows: readonly Row[], properties: ReadonlyMap<string, string>): Result | undefined;
  /** A script waits: others may run meanwhile. */
  whileDelayed(): void;
}

/** Arguments that say where, not what. */
const notProperties = new Set(["place-before", "destination"]);
/** Properties that the router hands out as lists. */
const lists = new Set(["servers", "login-by", "address"]);

export class PaperRouter {
  readonly menus = new Map<string, Row[]>();
  readonly said: string[] = [];
  /** Why the last import stopped that did. */
  failure = "";
  /** How many commands changed something or tried to. */
  writes = 0;
  surroundings: Surroundings = { act: () => undefined, whileDelayed: () => undefined };
  /** The power goes instead of this write. */
  cutAtWrite = Number.POSITIVE_INFINITY;
  private readonly failAtWrite: number;
  private lastId = 0;
  /** A scheduler runs the same text each minute. */
  private sources = new Map<string, readonly Statement[]>();

  constructor(
    factory: Readonly<Record<string, readonly Record<string, string>[]>>,
    failAtWrite = Number.POSITIVE_INFINITY,
  ) {
    for (const [menu, rows] of Object.entries(factory)) {
      for (const row of rows) this.rows(menu).push(this.newRow(Object.entries(row)));
    }
    this.failAtWrite = failAtWrite;
  }

  /** `/import`: earlier lines stay when a later one fails. */
  import(source: string): "done" | "stopped" {
    try {
      this.run(this.parsed(source), new Map());
      return "done";
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      this.failure = error.message;
      return "stopped";
    }
  }

  /** The same configuration in a router of its own. */
  copy(): PaperRouter {
    const copy = new PaperRouter({});
    for (const [menu, rows] of this.menus)
      copy.menus.set(
        menu,
        rows.map((row) => new Map(row)),
      );
    copy.lastId = this.lastId;
    copy.sources = this.sources;
    return copy;
  }

  private parsed(source: string): readonly Statement[] {
    const known = this.sources.get(source) ?? parse(source);
    this.sources.set(source, known);
    return known;
  }

  rows(menu: string): Row[] {
    const rows = this.menus.get(menu) ?? [];
    this.menus.set(menu, rows);
    return rows;
  }

  /** What is set, without ids and empty values; rows in order where order matters. */
  picture(): Record<string, string[]> {
    const inOrder = /filter$|nat$|^\/radius$/;
    const menus = [...this.menus].map(([menu, rows]): [string, string[]] => {
      const shown = rows.map((row) =>
        [...row]
          .filter(([name, value]) => name !== ".id" && value !== "")
          .map(([name, value]) => `${name}=${value}`)
          .sort()
          .join(" "),
      );
      return [menu, inOrder.test(menu) ? shown : shown.sort()];
    });
    return Object.fromEntries(
      menus.filter(([, rows]) => rows.length > 0).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  private run(body: readonly Statement[], scope: Scope): Result {
    let result: Result = null;
    for (const statement of body) result = this.runOne(statement, scope);
    return result;
  }

  private runOne(statement: Statement, scope: Scope): Result {
    if (statement.kind === "block") return this.run(statement.body, new Map(scope));
    if (statement.kind === "value") return this.evaluate(statement.of, scope);
    const { path, positional, named } = statement;
    const block = (name: string): readonly Statement[] => {
      const body = named.get(name);
      return Array.isArray(body) ? body : [];
    };
    const value = (index: number): Result => {
      const expression = positional[index];
      return expression === undefined ? null : this.evaluate(expression, scope);
    };
    switch (path) {
      case ":if":
        return this.inner(value(0) === true ? block("do") : block("else"), scope);
      case ":foreach": {
        const items = this.evaluate(named.get("in") as Expression, scope);
        for (const item of Array.isArray(items) ? items : items === "" || items === null ? [] : [items]) {
          this.inner(block("do"), new Map([...scope, [nameOf(positional[0]), item as Result]]), scope);
        }
        return null;
      }
      case ":for": {
        const bound = (name: string) => Number(text(this.evaluate(named.get(name) as Expression, scope)));
        for (let at = bound("from"); at <= bound("to"); at += 1) {
          this.inner(block("do"), new Map<string, Result>([...scope, [nameOf(positional[0]), at]]), scope);
        }
        return null;
      }
      case ":do":
        try {
          return this.inner(block("body"), scope);
        } catch (error) {
          if (!(error instanceof ScriptError)) throw error;
          return this.inner(block("on-error"), scope);
        }
      case ":local":
      case ":set":
        scope.set(nameOf(positional[0]), value(1));
        return null;
      case ":put":
      case "/log/info":
        this.said.push(text(value(0)));
        return null;
      case ":error":
        throw new ScriptError(text(value(0)));
      case ":delay":
        this.surroundings.whileDelayed();
        return null;
      case ":len": {
        const measured = value(0);
        return Array.isArray(measured) ? measured.length : text(measured).length;
      }
      case ":tostr":
        return text(value(0));
      case ":tonum":
        return Number(text(value(0)));
      case ":parse":
        return this.run(parse(text(value(0))), new Map());
      case ":pick": {
        const picked = value(0);
        if (Array.isArray(picked)) return picked[Number(text(value(1)))] ?? null;
        return text(picked).slice(Number(text(value(1))), Number(text(value(2))));
      }
    }
    return this.command(statement, scope);
  }

  /** A block sees and changes the variables around it; what it declares itself ends with it. */
  private inner(body: readonly Statement[], scope: Scope, outer: Scope = scope): Result {
    const own = new Map(scope);
    const result = this.run(body, own);
    for (const name of outer.keys()) outer.set(name, own.get(name) ?? null);
    return result;
  }

  private command({ path, positional, named, where }: Extract<Statement, { kind: "command" }>, scope: Scope): Result {
    const menu = path.slice(0, path.lastIndexOf("/"));
    const verb = path.slice(menu.length + 1);
    const properties = [...named]
      .filter(([name]) => !notProperties.has(name))
      .map(([name, expression]): [string, string] => [name, text(this.evaluate(expression as Expression, scope))]);
    if (verb === "find") {
      const rows = this.rows(menu).filter((row) => where === null || this.evaluate(where, scope, row) === true);
      return rows.map((row) => row.get(".id") ?? "");
    }
    if (verb === "get") {
      const [first] = positional;
      // An item without a property's name: all it has.
      if (positional.length === 1 && first !== undefined && first.kind !== "text") {
        return [...this.one(menu, first, scope)].map(([name, value]) => `${name}=${value}`);
      }
      const [target, property] = positional.length === 1 ? [undefined, positional[0]] : positional;
      return shown(nameOf(property), this.one(menu, target, scope).get(nameOf(property)) ?? "");
    }
    if (path === "/system/script/run") {
      return this.runScript(this.one(menu, positional[0], scope));
    }
    this.writes += 1;
    if (this.writes === this.cutAtWrite) throw new PowerCut(`at ${path}`);
    if (this.writes === this.failAtWrite) throw new ScriptError(`failure injected at ${path}`);
    const target = positional[0];
    const acted = this.surroundings.act(
      menu,
      verb,
      verb === "add" || target === undefined || menu === "/tool" ? [] : this.targets(menu, target, scope),
      new Map(properties),
    );
    if (acted !== undefined) return acted;
    switch (verb) {
      case "add":
        return this.add(menu, properties);
      case "set":
        for (const row of this.targets(menu, positional[0], scope))
          for (const [name, value] of properties) row.set(name, value);
        return null;
      case "remove": {
        const gone = new Set(this.targets(menu, positional[0], scope));
        const inFolder = (row: Row) =>
          [...gone].some((folder) => menu === "/file" && row.get("name")?.startsWith(`${folder.get("name")}/`));
        this.menus.set(
          menu,
          this.rows(menu).filter((row) => !gone.has(row) && !inFolder(row)),
        );
        return null;
      }
      case "move": {
        const [moved] = this.targets(menu, positional[0], scope);
        const before = text(this.evaluate(named.get("destination") as Expression, scope));
        const rest = this.rows(menu).filter((row) => row !== moved);
        const at = rest.findIndex((row) => row.get(".id") === before);
        if (moved === undefined || at < 0) throw new ScriptError("no such item");
        this.menus.set(menu, [...rest.slice(0, at), moved, ...rest.slice(at)]);
        return null;
      }
      case "reset-html": {
        const profile = this.one(menu, positional[0], scope).get("profile");
        const folder = this.rows("/ip/hotspot/profile")
          .find((row) => row.get("name") === profile)
          ?.get("html-directory");
        for (const name of ["rlogin.html", "login.html"])
          this.add("/file", [
            ["name", `${folder}/${name}`],
            ["contents", "default"],
            ["type", "file"],
          ]);
        this.add("/file", [
          ["name", folder ?? ""],
          ["type", "directory"],
        ]);
        return null;
      }
      case "start":
      case "stop":
        this.targets(menu, positional[0], scope);
        return null;
    }
    throw new ScriptError(`unknown command ${path}`);
  }

  /** Listed as a job for as long as it runs. */
  private runScript(script: Row): Result {
    const menu = "/system/script/job";
    const job = this.newRow([["script", script.get("name") ?? ""]]);
    this.rows(menu).push(job);
    try {
      return this.run(this.parsed(script.get("source") ?? ""), new Map());
    } finally {
      this.menus.set(
        menu,
        this.rows(menu).filter((row) => row !== job),
      );
    }
  }

  add(menu: string, properties: readonly (readonly [string, string])[]): null {
    const row = this.newRow(properties);
    const key =
      menu === "/interface/bridge/port"
        ? "interface"
        : menu.startsWith("/container/") || menu === "/ip/dns/static"
          ? ""
          : "name";
    const value = row.get(key);
    if (value !== undefined && this.rows(menu).some((other) => other.get(key) === value)) {
      throw new ScriptError(`failure: already have ${value} in ${menu}`);
    }
    this.rows(menu).push(row);
    return null;
  }

  private newRow(properties: Iterable<readonly [string, string]>): Row {
    this.lastId += 1;
    return new Map<string, string>([[".id", `*${this.lastId}`], ...properties]);
  }

  private one(menu: string, target: Expression | undefined, scope: Scope): Row {
    const rows = this.targets(menu, target, scope);
    if (rows.length !== 1 || rows[0] === undefined) throw new ScriptError(`no such item in ${menu}`);
    return rows[0];
  }

  /** By id, by name, or the only row of a menu that is one. */
  private targets(menu: string, target: Expression | undefined, scope: Scope): Row[] {
    const rows = this.rows(menu);
    if (target === undefined) return rows.slice(0, 1);
    const wanted = this.evaluate(target, scope);
    const ids = Array.isArray(wanted) ? wanted : [text(wanted)];
    return ids.map((id) => {
      const found = rows.find((row) => row.get(".id") === id || row.get("name") === id);
      if (found === undefined) throw new ScriptError(`no such item ${id} in ${menu}`);
      return found;
    });
  }

  private evaluate(expression: Expression, scope: Scope, row: Row | null = null): Result {
    switch (expression.kind) {
      case "text":
        if (!expression.bare) return expression.text;
        if (expression.text === "true" || expression.text === "false") return expression.text === "true";
        return row?.has(expression.text) ? (row.get(expression.text) ?? "") : expression.text;
      case "variable":
        if (!scope.has(expression.name)) throw new ScriptError(`unknown variable ${expression.name}`);
        return scope.get(expression.name) ?? null;
      case "command":
        return this.run(expression.body, scope);
      case "not":
        return this.evaluate(expression.of, scope, row) !== true;
      case "operator":
        return this.operate(expression, scope, row);
    }
  }

  private operate(
    { operator, left, right }: Extract<Expression, { kind: "operator" }>,
    scope: Scope,
    row: Row | null,
  ): Result {
    // In `where`, a name on the left is a property, which a row may lack.
    const property = row !== null && left.kind === "text" && left.bare;
    const one = property
      ? (row.get(nameOf(left)) ?? (nameOf(left) === "dynamic" ? "no" : ""))
      : this.evaluate(left, scope, row);
    const other = this.evaluate(right, scope, property ? null : row);
    switch (operator) {
      case "=":
        return text(one) === text(other);
      case "!=":
        return text(one) !== text(other);
      case "~":
        return new RegExp(text(other)).test(text(one));
      case ">":
        return toNumber(text(one)) > toNumber(text(other));
      case "<":
        return toNumber(text(one)) < toNumber(text(other));
      case "+":
        return toNumber(text(one)) + toNumber(text(other));
      case "->":
        return one instanceof Map ? (one.get(text(other)) ?? null) : null;
      case ".":
        return text(one) + text(other);
      case "and":
      case "&&":
        return one === true && other === true;
      case "or":
      case "||":
        return one === true || other === true;
    }
    throw new ScriptError(`unknown operator ${operator}`);
  }
}

function nameOf(expression: Expression | undefined): string {
  if (expression?.kind !== "text") throw new Error("a name was expected");
  return expression.text;
}

/** A stored value as a script gets it. */
function shown(property: string, value: string): Result {
  if (value === "yes" || value === "no") return value === "yes";
  return lists.has(property) ? value.split(",").filter((item) => item !== "") : value;
}

/** `00:02:00` counts as seconds. */
function toNumber(value: string): number {
  return value.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

function text(value: Result): string {
  if (value === null || value instanceof Map) return "";
  return Array.isArray(value) ? value.join(";") : String(value);
}
