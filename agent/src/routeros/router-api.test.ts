import { openApiServer } from "@karibu/lab/router/api/api-server";
import { makeSelfSigned } from "@karibu/lab/router/api/self-signed";
import { createRouter } from "@karibu/lab/router/device/router";
import { createMemoryUdp } from "@karibu/lab/router/test-router";
import { realWorld } from "@karibu/lab/world/real-world";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { addressesOnly } from "../ground/lookup.ts";
import { createRouterApi } from "./create-router-api.ts";
import { dialRouter } from "./tcp-dial.ts";
import { type ContractRouter, type OpenOptions, routerApiContract } from "./test-router-api-contract.ts";

interface TlsOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly pin?: string;
}

/** Real sockets and real time; the tests that wait for a time-out ask for a short one. */
async function openContractRouter(given: OpenOptions & TlsOptions = {}): Promise<ContractRouter> {
  const world = { ...realWorld(), log: { debug() {}, info() {}, warn() {}, error() {} } };
  const router = createRouter(world, createMemoryUdp(), {
    identity: "contract",
    apiUser: "karibu",
    apiPassword: "right",
  });
  await router.boot();
  const server = await openApiServer(world, router, { port: 0, tls: given.tls });
  const dial = dialRouter(
    { host: "127.0.0.1", port: server.port, certificateSha256: given.pin ?? null },
    addressesOnly,
  );
  const api = createRouterApi(world, dial, {
    user: "karibu",
    password: given.password ?? "right",
    connectTimeoutMs: given.connectTimeoutMs,
  });
  return {
    api,
    commandsSeen: server.commandsSeen,
    async hosts(count) {
      for (let index = 1; index <= count; index++) await router.client(`10.5.50.${index}`).request();
    },
    cut: server.cut,
    fatal: server.fatal,
    silence(silent) {
      router.knobs.apiSilent = silent;
    },
    latencyMs(latencyMs) {
      router.knobs.apiLatencyMs = latencyMs;
    },
    powerCut: router.powerCut,
    boot: router.boot,
    async close() {
      api.close();
      await server.close();
      await router.powerCut();
    },
  };
}

routerApiContract("[RTR-16] plain TCP", openContractRouter);

const certificate = makeSelfSigned("router");
// What differs from plain TCP, the tests below show.
if (isLongRun)
  routerApiContract("TLS with a pinned certificate", (given) =>
    openContractRouter({ ...given, tls: certificate, pin: certificate.sha256 }),
  );

test("over TLS with the pinned certificate a command is answered", async () => {
  const router = await openContractRouter({ tls: certificate, pin: certificate.sha256 });
  expect(await router.api.command(["/system/identity/print"])).toEqual([expect.objectContaining({ name: "contract" })]);
  await router.close();
});

test("a certificate that is not the pinned one is refused before the password is sent", async () => {
  const router = await openContractRouter({ tls: makeSelfSigned("impostor"), pin: certificate.sha256 });
  await expect(router.api.command(["/system/identity/print"])).rejects.toMatchObject({
    code: "router-api/certificate",
  });
  expect(router.commandsSeen()).toBe(0);
  await router.close();
});

test("[RTR-16] a print is answered from memory for a while, and anything that changes the router ends that", async () => {
  const router = await openContractRouter();
  const print = ["/system/identity/print"];
  await Promise.all([router.api.command(print), router.api.command(print)]);
  await router.api.command(print);
  const logIn = 1;
  expect(router.commandsSeen()).toBe(logIn + 1);
  await router.api.command(["/ip/hotspot/active/remove"]);
  await router.api.command(print);
  expect(router.commandsSeen()).toBe(logIn + 3);
  await router.close();
});

test("[RTR-16] the 101st command within a minute is refused; enforcement has a separate queue", async () => {
  const router = await openContractRouter();
  const ask = (index: number, timeoutMs: number) =>
    router.api.command(["/system/clock/print", `?date=${index}`], { timeoutMs });
  await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index, 30_000)));
  await expect(ask(101, 50)).rejects.toMatchObject({ code: "router-api/busy" });
  expect(await router.api.command(["/system/clock/print"], { lane: "enforcement" })).toHaveLength(1);
  await router.close();
});

test("nobody listens: a command rejects as unreachable", async () => {
  const router = await openContractRouter();
  await router.close();
  const api = createRouterApi(
    realWorld(),
    dialRouter({ host: "127.0.0.1", port: 1, certificateSha256: null }, addressesOnly),
    {
      user: "karibu",
      password: "right",
    },
  );
  const removal = api.command(["/system/clock/print"], { timeoutMs: 300 });
  await expect(removal).rejects.toMatchObject({ code: "router-api/unreachable" });
  api.close();
});
