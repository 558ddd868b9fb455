/**
 * The bytes between the hub and the process that reads a file: frames of a length (4 bytes, big endian) and so many bytes. To the child: the order
 * (JSON), then the file. From it: "ready", then the answer in parts, so that the hub never takes in megabytes of JSON at one stroke.
 */

const headBytes = 4;

export function frameHead(length: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(length);
  return head;
}

export function frame(content: string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([frameHead(bytes.length), bytes]);
}

/** Takes bytes as they come, and gives the frames that are whole. Throws RangeError: a frame, or all of them, is longer than it may be. */
export function createFrames(limits: { readonly frameBytesMax: number; readonly allBytesMax: number }) {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let allBytes = 0;
  return (chunk: Buffer): Buffer[] => {
    allBytes += chunk.length;
    if (allBytes > limits.allBytesMax) throw new RangeError(`more than ${limits.allBytesMax} bytes`);
    waiting.push(chunk);
    waitingBytes += chunk.length;
    const whole: Buffer[] = [];
    for (;;) {
      if (waitingBytes < headBytes) return whole;
      if ((waiting[0] as Buffer).length < headBytes) waiting = [Buffer.concat(waiting)];
      const length = (waiting[0] as Buffer).readUInt32BE();
      if (length > limits.frameBytesMax) throw new RangeError(`a frame of ${length} bytes`);
      if (waitingBytes < headBytes + length) return whole;
      const joined = Buffer.concat(waiting);
      whole.push(joined.subarray(headBytes, headBytes + length));
      const rest = joined.subarray(headBytes + length);
      waiting = rest.length === 0 ? [] : [rest];
      waitingBytes = rest.length;
    }
  };
}

/** A part of an answer: the whole of it without its long lists, items of one of those lists, or its end. */
type Part =
  | { readonly is: "value"; readonly value: unknown; readonly lists: readonly string[] }
  | { readonly is: "items"; readonly of: string; readonly items: readonly unknown[] }
  | { readonly is: "unreadable" | "ended"; readonly why: string }
  | { readonly is: "end" };

export type AnswerPart = Part;

const itemsInPart = 500;

/** An answer in parts: lists at its top that are long go in pieces. */
export function* partsOf(value: unknown): Generator<Part> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const lists = isObject
    ? Object.entries(value).flatMap(([name, one]) => (Array.isArray(one) && one.length > itemsInPart ? [name] : []))
    : [];
  yield { is: "value", value: isObject ? { ...value, ...emptied(lists) } : value, lists };
  for (const of of lists) {
    const items = (value as Record<string, unknown[]>)[of] as unknown[];
    for (let at = 0; at < items.length; at += itemsInPart)
      yield { is: "items", of, items: items.slice(at, at + itemsInPart) };
  }
  yield { is: "end" };
}

const emptied = (lists: readonly string[]) => Object.fromEntries(lists.map((name) => [name, []]));

export interface Joined {
  take(part: Part): void;
  /** Null: it is not whole yet. */
  whole(): { readonly value: unknown } | null;
}

/** Throws Error: the parts make no answer. */
export function joinParts(): Joined {
  let value: unknown;
  const lists = new Map<string, unknown[]>();
  let state: "none" | "begun" | "whole" = "none";
  return {
    take(part) {
      if (part.is === "value" && state === "none") {
        value = part.value;
        for (const name of part.lists) lists.set(name, (value as Record<string, unknown[]>)[name] as unknown[]);
        state = "begun";
      } else if (part.is === "items" && state === "begun") {
        const list = lists.get(part.of);
        if (!Array.isArray(list)) throw new Error("a list that was not announced");
        list.push(...part.items);
      } else if (part.is === "end" && state === "begun") state = "whole";
      else throw new Error(`"${part.is}" where none belongs`);
    },
    whole: () => (state === "whole" ? { value } : null),
  };
}
