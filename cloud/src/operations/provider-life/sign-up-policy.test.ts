import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { hubSuite, type TestHub, useHub } from "../../test-hub.ts";

const password = "a-long-password";

function callsOf(hub: TestHub) {
  const post = (path: string, body: object, token?: string) =>
    hub.call("POST", `/api/v1${path}`, { body, ...(token === undefined ? {} : { token }) });
  return {
    post,
    signUp: (email: string) => post("/sign-up", { providerName: "Nyota Net", email, password }),
    invite: async (email: string) => post("/sign-up-invitations", { email, locale: "en" }, await hub.adminToken()),
    accept: (token: string, more: object = {}) =>
      post("/sign-up/accept", { token, providerName: "Nyota Net", password, ...more }),
  };
}

hubSuite("sign-up of a hub where anybody may", (hub) => {
  const { signUp } = callsOf(hub);

  test("[SYS-25] anybody signs up; the letter to an address that is not proved carries no word of a stranger", async () => {
    expect((await hub.call("GET", "/api/v1/sign-up")).body).toEqual({ policy: "open" });
    const lure = "Win at http://lure.test now";
    const body = { providerName: lure, name: lure, email: "victim@elsewhere.test", password };
    expect((await hub.call("POST", "/api/v1/sign-up", { body })).status).toBe(202);
    await hub.mailedToken("victim@elsewhere.test");
    const letter = hub.letters().find(({ to }) => to === "victim@elsewhere.test");
    expect(`${letter?.subject} ${letter?.text}`).not.toMatch(/lure|Win at/);
    expect((await signUp("new@nyota.test")).status).toBe(202);
  });
});

engineSuite("sign-up of a hub where only who is invited may", (engine) => {
  const hub = useHub(engine, { signUp: "invitation" });
  const { post, signUp, invite, accept } = callsOf(hub);

  test("[SYS-25] who was not invited is refused, in words, and gets no letter", async () => {
    expect((await hub.call("GET", "/api/v1/sign-up")).body).toEqual({ policy: "invitation" });
    expect((await signUp("stranger@nyota.test")).body).toMatchObject({ status: 403, code: "sign-up-by-invitation" });
    for (const [path, body] of [
      ["/sign-up/send-again", { email: "stranger@nyota.test" }],
      ["/sign-up/confirm", { token: "mail.x.y" }],
    ] as const)
      expect((await post(path, body)).body).toMatchObject({ status: 403, code: "sign-up-by-invitation" });
    const { token } = await hub.makeProvider("Owner Net");
    const byOwner = await post("/sign-up-invitations", { email: "friend@nyota.test" }, token);
    expect(byOwner.status).toBe(403);
    expect(hub.letters()).toEqual([]);
  });

  test("[SYS-25] the invited address makes its provider with the link, once", async () => {
    const { status, body } = await invite("invited@nyota.test");
    expect(status).toBe(201);
    const token = await hub.mailedToken("invited@nyota.test");
    expect(body.link).toContain(token);
    expect((await accept(`${token.slice(0, -2)}xx`)).body.code).toBe("link-refused");
    const made = await accept(token, { currency: "UGX" });
    expect(made).toMatchObject({ status: 201, body: { email: "invited@nyota.test" } });
    expect((await accept(token)).body.code).toBe("link-refused");
    const { body: login } = await post("/login", { email: "invited@nyota.test", password });
    const { body: settings } = await hub.call("GET", "/api/v1/settings", { token: login.token });
    expect(settings).toMatchObject({ name: "Nyota Net", currency: "UGX", utcOffsetMinutes: 180 });
    const { body: list } = await hub.call("GET", "/api/v1/sign-up-invitations", { token: await hub.adminToken() });
    expect(list.items).toMatchObject([{ email: "invited@nyota.test", state: "accepted" }]);
  });

  test("[SYS-25] a cancelled invitation opens nothing, nor does one that is too old, nor one of an address that has an account", async () => {
    const { body } = await invite("cancelled@nyota.test");
    const cancelled = await hub.mailedToken("cancelled@nyota.test");
    const path = `/api/v1/sign-up-invitations/${body.invitation.invitationId}`;
    const token = await hub.adminToken();
    expect((await hub.call("DELETE", path, { token })).status).toBe(204);
    expect((await hub.call("DELETE", path, { token })).status).toBe(404);
    expect((await accept(cancelled)).body.code).toBe("link-refused");
    const { ownerEmail } = await hub.makeProvider("Known Net");
    await invite(ownerEmail);
    expect((await accept(await hub.mailedToken(ownerEmail))).body).toMatchObject({ status: 409 });
    await invite("late@nyota.test");
    const late = await hub.mailedToken("late@nyota.test");
    hub.moveClock(8 * 24 * 3_600_000);
    expect((await accept(late)).body.code).toBe("link-refused");
  });
});

engineSuite("sign-up of a hub where nobody may", (engine) => {
  const hub = useHub(engine, { signUp: "closed" });
  const { signUp, invite, accept } = callsOf(hub);

  test("[SYS-25] only platform admins make providers", async () => {
    for (const answer of [await signUp("a@nyota.test"), await invite("b@nyota.test"), await accept("mail.x.y")])
      expect(answer.body).toMatchObject({ status: 403, code: "sign-up-closed" });
    expect((await hub.makeProvider("Made Net")).providerId).not.toBe("");
  });
});
