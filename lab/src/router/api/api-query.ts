/** Queries of `print`: `?name=value`, `?>name=value`, `?<name=value`, `?name`, `?-name`, and `?#` with `!&|.` on a stack. */
export type Row = Readonly<Record<string, string>>;

/** Null: RouterOS would refuse one of these words. */
export function compileQuery(words: readonly string[]): ((row: Row) => boolean) | null {
  for (const word of words) if (!/^\?(?:[-=<>]?[\w.-]+(?:=.*)?|#[!&|.0-9]+)$/s.test(word)) return null;
  return (row) => {
    const stack: boolean[] = [];
    for (const word of words) {
      if (word.startsWith("?#")) operate(stack, word.slice(2));
      else stack.push(matches(row, word.slice(1)));
    }
    return stack.every(Boolean);
  };
}

function matches(row: Row, query: string): boolean {
  const [, operator = "", name = "", wanted] = /^([-=<>]?)([\w.-]+?)(?:=(.*))?$/s.exec(query) ?? [];
  const value = row[name];
  if (operator === "-") return value === undefined;
  if (wanted === undefined) return value !== undefined;
  if (value === undefined) return false;
  if (operator === "<") return compare(value, wanted) < 0;
  if (operator === ">") return compare(value, wanted) > 0;
  return value === wanted;
}

function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : a > b ? 1 : 0) : x - y;
}

function operate(stack: boolean[], operators: string): void {
  for (const operator of operators) {
    if (operator === "!") stack.push(!stack.pop());
    else if (operator === "&" || operator === "|") {
      const [b, a] = [stack.pop() ?? false, stack.pop() ?? false];
      stack.push(operator === "&" ? a && b : a || b);
    }
  }
}
