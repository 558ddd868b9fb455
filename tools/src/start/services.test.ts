import { expect, test } from "vitest";
import { parseStartOptions } from "./options.ts";
import { services } from "./services.ts";

// A browser keeps the log-in of `localhost` from `127.0.0.1`.
test("links in the demo's mails lead to the address that npm start prints for the console", () => {
  const parsed = parseStartOptions([]);
  if ("refused" in parsed) throw new Error(parsed.refused);
  const { ports } = parsed.options;
  expect(services(ports, "data").hub.env.KARIBU_PUBLIC_URL).toBe(`http://localhost:${ports.hub}`);
});
