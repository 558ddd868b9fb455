import { expect, test } from "vitest";
import { busiest } from "./count-connections.ts";

test("[RTR-06] the hosts with most connections come first, whatever their ports, and no more than are asked for", () => {
  const from = (address: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ "src-address": at % 2 === 0 ? address : `${address}:${50_000 + at}` }));
  const rows = [...from("10.5.50.9", 3), ...from("10.5.50.7", 40), ...from("10.5.50.8", 3), {}, { "src-address": "" }];
  expect(busiest(rows, 2)).toEqual([
    { address: "10.5.50.7", connections: 40 },
    { address: "10.5.50.8", connections: 3 },
  ]);
  expect(busiest([], 5)).toEqual([]);
});
