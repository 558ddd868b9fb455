/** What a thief can do with an access token alone, and what still opens after the door was shut. */
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";

describe.each(oneEngine)("a stolen token on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of a person without a second factor", () => {
    const hub = useHub(engine);
    const post = (path: string, token: string | undefined, body: unknown = {}) =>
      hub.call("POST", path, token === undefined ? { body } : { token, body });
    const patch = (path: string, token: string, body: unknown) => hub.call("PATCH", path, { token, body });

    test("[TEN-08] a stolen token sets nobody's password, makes no person and invites nobody without the password of its person", async () => {
      const { token, ownerEmail } = await hub.makeProvider("Wizi");
      const { userId: me } = (await hub.call("GET", "/api/v1/user", { token })).body;
      const password = "chosen-by-the-thief";
      const own = await patch(`/api/v1/users/${me}`, token, { password, yourPassword: ownerPassword });
      expect(own.body, "one's own is changed with the old one").toMatchObject({ status: 403, field: "password" });
      const clerk = { email: "clerk@wizi.test", name: "Clerk", role: "owner", password: "the-clerks-password" };
      const guest = { email: "guest@wizi.test", name: "Guest", role: "owner" };
      const { userId } = (await post("/api/v1/users", token, clerk)).body;
      const asked = [
        (yours: object) => patch(`/api/v1/users/${userId}`, token, { password, ...yours }),
        (yours: object) => post("/api/v1/users", token, { ...clerk, email: "accomplice@wizi.test", ...yours }),
        (yours: object) => post("/api/v1/invitations", token, { ...guest, ...yours }),
      ];
      for (const ask of asked) {
        const without = await ask({ yourPassword: undefined });
        expect(without.body).toMatchObject({ status: 403, code: "password-required", field: "yourPassword" });
        const wrong = await ask({ yourPassword: "not-the-password" });
        expect(wrong.body).toMatchObject({ status: 403, code: "wrong-password", field: "yourPassword" });
        expect((await ask({ yourPassword: ownerPassword })).status).toBeLessThan(300);
      }
      const scopes = ["users.manage", "users.read"];
      const program = (await post("/api/v1/tokens", token, { name: "till", scopes, password: ownerPassword })).body;
      const byProgram = await post("/api/v1/invitations", program.token, { ...guest, email: "other@wizi.test" });
      expect(byProgram.status, "a program has no password, and gives nobody a way in").toBe(403);
      await hub.logIn(ownerEmail, ownerPassword);
    });
  });
});
