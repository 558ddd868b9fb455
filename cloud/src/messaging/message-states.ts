/** `skipped`: it was not to be sent after all; `problem` says why. */
export const messageStates = ["waiting", "sending", "accepted", "delivered", "failed", "unknown", "skipped"] as const;

/** E-mails stand in `mail_outbox` too, which sends them; `remote_id` is their id there. */
export const messageChannels = ["sms", "whatsapp", "email"] as const;
export type MessageChannel = (typeof messageChannels)[number];

export const senderKinds = ["africastalking", "advanta", "twilio", "whatsapp"] as const;
