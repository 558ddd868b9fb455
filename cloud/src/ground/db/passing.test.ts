import { expect, test } from "vitest";
import { isPassing } from "./passing.ts";

const failure = (message: string, code?: unknown) => Object.assign(new Error(message), { code });

test.each([
  ["a serialisation failure", failure("x", "40001"), true],
  ["a statement that took too long", failure("x", "57014"), true],
  ["a lock that was not to be had", failure("x", "55P03"), true],
  ["a server that is full", failure("x", "53300"), true],
  ["a connection that was reset", failure("read ECONNRESET", "ECONNRESET"), true],
  ["a connection that was closed while we wrote", failure("write EPIPE", "EPIPE"), true],
  ["a connection that is gone, without a code", failure("Connection terminated unexpectedly"), true],
  [
    "a connection that was lost before, and could not take a transaction back",
    failure("Client has encountered a connection error and is not queryable"),
    true,
  ],
  ["an engine that is closed", failure("PGlite is closed"), true],
  ["a key that is there already", failure("duplicate key", "23505"), false],
  ["a text that can't be kept", failure("invalid byte sequence", "22021"), false],
  ["a bug of ours", new TypeError("undefined is not a function"), false],
  ["a fault with a code of ours", failure("x", "database/nested"), false],
  ["something that is no error", null, false],
])("%s", (_, error, passes) => expect(isPassing(error)).toBe(passes));
