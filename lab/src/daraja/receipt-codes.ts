/** Receipt codes like Safaricom's: three characters for the date in East Africa and seven random ones; all are unique. */
import type { World } from "@karibu/protocol/world";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const days = "123456789ABCDEFGHIJKLMNOPQRSTUV";
const all = `${letters}0123456789`;

export function createReceiptCodes(world: Pick<World, "clock" | "random">): () => string {
  const issued = new Set<string>();
  return () => {
    const date = new Date(world.clock.wall().atMs + 3 * 3_600_000);
    const year = letters[(date.getUTCFullYear() - 2019 + 13) % 26];
    const head = `${year}${letters[date.getUTCMonth()]}${days[date.getUTCDate() - 1]}`;
    for (;;) {
      const code = head + Array.from(world.random.bytes(7), (byte) => all[byte % all.length]).join("");
      if (issued.has(code)) continue;
      issued.add(code);
      return code;
    }
  };
}
