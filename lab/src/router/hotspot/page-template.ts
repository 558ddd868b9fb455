/**
 * RouterOS' page language: `$(variable)`, `$(if a == b)…$(elif …)…$(else)…$(endif)`, and two conditions that set the response:
 * `$(if http-status == 302)reason$(endif)` and `$(if http-header == "Location")value$(endif)`. An unknown variable prints nothing.
 * @see RouterOS manual, Hotspot customisation
 */
export interface RenderedPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Called only for variables that the page uses. */
export type Variables = (name: string) => string | null;

interface Block {
  /** Whether the current branch of this `if` prints, and whether a branch has printed. */
  active: boolean;
  done: boolean;
  /** Set for a condition that sets the response; its text is not printed. */
  order: { kind: "status"; status: number } | { kind: "header"; name: string } | null;
  text: string;
}

export function renderPage(template: string, variables: Variables): RenderedPage {
  let status = 200;
  const headers: Record<string, string> = {};
  const blocks: Block[] = [{ active: true, done: true, order: null, text: "" }];
  const live = () => blocks.every((block) => block.active);
  const print = (text: string) => {
    const block = blocks.at(-1);
    if (block && live()) block.text += text;
  };

  for (const part of template.split(/(\$\([^)]*\))/)) {
    const command = /^\$\((.*)\)$/s.exec(part)?.[1]?.trim();
    if (command === undefined) {
      print(part);
    } else if (command.startsWith("if ")) {
      const order = readOrder(command.slice(3));
      const active = order !== null || holds(command.slice(3), variables);
      blocks.push({ active, done: active, order, text: "" });
    } else if (command.startsWith("elif ") || command === "else") {
      const block = blocks.at(-1);
      if (!block || blocks.length === 1) continue;
      block.active = !block.done && (command === "else" || holds(command.slice(5), variables));
      block.done ||= block.active;
    } else if (command === "endif") {
      if (blocks.length === 1) continue;
      const reached = blocks.slice(0, -1).every((block) => block.active);
      const block = blocks.pop();
      if (!block || !reached) continue;
      if (block.order?.kind === "status") status = block.order.status;
      else if (block.order?.kind === "header") headers[block.order.name] = block.text.trim();
      else print(block.text);
    } else {
      print(variables(command) ?? "");
    }
  }
  return { status, headers, body: blocks[0]?.text ?? "" };
}

function readOrder(condition: string): Block["order"] {
  const status = /^http-status\s*==\s*"?(\d{3})"?$/.exec(condition.trim());
  if (status) return { kind: "status", status: Number(status[1]) };
  const header = /^http-header\s*==\s*"?([A-Za-z-]+)"?$/.exec(condition.trim());
  return header ? { kind: "header", name: header[1] ?? "" } : null;
}

function holds(condition: string, variables: Variables): boolean {
  const [, name = "", operator, literal] = /^\s*([\w-]+)\s*(?:(==|!=)\s*(.*?))?\s*$/s.exec(condition) ?? [];
  const value = variables(name) ?? "";
  if (operator === undefined) return value !== "" && value !== "no";
  const wanted = (literal ?? "").replace(/^(["'])(.*)\1$/s, "$2");
  return operator === "==" ? value === wanted : value !== wanted;
}

/** Prints `$(chap-id)` and `$(chap-challenge)` for a JavaScript string in the page. */
export function backslashOctal(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
