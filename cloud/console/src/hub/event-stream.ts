export interface StreamEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Cuts text of a server-sent event stream into whole events and the unfinished rest. @see HTML Standard §9.2.6 */
export function splitEvents(text: string): { events: StreamEvent[]; rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() as string;
  const events = blocks.map((block) => {
    let id: string | null = null;
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon === 0) continue; // a comment: the hub's heartbeat
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "id") id = value;
      if (name === "data") data.push(value);
    }
    return { id, data: data.join("\n") };
  });
  return { events, rest };
}
