import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { findFreePorts, freeTcpPort, freeUdpPort } from "./free-ports.ts";

const module = new URL("./free-ports.ts", import.meta.url).href;

/** Another process that asks for ports and says which it was given, then lives on until it is killed. */
async function otherProcess() {
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { findFreePorts, freeTcpPort } from ${JSON.stringify(module)};
       const given = [];
       for (let n = 0; n < 10; n++) given.push((await findFreePorts()).hub, await freeTcpPort());
       console.log(JSON.stringify(given));
       setInterval(() => {}, 60_000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await once(child.stdout, "data");
  return { given: JSON.parse(String(line)) as number[], kill: () => child.kill("SIGKILL") };
}

test("processes that look for ports at the same time are given different ones, below those of outgoing connections", async () => {
  const others = await Promise.all([otherProcess(), otherProcess()]);
  try {
    const mine = [(await findFreePorts()).hub, await freeTcpPort(), await freeTcpPort(), await freeUdpPort()];
    const all = [...mine, ...others.flatMap(({ given }) => given)];
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((port) => port < 10_000 || port > 32_767)).toEqual([]);
  } finally {
    for (const { kill } of others) kill();
  }
});
