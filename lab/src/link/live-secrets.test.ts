/** The hub orders new secrets over the link; the simulated router's script does what the rendered one does, over the agent's own HTTP door. */
import { hash } from "node:crypto";
import { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import { expect, test } from "vitest";
import { openLiveSite } from "./test-live-site.ts";

const next = { rotationId: "r-1", radiusSecret: "1".repeat(36), apiPassword: "2".repeat(36) };

test("[RTR-17] [RTR-24] by the link: the password changes while views are read, a reading is never refused, and the API's old password opens nothing", async () => {
  const site = await openLiveSite();
  const ask = async (proof: string) => {
    const { status, body } = await site.agent.portal.handle({
      method: "POST",
      url: "/router-secrets",
      headers: { authorization: `Bearer ${proof}`, host: "172.31.255.2" },
      body: "{}",
      address: "172.31.255.1",
    });
    if (status !== 200) throw new Error(`Fetch failed with status ${status}`);
    return JSON.parse(String(body)) as { id: string; radius: string; api: string };
  };
  let readMeanwhile: unknown = null;
  site.router.knobs.scripts = {
    async "karibu-rotate-secrets"() {
      const { id, radius, api } = await ask(hash("sha512", "karibu asks for new secrets one for both", "hex"));
      site.router.knobs.apiPassword = api;
      // All connections end, as when the router restarts its service: who comes anew has the new password.
      readMeanwhile = site.control.live?.command(["/system/identity/print"], { fresh: true, lane: "enforcement" });
      await ask(hash("sha512", `karibu has new secrets ${id} ${radius} ${radius} ${api}`, "hex"));
    },
  };
  const before = site.read("system", { fresh: true });
  const rotated = site.hub.call(rotateSecrets, next, 60_000);
  expect(await site.settled(rotated)).toEqual({ kind: "done" });
  expect((await site.settled(before)).rows).toHaveLength(1);
  expect(await site.settled(Promise.resolve(readMeanwhile))).toHaveLength(1);
  site.endApi();
  expect((await site.settled(site.read("system", { fresh: true }))).rows).toHaveLength(1);
  expect(site.secrets.apiPasswords()).toEqual([next.apiPassword]);
  expect(await site.settled(site.hub.call(rotateSecrets, next, 60_000))).toEqual({ kind: "done" });
  const calls = JSON.stringify(await site.settled(site.read("api-calls")));
  expect(calls).toContain("karibu-rotate-secrets");
  expect(calls).not.toContain(next.apiPassword);
  await site.restart();
  expect(site.secrets.current).toEqual({ radiusSecret: next.radiusSecret, apiPassword: next.apiPassword });
  expect((await site.settled(site.read("system", { fresh: true }))).rows).toHaveLength(1);
  expect(site.hub.heard.join("\n")).not.toContain(next.apiPassword);
  await site.close();
});

test("[RTR-17] a router without the script says so, and secrets that a script could misread are refused", async () => {
  const site = await openLiveSite();
  expect(await site.settled(site.hub.call(rotateSecrets, next, 60_000))).toEqual({ kind: "no-script" });
  expect(site.secrets.pending).toBe(null);
  for (const wrong of ['"; /system/reboot; "aaaaaaaaaaaaaaaaaaaaaa', "short", "a".repeat(65), `${"a".repeat(30)}\n`]) {
    const refused = site.hub
      .call(rotateSecrets, { ...next, apiPassword: wrong }, 60_000)
      .catch((error: { code: string }) => error.code);
    expect(await site.settled(refused), wrong).toMatch(/refused|bad-params/);
  }
  await site.close();
});
