/** Runs a parsed script: variables, conditions, loops and expressions. Commands of menus are the host's. */
import type { Row } from "./configuration.ts";
import { languageFunctions } from "./language-functions.ts";
import { Code, numberOf, type Result, ScriptError, textOf } from "./result.ts";
import type { Expression, Statement } from "./script-tree.ts";

/** `/ip/pool/set [find name=guest] ranges=…`, with its arguments evaluated. */
export interface CommandCall {
  readonly menu: string;
  readonly verb: string;
  /** Arguments without a name. A word that stands there as it is may name an item or a property. */
  readonly positional: readonly { readonly value: Result; readonly isWord: boolean }[];
  readonly properties: ReadonlyMap<string, string>;
  /** The condition after `where`; null without one. */
  readonly where: ((row: Row) => boolean) | null;
}

export interface ScriptHost {
  /** Throws ScriptError when the command fails. */
  command(call: CommandCall): Result;
  /** `:put` and `/log/info`. */
  print(line: string): void;
  /** `:delay`: other scripts may run meanwhile. */
  delay(seconds: number): void;
  parse(source: string): readonly Statement[];
}

type Scope = Map<string, Result>;
type Command = Extract<Statement, { kind: "command" }>;

/** `:return` ends the code that runs, whatever blocks it stands in; `on-error` does not see it. */
class Returned extends Error {
  readonly result: Result;
  constructor(result: Result) {
    super("returned outside of code");
    this.result = result;
  }
}

/** Throws ScriptError where the script stops. */
export function runScript(body: readonly Statement[], host: ScriptHost, given: Scope = new Map()): Result {
  try {
    return run(body, given, host);
  } catch (error) {
    if (error instanceof Returned) return error.result;
    throw error;
  }
}

function run(body: readonly Statement[], scope: Scope, host: ScriptHost): Result {
  let result: Result = null;
  for (const statement of body) result = runStatement(statement, scope, host);
  return result;
}

/** A block sees and changes the variables around it; its own variables end with it. */
function runBlock(body: readonly Statement[], scope: Scope, host: ScriptHost, outer: Scope = scope): Result {
  const inner = new Map(scope);
  const result = run(body, inner, host);
  for (const name of outer.keys()) outer.set(name, inner.get(name) ?? null);
  return result;
}

function runStatement(statement: Statement, scope: Scope, host: ScriptHost): Result {
  if (statement.kind === "block") return run(statement.body, new Map(scope), host);
  if (statement.kind === "value") {
    const value = evaluate(statement.of, scope, host);
    if (!(value instanceof Code)) return value;
    const given = [...statement.named].map(([name, of]): [string, Result] => [name, evaluate(of, scope, host)]);
    return runScript(value.body, host, new Map(given));
  }
  return statement.path.startsWith(":") || statement.path === "/log/info"
    ? runLanguageCommand(statement, scope, host)
    : runMenuCommand(statement, scope, host);
}

function runLanguageCommand({ path, positional, named }: Command, scope: Scope, host: ScriptHost): Result {
  const block = (name: string): readonly Statement[] => {
    const body = named.get(name);
    return Array.isArray(body) ? body : [];
  };
  const value = (index: number): Result => {
    const expression = positional[index];
    return expression === undefined ? null : evaluate(expression, scope, host);
  };
  const argument = (name: string) => evaluate(named.get(name) as Expression, scope, host);
  const runWith = (item: Result) =>
    runBlock(block("do"), new Map([...scope, [nameOf(positional[0]), item]]), host, scope);
  const simple = languageFunctions[path];
  if (simple !== undefined) {
    const given = (name: string) => (named.has(name) ? textOf(argument(name)) : "");
    return simple(named.has("value") ? argument("value") : value(0), given);
  }
  switch (path) {
    case ":if":
      return runBlock(value(0) === true ? block("do") : block("else"), scope, host);
    case ":foreach": {
      const items = argument("in");
      for (const item of Array.isArray(items) ? items : items === "" || items === null ? [] : [items]) runWith(item);
      return null;
    }
    case ":for":
      for (let count = numberOf(argument("from")); count <= numberOf(argument("to")); count += 1) runWith(count);
      return null;
    case ":while":
      for (let round = 0; evaluate(positional[0] as Expression, scope, host) === true; round += 1) {
        if (round > roundsMax) throw new Error("a loop of the script does not end");
        runBlock(block("do"), scope, host);
      }
      return null;
    case ":onerror":
      try {
        return runBlock(block("in"), scope, host);
      } catch (error) {
        if (!(error instanceof ScriptError)) throw error;
        return runWith(error.message);
      }
    case ":return":
      throw new Returned(value(0));
    case ":do":
      try {
        return runBlock(block("body"), scope, host);
      } catch (error) {
        if (!(error instanceof ScriptError)) throw error;
        return runBlock(block("on-error"), scope, host);
      }
    case ":local":
    case ":set":
      scope.set(nameOf(positional[0]), value(1));
      return null;
    case ":put":
    case "/log/info":
      host.print(textOf(value(0)));
      return null;
    case ":error":
      throw new ScriptError(textOf(value(0)));
    case ":delay":
      host.delay(secondsOf(textOf(value(0))));
      return null;
    case ":parse":
      return new Code(host.parse(textOf(value(0))));
    case ":find": {
      const place = textOf(value(0)).indexOf(textOf(value(1)));
      return place < 0 ? null : place;
    }
    case ":pick": {
      const picked = value(0);
      const from = numberOf(value(1));
      if (!Array.isArray(picked))
        return textOf(picked).slice(from, positional.length > 2 ? numberOf(value(2)) : from + 1);
      return positional.length > 2 ? picked.slice(from, numberOf(value(2))) : (picked[from] ?? null);
    }
  }
  throw new ScriptError(`unknown command ${path}`);
}

/** No loop of our scripts runs so often. */
const roundsMax = 100_000;

/** `5s`, `1m`, `90`. */
function secondsOf(text: string): number {
  const [, count = "0", unit = "s"] = /^(\d+)(s|m|h)?$/.exec(text) ?? [];
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}

function runMenuCommand({ path, positional, named, where }: Command, scope: Scope, host: ScriptHost): Result {
  const menu = path.slice(0, path.lastIndexOf("/"));
  return host.command({
    menu,
    verb: path.slice(menu.length + 1),
    positional: positional.map((expression) => ({
      value: evaluate(expression, scope, host),
      isWord: expression.kind === "text",
    })),
    properties: new Map(
      [...named].map(([name, expression]) => [name, textOf(evaluate(expression as Expression, scope, host))]),
    ),
    where: where === null ? null : (row) => evaluate(where, scope, host, row) === true,
  });
}

function evaluate(expression: Expression, scope: Scope, host: ScriptHost, row: Row | null = null): Result {
  switch (expression.kind) {
    case "text":
      if (!expression.bare) return expression.text;
      if (expression.text === "true" || expression.text === "false") return expression.text === "true";
      return row?.has(expression.text) ? (row.get(expression.text) ?? "") : expression.text;
    case "variable":
      // After `where`, a property of the item hides a variable of the same name.
      if (row?.has(expression.name)) return row.get(expression.name) ?? "";
      if (!scope.has(expression.name)) throw new ScriptError(`unknown variable ${expression.name}`);
      return scope.get(expression.name) ?? null;
    case "command":
      return run(expression.body, scope, host);
    case "not":
      return evaluate(expression.of, scope, host, row) !== true;
    case "operator": {
      const { operator, left, right } = expression;
      // After `where`, a word on the left is a property, which a row may lack.
      const property = row !== null && left.kind === "text" && left.bare ? left.text : null;
      const one =
        property === null || row === null
          ? evaluate(left, scope, host, row)
          : (row.get(property) ?? (property === "dynamic" || property === "disabled" ? "no" : ""));
      const isVariable = right.kind === "variable";
      return operate(operator, one, evaluate(right, scope, host, property === null || isVariable ? row : null));
    }
  }
}

function operate(operator: string, one: Result, other: Result): Result {
  switch (operator) {
    case "=":
      return textOf(one) === textOf(other);
    case "!=":
      return textOf(one) !== textOf(other);
    case "~":
      return new RegExp(textOf(other)).test(textOf(one));
    case ">":
      return numberOf(one) > numberOf(other);
    case "<":
      return numberOf(one) < numberOf(other);
    case "+":
      return numberOf(one) + numberOf(other);
    case "-":
      return numberOf(one) - numberOf(other);
    case "->":
      return one instanceof Map ? (one.get(textOf(other)) ?? null) : null;
    case ".":
      return textOf(one) + textOf(other);
    case "and":
    case "&&":
      return one === true && other === true;
    case "or":
    case "||":
      return one === true || other === true;
  }
  throw new ScriptError(`unknown operator ${operator}`);
}

function nameOf(expression: Expression | undefined): string {
  if (expression?.kind !== "text") throw new Error("a name was expected");
  return expression.text;
}
