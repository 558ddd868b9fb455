/** Parses the part of RouterOS' scripting language that our scripts use. Anything else throws: then a script uses something new. */
import { readString } from "./read-string.ts";
import type { Expression, Statement } from "./script-tree.ts";

/** Operators and how strongly they bind. */
const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  or: 1,
  "&&": 2,
  and: 2,
  "=": 3,
  "!=": 3,
  "~": 3,
  ">": 3,
  "<": 3,
  ".": 4,
  "+": 4,
  "-": 4,
  "->": 5,
};
const operators = Object.keys(precedence).sort((one, other) => other.length - one.length);
const blockNames = new Set(["do", "else", "on-error", "in"]);
/** Words that end a path which is written with spaces: `/system resource get version`. */
const verbs = new Set([
  "export",
  "get",
  "set",
  "add",
  "find",
  "remove",
  "print",
  "update",
  "info",
  "run",
  "import",
  "fetch",
]);

/** Why this router does not know a command. Null: it knows it. */
export type WhyUnknown = (path: string) => string | null;

/**
 * Throws an error that names the line. A command that `whyUnknown` refuses is one too: a router parses a whole text before it runs the
 * first of its lines.
 */
export function parseScript(source: string, whyUnknown: WhyUnknown = () => null): Statement[] {
  return new Parser(source, whyUnknown).block(null);
}

class Parser {
  private at = 0;
  private readonly source: string;
  private readonly whyUnknown: WhyUnknown;

  constructor(source: string, whyUnknown: WhyUnknown) {
    this.source = source;
    this.whyUnknown = whyUnknown;
  }

  block(close: string | null): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      this.skip(/^[\s;]+/);
      if (this.at >= this.source.length) {
        if (close === null) return body;
        throw this.error(`missing ${close}`);
      }
      if (this.peek() === close) {
        this.at += 1;
        return body;
      }
      if (this.peek() === "#") this.skip(/^#[^\n]*/);
      else body.push(this.statement());
    }
  }

  private statement(): Statement {
    if (this.take("{")) return { kind: "block", body: this.block("}") };
    const start = this.peek();
    if (start === "[" || start === "$" || start === '"' || start === "(")
      return { kind: "value", of: this.primary(false), named: this.callArguments() };
    const written = this.path();
    if (written === "") throw this.error("no command");
    const unknown = this.whyUnknown(written);
    if (unknown !== null) throw this.error(unknown);
    const path = written.replaceAll(" ", "/");
    const positional: Expression[] = [];
    const named = new Map<string, Expression | readonly Statement[]>();
    let where: Expression | null = null;
    for (;;) {
      this.skip(/^[ \t]+/);
      if (this.at >= this.source.length || /[\n;\]}]/.test(this.peek())) break;
      const name = /^([a-z][a-z0-9.-]*)=/.exec(this.rest())?.[1];
      if (name !== undefined) {
        this.at += name.length + 1;
        named.set(name, this.value(blockNames.has(name)));
      } else if (this.skip(/^where(?=\s)/) !== "") {
        where = this.expression(0);
      } else if (path === ":do" && this.take("{")) {
        named.set("body", this.block("}"));
      } else {
        positional.push(this.primary(false));
      }
    }
    return { kind: "command", path, positional, named, where };
  }

  /** A path with slashes, or with spaces up to its verb. */
  private path(): string {
    let path = this.skip(/^(:[a-z]+|\/[a-z0-9/-]+)/);
    while (/^\/[a-z0-9 -]+$/.test(path) && !verbs.has(path.slice(1).split(" ").at(-1) ?? "")) {
      const word = this.skip(/^[ \t]+[a-z][a-z-]*(?=[ \t\]])/);
      if (word === "") break;
      path += ` ${word.trim()}`;
    }
    return path;
  }

  private callArguments(): Map<string, Expression> {
    const named = new Map<string, Expression>();
    for (;;) {
      this.skip(/^[ \t]+/);
      const name = /^([a-z][A-Za-z0-9-]*)=/.exec(this.rest())?.[1];
      if (name === undefined) return named;
      this.at += name.length + 1;
      named.set(name, this.primary(false));
    }
  }

  private value(isBlock: boolean): Expression | readonly Statement[] {
    if (isBlock && this.take("{")) return this.block("}");
    return this.primary(false);
  }

  private expression(minimum: number): Expression {
    let left = this.unary();
    for (;;) {
      this.skip(/^[ \t]+/);
      const rest = this.rest();
      const operator = operators.find(
        (one) => rest.startsWith(one) && !(/[a-z]/.test(one) && /^[a-z0-9-]/.test(rest.slice(one.length))),
      );
      if (operator === undefined) return left;
      const power = precedence[operator] ?? 0;
      if (power <= minimum) return left;
      this.at += operator.length;
      left = { kind: "operator", operator, left, right: this.expression(power) };
    }
  }

  private unary(): Expression {
    this.skip(/^[ \t]+/);
    if (this.take("!")) return { kind: "not", of: this.unary() };
    return this.primary(true);
  }

  private primary(inExpression: boolean): Expression {
    const start = this.peek();
    if (start === '"') {
      const { text, end } = readString(this.source, this.at);
      this.at = end;
      return { kind: "text", text, bare: false };
    }
    if (this.take("(")) {
      const inner = this.expression(0);
      this.skip(/^[ \t]+/);
      if (!this.take(")")) throw this.error("missing )");
      return inner;
    }
    if (this.take("[")) return { kind: "command", body: this.block("]") };
    if (this.take("$")) return { kind: "variable", name: this.skip(/^[A-Za-z0-9]+/) };
    const bare = this.skip(inExpression ? /^[A-Za-z0-9][A-Za-z0-9_/:-]*/ : /^[!A-Za-z0-9][^\s;\])}"$[({]*/);
    if (bare === "") throw this.error("no value");
    return { kind: "text", text: bare, bare: true };
  }

  private skip(pattern: RegExp): string {
    const found = pattern.exec(this.rest())?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  private peek(): string {
    return this.source[this.at] ?? "";
  }

  private rest(): string {
    return this.source.slice(this.at);
  }

  private error(what: string): Error {
    const line = this.source.slice(0, this.at).split("\n").length;
    return new Error(`line ${line}: ${what} near ${JSON.stringify(this.rest().slice(0, 40))}`);
  }
}
