/** One question by UDP: the same packet again while nobody answers, from a socket of its own. */
import type { World } from "@karibu/protocol/world";

export interface DatagramAddress {
  readonly address: string;
  readonly port: number;
}

/** A socket that speaks with one address alone. `node-datagrams.ts` opens real ones. */
export type OpenDatagrams = (
  to: DatagramAddress,
  onMessage: (packet: Uint8Array) => void,
) => { send(packet: Uint8Array): void; close(): void };

/** @param judge null: this one is no answer, and the hub goes on listening. @returns null where none came */
export type ExchangeDatagrams = <Answer>(
  to: DatagramAddress,
  packet: Uint8Array,
  judge: (received: Uint8Array) => Answer | null,
) => Promise<Answer | null>;

/** A person waits for it. */
const againMs = 2000;
const triesMax = 3;

export function createExchangeDatagrams(world: Pick<World, "clock">, open: OpenDatagrams): ExchangeDatagrams {
  return <Answer>(to: DatagramAddress, packet: Uint8Array, judge: (received: Uint8Array) => Answer | null) =>
    new Promise<Answer | null>((resolve) => {
      let tries = 0;
      let timer = { cancel() {} };
      const end = (answer: Answer | null) => {
        timer.cancel();
        socket.close();
        resolve(answer);
      };
      const socket = open(to, (received) => {
        const answer = judge(received);
        if (answer !== null) end(answer);
      });
      const again = () => {
        if (tries >= triesMax) return end(null);
        tries += 1;
        socket.send(packet);
        timer = world.clock.after(againMs, again);
      };
      again();
    });
}
