/** What a push of the hub says. Pure. */

export interface ShownPush {
  readonly title: string;
  readonly body: string;
  /** A newer one of the same tag takes the older one's place. */
  readonly tag: string;
  /** The page that opens at a press. */
  readonly hash: string;
}

/** A browser takes the right to push away from who shows nothing: what can't be read is shown too, without words. */
export function readPush(text: string): ShownPush {
  const plain: ShownPush = { title: "Karibu", body: "", tag: "karibu", hash: "#/alarms" };
  try {
    const given = JSON.parse(text) as Partial<Record<keyof ShownPush, unknown>>;
    const textOf = (name: keyof ShownPush) => (typeof given[name] === "string" ? (given[name] as string) : plain[name]);
    // Only a page of this console.
    const hash = textOf("hash").startsWith("#/") ? textOf("hash") : plain.hash;
    return { title: textOf("title"), body: textOf("body"), tag: textOf("tag"), hash };
  } catch {
    return plain;
  }
}
