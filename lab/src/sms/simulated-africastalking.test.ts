import { expect, test } from "vitest";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { createSimulatedAfricasTalking, sampleSmsAccount } from "./simulated-africastalking.ts";

const send = (form: Record<string, string>, apiKey = sampleSmsAccount.apiKey) => {
  const africasTalking = createSimulatedAfricasTalking(createSimulatedWorld(1), sampleSmsAccount);
  const answer = africasTalking.send(apiKey, new URLSearchParams({ username: "sandbox", message: "Hello", ...form }));
  return { ...answer, messages: africasTalking.messages() };
};

test("a message arrives, and the answer names an id for each number", () => {
  const { status, body, messages } = send({ to: "+254711000000,+254711000406" });
  expect(status).toBe(201);
  expect(JSON.parse(body).SMSMessageData).toMatchObject({
    Message: "Sent to 1/2 Total Cost: KES 0.8000",
    Recipients: [
      { statusCode: 101, status: "Success", messageId: expect.stringMatching(/^ATXid_/) },
      { statusCode: 406, status: "UserInBlacklist", messageId: "None" },
    ],
  });
  expect(messages.map((message) => message.status)).toEqual(["UserInBlacklist", "Success"]);
});

test("a sender id that is too long is accepted without recipients, as by the real API", () => {
  const { status, body } = send({ to: "+254711000000", from: "MuchTooLongName" });
  expect(status).toBe(201);
  expect(JSON.parse(body).SMSMessageData).toEqual({ Message: "InvalidSenderId", Recipients: [] });
});

test("a wrong key, a missing number, a missing text are refused", () => {
  expect(send({ to: "+254711000000" }, "wrong").status).toBe(401);
  expect(send({})).toMatchObject({ status: 400, body: expect.stringContaining("to") });
  expect(send({ to: "+254711000000", message: "" }).status).toBe(400);
  expect(JSON.parse(send({ to: "0711000000" }).body).SMSMessageData.Recipients[0].statusCode).toBe(403);
});
