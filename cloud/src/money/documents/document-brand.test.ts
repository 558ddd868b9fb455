import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { fromOf } from "../../ground/mail/smtp.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { readLook } from "./document-pdf.ts";

const hub = useHub(anyEngine);

test("[TEN-12] documents wear the brand's colour and logo, where the tax settings say nothing else; letters are from its name, and customers read it", async () => {
  const { token, providerId } = await hub.makeProvider("Jirani Networks");
  const call = askerOf(hub, () => token);
  const look = async () => (await hub.database().asProvider(providerId, (tx) => readLook(tx, providerId))).brand;
  expect(await look()).toEqual({ colour: "#1d4d3a", logo: null });
  const file = pngOf(20, 10, () => [1, 2, 3, 255]).toString("base64");
  const { pictureId } = (await call("POST", "/pictures", { name: "Logo", file })).body;
  const brand = {
    ...{ name: "Jirani Wi-Fi", mailName: "Jirani", mainColour: "#123456", accentColour: null },
    ...{ logoPictureId: pictureId, topPictureId: null, words: {}, terms: {} },
  };
  expect((await call("PUT", "/brand", brand)).status).toBe(200);
  expect(await look()).toMatchObject({ colour: "#123456", logo: { width: 20, height: 10 } });
  const page = await hub.call("GET", `/api/v1/my/${providerId}`);
  expect(JSON.stringify(page.body)).toContain("Jirani Wi-Fi");
});

test("[TEN-12] a letter has the provider's name before the server's address, and a name smuggles in no other address", () => {
  expect(fromOf("Karibu <mail@hub.test>", {})).toBe("Karibu <mail@hub.test>");
  expect(fromOf("Karibu <mail@hub.test>", { fromName: "Jirani" })).toEqual({
    name: "Jirani",
    address: "mail@hub.test",
  });
  expect(fromOf("mail@hub.test", { fromName: null })).toBe("mail@hub.test");
  const smuggled = fromOf("mail@hub.test", { fromName: "x <a@b.test>\r\nBcc: c@d.test" });
  expect(smuggled).toMatchObject({ address: "mail@hub.test", name: expect.not.stringMatching(/[\r\n]/) });
});
