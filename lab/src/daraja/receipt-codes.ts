/** Receipt codes as Safaricom's look: ten characters, three for the date in East Africa, seven of chance; none twice. */
import type { World } from "@karibu/protocol/world";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const days = "123456789ABCDEFGHIJKLMNOPQRSTUV";
const all = `${letters}0123456789`;

export function createReceiptCodes(world: Pick<World, "clock" | "random">): () => string {
  const given = new Set<string>();
  return () => {
    const date = new Date(world.clock.wall().atMs + 3 * 3_600_000);
    const year = letters[(date.getUTCFullYear() - 2019 + 13) % 26];
    const head = `${year}${letters[date.getUTCMonth()]}${days[date.getUTCDate() - 1]}`;
    for (;;) {
      const code = head + Array.from(world.random.bytes(7), (byte) => all[byte % all.length]).join("");
      if (given.has(code)) continue;
      given.add(code);
      return code;
    }
  };
}
