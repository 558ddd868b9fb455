import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { pesapal } from "@karibu/cloud/money/channels/pesapal/channel";
import { contractOrder, openTestChannel } from "@karibu/cloud/money/channels/test-channel-contract";
import { expect, test } from "vitest";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { createSimulatedPesapal, pesapalKeys } from "./simulated-pesapal.ts";

test("[PAY-17] Pesapal's id of our notice address is asked for at the first sale and kept; another address of the hub asks again", async () => {
  const world = createSimulatedWorld(11);
  const simulator = createSimulatedPesapal(world, async () => {});
  const asked: string[] = [];
  const http: HttpCall = (call) => {
    asked.push(new URL(call.url).pathname);
    return simulator.request(call);
  };
  const row = {};
  const sell = async (publicUrl: string, reference: string) => {
    const parts = { world, http, baseUrl: "http://pesapal.lab", publicUrl };
    const answer = await openTestChannel(pesapal, parts, pesapalKeys, row).start({ ...contractOrder, reference });
    expect(answer.status).toBe(200);
  };
  const timesAsked = () => asked.filter((path) => path.endsWith("/GetIpnList")).length;
  await sell("http://hub.lab", "K7Q2M9XA");
  await sell("http://hub.lab", "K7Q2M9XB");
  await sell("http://hub.lab", "K7Q2M9XC");
  expect(timesAsked()).toBe(1);
  await sell("http://moved.lab", "K7Q2M9XD");
  expect(timesAsked()).toBe(2);
});
