/** What a push of the hub says. Pure. */

export interface ShownPush {
  readonly title: string;
  readonly body: string;
  /** A newer one of the same tag takes the older one's place. */
  readonly tag: string;
  /** The user who may read it; empty: whoever has the browser. */
  readonly reader: string;
  /** The page that opens at a press. */
  readonly hash: string;
}

const plain: ShownPush = { title: "Karibu", body: "", tag: "karibu", reader: "", hash: "#/alarms" };

/** A browser takes the right to push away from who shows nothing: what can't be read is shown too, without words. */
export function readPush(text: string): ShownPush {
  try {
    const given = JSON.parse(text) as Partial<Record<keyof ShownPush, unknown>>;
    const textOf = (name: keyof ShownPush) => (typeof given[name] === "string" ? (given[name] as string) : plain[name]);
    // Only a page of this console.
    const hash = textOf("hash").startsWith("#/") ? textOf("hash") : plain.hash;
    return { title: textOf("title"), body: textOf("body"), tag: textOf("tag"), reader: textOf("reader"), hash };
  } catch {
    return plain;
  }
}

/**
 * What this browser shows of it. What was on its way when its person logged out, or when another one took the browser over, is shown
 * without words. @param owner for whom this browser shows alarms; null: for nobody
 */
export const shownTo = (push: ShownPush, owner: string | null): ShownPush =>
  push.reader === "" || push.reader === owner ? push : { ...plain, tag: push.tag };
