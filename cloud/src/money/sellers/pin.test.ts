/** PINs that are tried first by whoever stands at a seller's page. */

import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { isGuessedFirst } from "./pin.ts";

const hub = useHub(anyEngine);

test.each(["1234", "4321", "0123", "0000", "111111", "1212", "7878", "123456", "987654", "9012", "2580", "0852"])(
  "%s is guessed first",
  (pin) => expect(isGuessedFirst(pin)).toBe(true),
);

test.each(["4821", "482193", "1357", "1231", "1224"])("%s is a PIN like any other", (pin) =>
  expect(isGuessedFirst(pin)).toBe(false),
);

test("[BEY-19] a PIN that anybody would try is refused by its field, for a new seller and for one who has another", async () => {
  const { token } = await hub.makeProvider("Pins");
  const post = (path: string, body: object) => hub.call("POST", `/api/v1/sellers${path}`, { token, body });
  expect(await post("", { name: "Njeri", pin: "1234" })).toMatchObject({ status: 400, body: { field: "pin" } });
  const { sellerId } = (await post("", { name: "Njeri", pin: "4821" })).body;
  expect(await post(`/${sellerId}/pin`, { pin: "0000" })).toMatchObject({ status: 400, body: { field: "pin" } });
  expect((await post(`/${sellerId}/pin`, { pin: "7306" })).status).toBe(200);
});
