/** Money: what came in, what it paid, and what went back. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfMoney = {
  "MONEY-ONCE": {
    "asked-beside-credit": {
      what: "A phone is asked to pay for a package that its credit has bought a moment before.",
      patch: {
        file: "cloud/src/money/subscriptions/packages.ts",
        from: 'refuseNow: async (tx) => ((await isBoughtOtherwise(world, tx, row)) ? "prompt-already-open" : null),',
        to: "",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/packages.test.ts",
        test: "[PAY-12] [PAY-16] MONEY-ONCE: no phone is asked for what credit has bought by then",
      },
      seconds: 41,
      wasMissed: true,
    },
    "float-one-sale-more": {
      what: "A seller makes one sale more in a day than allowed.",
      patch: {
        file: "agent/src/cash/sell-policy.ts",
        from: "today.count >= today.countMax",
        to: "today.count > today.countMax",
      },
      foundBy: {
        file: "agent/src/cash/cash-sales.test.ts",
        test: "[BEY-19] a seller makes so many sales a day as the provider allows, two hundred where nobody said; the next day begins at zero",
      },
      seconds: 12,
    },
    "refund-beside-unknown": {
      what: "While nobody knows what became of a refund, its payment is refunded a second time.",
      patch: {
        file: "cloud/src/money/refunds/refunds.ts",
        from: '"sending", "sent", "unknown", "done"] as const;',
        to: '"sending", "sent", "done"] as const;',
      },
      foundBy: {
        file: "cloud/src/money/refunds/refund-ways.test.ts",
        test: "[PAY-15] while nobody knows what became of a payout, no other refund of its payment is made in any way",
      },
      seconds: 57,
      wasMissed: true,
    },
    "last-use-twice": {
      what: "The last use of a discount code is sold to everybody who is asked for money at that moment.",
      patch: {
        file: "cloud/src/money/promotions/promotion-uses.ts",
        from: '.where("state", "in", ["reserved", "used"])',
        to: '.where("state", "in", ["used"])',
      },
      foundBy: {
        file: "cloud/src/money/promotions/promotions.test.ts",
        test: "of many at once exactly as many get it as there are uses, by prompt as over the counter",
      },
      seconds: 35,
    },
    "held-credit-spent": {
      what: "Credit that an open prompt holds is spent on something else meanwhile.",
      patch: {
        file: "cloud/src/money/ledger/credit.ts",
        from: "return Math.max(0, credit - (await heldCredit(tx, { providerId, party, currency }, forPurchase)));",
        to: "return forPurchase === null ? credit : credit - (await heldCredit(tx, { providerId, party, currency }, forPurchase));",
      },
      foundBy: {
        file: "lab/src/money/wallet.test.ts",
        test: "[PAY-12] what an open prompt holds is spent by nothing else meanwhile, and by what waits for it afterwards",
      },
      seconds: 27,
    },
    "number-given-again": {
      what: "After a restore the number of a lost invoice is another customer's, who gets its money.",
      patch: {
        file: "cloud/src/operations/restored/note-restore.ts",
        from: "...feedRestored, ...numbers]",
        to: "...feedRestored]",
      },
      foundBy: {
        file: "cloud/src/operations/restored/numbers-after-restore.test.ts",
        test: "no stranger gets the number of an invoice, or a customer's own, that it has forgotten: their money would be the stranger's",
      },
      seconds: 156,
      wasMissed: true,
    },
    "refund-unbounded": {
      what: "A refund counts what is left of time or data, whichever is more.",
      patch: {
        file: "cloud/src/money/refunds/refund-policy.ts",
        from: "Math.min(1, Math.max(0, Math.min(...parts)))",
        to: "Math.min(1, Math.max(0, Math.max(...parts)))",
      },
      foundBy: {
        file: "cloud/src/money/refunds/refund-policy.test.ts",
        test: "[PAY-15] of a used one its least unused part, in whole shillings",
      },
      seconds: 5,
    },
    "prompt-while-open": {
      what: "A line's customer is asked for money again while an earlier prompt may still be paid.",
      patch: {
        file: "cloud/src/money/subscriptions/policy/line-prompt-policy.ts",
        from: " || facts.isOpen) return false;",
        to: ") return false;",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/policy/line-prompt-policy.test.ts",
        test: "[PAY-16] nobody's phone rings at night, for nothing, too often, or while an earlier try may still be paid",
      },
      seconds: 1,
    },
    "spent-receipt-moved": {
      what: "A proved receipt is moved to another customer though its money was spent.",
      patch: {
        file: "cloud/src/money/corrections/correction-policy.ts",
        from: "const left = receipt.isProved ? provedCents : creditCents;",
        to: "const left = creditCents;",
      },
      foundBy: {
        file: "cloud/src/money/corrections/correction-policy.test.ts",
        test: "what is left is told money of another receipt",
      },
      seconds: 4,
    },
    "wallet-by-stranger": {
      what: "Money from anybody spends the credit of the number's owner.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: "const wallet = spendsCredit(evidence) ? cents(0) : walletCents(before);",
        to: "const wallet = cents(0);",
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition-wallet.test.ts",
        test: "nor does one who pays the rest of a prompt that its owner refused",
      },
      seconds: 6,
    },
    "cheap-currency": {
      what: "An amount in another currency pays a price.",
      patch: {
        file: "cloud/src/money/channels/stripe/messages.ts",
        from: '    if (String(currency).toUpperCase() !== expected.currency)\n      return unknown("another currency", `currency ${String(currency)}`);\n',
        to: "",
      },
      foundBy: {
        file: "cloud/src/money/channels/stripe/messages.test.ts",
        test: "[PAY-10] a session pays the purchase that it was made for, in its currency, and no other",
      },
      seconds: 12,
      wasMissed: true,
    },
    "sale-of-another-seller": {
      what: "A seller gets the code of another one's sale.",
      patch: {
        file: "agent/src/cash/cash-sales.ts",
        from: '    if (known !== undefined && known.sellerId !== seller.sellerId) return refused("bad-request");\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/cash/cash-sales.test.ts",
        test: "[BEY-19] the same sale requested twice is one sale with one code, also after a power cut",
      },
      seconds: 7,
    },
    "spent-sale-again": {
      what: "A sale whose code is used up is sold again under its name.",
      patch: {
        file: "agent/src/cash/cash-sales.ts",
        from: '      if (spentReasonOf(state.spent, grantId) !== null) return refused("bad-request");\n',
        to: "",
      },
      foundBy: {
        file: "agent/src/cash/cash-sales.test.ts",
        test: "[BEY-19] a sale whose code was used up and is forgotten is not made again under its name",
      },
      seconds: 26,
      wasMissed: true,
    },
    "in-advance-is-no-limit": {
      what: "A seller's last sale may go beyond the float.",
      patch: {
        file: "agent/src/cash/sell-policy.ts",
        from: "soldCents - seller.settledCents + plan.priceCents > seller.floatCents;",
        to: "soldCents - seller.settledCents >= seller.floatCents;",
      },
      foundBy: {
        file: "agent/src/cash/cash-sales.test.ts",
        test: "[BEY-19] a seller sells up to the float, two sales at once included; one without a limit keeps selling",
      },
      seconds: 10,
    },
  },
  "PAID-STAYS": {
    "disproved-in-doubt": {
      what: "A payment is disproved by its absence although the hub's clock and the database's differ, and nobody knows how old it is.",
      patch: {
        file: "cloud/src/money/sweep/corroborate.ts",
        from: "if (isClockSure(parts.world)) await disproveUnlisted",
        to: "await disproveUnlisted",
      },
      foundBy: {
        file: "cloud/src/money/sweep/doubted-clock.test.ts",
        test: "[PAY-05] that the channel's list is without it disproves no payment while the clock is in doubt",
      },
      seconds: 37,
    },
    "failure-undoes-paid": {
      what: "What a callback told was paid becomes failed when the channel, asked too early, says so.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: '    return denies(before, evidence) ? denied(before) : keep(before, "nothing: paid stays paid");\n',
        to: '    return denies(before, evidence) ? become(before, { state: "failed" }, "failed") : keep(before, "nothing: paid stays paid");\n',
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition.test.ts",
        test: "PAID-STAYS: once there is money, no evidence leads back to prompted, unknown or failed",
      },
      seconds: 23,
    },
    "failure-of-another-request": {
      what: "A failure that names another request ends this purchase.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: '    if (before.requestIdFrom === "answer" && otherRequest(before, evidence)) {\n      return doubt(before, "request-id-differs", "for review: another request id", []);',
        to: '    if (before.requestIdFrom === null && otherRequest(before, evidence)) {\n      return doubt(before, "request-id-differs", "for review: another request id", []);',
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition.test.ts",
        test: "a failure with another request id: a person looks",
      },
      seconds: 8,
      wasMissed: true,
    },
  },
  "PROVED-ONLY": {
    "old-sms-reported": {
      what: "A message that anybody sent to the router's SIM is reported as the channel's.",
      patch: {
        file: "agent/src/sim-inbox/inbox-policy.ts",
        from: "    isFrom(message, sender) &&\n",
        to: "",
      },
      foundBy: {
        file: "agent/src/sim-inbox/inbox-policy.test.ts",
        test: "of somebody else, in the same words",
      },
      seconds: 4,
    },
    "credit-covers-the-prompt": {
      what: "Credit pays a whole price, so that whoever types a number spends its owner's credit without a PIN.",
      patch: {
        file: "cloud/src/money/ledger/wallet-policy.ts",
        from: "Math.min(provedCents, priceCents - stepCents)",
        to: "Math.min(provedCents, priceCents)",
      },
      foundBy: {
        file: "cloud/src/money/ledger/wallet-policy.test.ts",
        test: "credit that covers it: the smallest prompt is the proof",
      },
      seconds: 8,
    },
    "mask-believed": {
      what: "A half-hidden number decides whose money it is.",
      patch: {
        file: "cloud/src/money/matching/inflow-policy.ts",
        from: "    ? near.filter(({ customerName }) => clockIsSure && isSameName(inflow.payerName, customerName))\n",
        to: "    ? near.filter(() => clockIsSure)\n",
      },
      foundBy: {
        file: "cloud/src/money/matching/inflow-policy.test.ts",
        test: "a mask, which fits strangers as well: it proposes only",
      },
      seconds: 9,
    },
    "first-name-enough": {
      what: "A first name and a half-hidden number decide whose money it is.",
      patch: {
        file: "cloud/src/money/matching/inflow-policy.ts",
        from: "const sharedNamesMin = 2;",
        to: "const sharedNamesMin = 1;",
      },
      foundBy: {
        file: "cloud/src/money/matching/inflow-policy.test.ts",
        test: "a mask and a first name, which many have",
      },
      seconds: 6,
    },
    "list-cut-believed": {
      what: "Of more purchases than were looked at, the only one listed gets the money.",
      patch: {
        file: "cloud/src/money/matching/inflow-policy.ts",
        from: "if (sure.length === 1 && one !== undefined && !known.isCut) {",
        to: "if (sure.length === 1 && one !== undefined) {",
      },
      foundBy: {
        file: "cloud/src/money/matching/inflow-policy.test.ts",
        test: "money is placed by ",
      },
      seconds: 2,
    },
    "told-credit-paid-out": {
      what: "Credit that nothing proved is paid out.",
      patch: {
        file: "cloud/src/money/corrections/correction-policy.ts",
        from: '"pay-out-credit": ({ provedCents }) => provedCents,',
        to: '"pay-out-credit": ({ creditCents }) => creditCents,',
      },
      foundBy: {
        file: "cloud/src/money/corrections/correction-policy.test.ts",
        test: "all that is proved",
      },
      seconds: 8,
    },
    "paid-not-corroborated": {
      what: "The channel is not asked about what a callback alone said was paid.",
      patch: {
        file: "cloud/src/money/questions/ask-policy.ts",
        from: 'if (state === "paid") return !corroborated || hasParked;',
        to: 'if (state === "paid") return hasParked;',
      },
      foundBy: {
        file: "cloud/src/money/questions/ask-policy.test.ts",
        test: "about what is paid already takes only what the others leave",
      },
      seconds: 7,
    },
    "other-amount-opens": {
      what: "A callback with another amount than was asked for opens a package.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: "if (amountCents !== null && amountCents !== before.askedCents) {",
        to: "if (amountCents !== null && amountCents < before.askedCents) {",
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition-wallet.test.ts",
        test: "a callback with the whole price is not what was asked for",
      },
      seconds: 100,
    },
    "callback-without-answer": {
      what: "A callback names the request that it is about, and is believed.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: '    if (before.requestIdFrom !== "answer") {\n',
        to: "    if (before.requestIdFrom === null) {\n",
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition-limit.test.ts",
        test: "[BEY-05] with the hourly limit full, any multiset and order of evidence ends in the same money state, each receipt in the books once",
      },
      seconds: 12,
    },
    "unverified-without-limit": {
      what: "Callbacks open packages without a limit while nobody can be asked.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: "  if (isUnverified && !mayTrust && !moneyStates.has(before.state))\n",
        to: '  if (isUnverified && !mayTrust && before.state === "unknown")\n',
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition-limit.test.ts",
        test: "when too much is unverified, a callback opens nothing until a question agrees, and then is booked once",
      },
      seconds: 9,
    },
    "told-credit-proves": {
      what: "A purchase that unproved credit paid in part is proved by the prompt's part.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: "const verified = before.verified || ((isProved || isEntered) && toldCents === 0);",
        to: "const verified = before.verified || isProved || isEntered;",
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition-wallet.test.ts",
        test: "[PAY-12] parts that waited for trust cover the price: they alone pay it, as one sale, and the last part stays credit",
      },
      seconds: 70,
    },
    "foreign-session": {
      what: "A card's session of another purchase pays this one.",
      patch: {
        file: "cloud/src/money/channels/stripe/messages.ts",
        from: "if (fields.id !== requestId || fields.client_reference_id !== expected.reference)",
        to: "if (fields.id !== requestId)",
      },
      foundBy: {
        file: "cloud/src/money/channels/stripe/messages.test.ts",
        test: "[PAY-10] a session pays the purchase that it was made for, in its currency, and no other",
      },
      seconds: 10,
      wasMissed: true,
    },
    "complete-is-paid": {
      what: "A card's session that is complete and not paid opens a package.",
      patch: {
        file: "cloud/src/money/channels/stripe/messages.ts",
        from: 'if (fields.payment_status === "paid") {',
        to: 'if (fields.payment_status === "paid" || fields.status === "complete") {',
      },
      foundBy: {
        file: "lab/src/stripe/stripe-http.test.ts",
        test: "[PAY-10] Stripe: paid slowly is not paid yet; each event comes twice, the last first, rightly signed",
      },
      seconds: 7,
    },
    "own-message-is-receipt": {
      what: "A word of our own message counts as a receipt.",
      patch: {
        file: "cloud/src/money/claims/claim-policy.ts",
        from: "  const isOurs = ownMessages.some((words) => text.includes(words));\n",
        to: "  const isOurs = false;\n",
      },
      foundBy: {
        file: "cloud/src/money/claims/claim-policy.test.ts",
        test: "you paid KES 50 for 1 hour. Receipt UKL51ZDR4F. If you lose the connection, open the Wi-Fi page and tap",
      },
      seconds: 4,
    },
  },
  "NO-SILENCE": {
    "news-untold": {
      what: "On the embedded engine what was paid reaches its site at the hub's next look around alone: its news go outside of a transaction, which that engine refuses.",
      patch: {
        file: "cloud/src/ground/db/open-database.ts",
        from: "if (engine.opensByItself)\n        await",
        to: "if (false)\n        await",
      },
      foundBy: {
        file: "cloud/src/ground/db/open-database.test.ts",
        test: "what is told outside of a transaction is heard by all listeners",
      },
      seconds: 12,
      wasMissed: true,
    },
    "restored-denial-unheard": {
      what: "A package that its site gave back after a restore is used, its channel says that nobody paid it, and no person hears of it.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: '(before.isGivenBack ? "denied" : null)',
        to: "null",
      },
      foundBy: {
        file: "cloud/src/money/purchases/transition/transition.test.ts",
        test: "[BEY-29] a package that its site gave back after a restore goes on where the channel denies its money: a person looks, until it is proved",
      },
      seconds: 3,
      wasMissed: true,
    },
    "settled-payout-denied": {
      what: "A payout fails that a person had settled as paid, and nobody hears of it.",
      patch: {
        file: "cloud/src/money/refunds/send-refund.ts",
        from: 'if (row.state === "done" && verdict.kind === "failed") return noteDenied(parts, tx, row);',
        to: 'if (row.state === "done" && verdict.kind === "failed") return;',
      },
      foundBy: {
        file: "cloud/src/money/refunds/refund-ways.test.ts",
        test: "[PAY-15] NO-SILENCE: a payout that a person settled as paid stays in the books when M-Pesa says that it failed, and a person is told",
      },
      seconds: 58,
      wasMissed: true,
    },
    "late-name-thrown-away": {
      what: "A payout that a person settled without its receipt never gets the one that M-Pesa names: what comes back of it stays in the books as paid.",
      patch: {
        file: "cloud/src/money/refunds/send-refund.ts",
        from: 'row.state === "done" ? nameDone(parts, tx, row, receipt) : bookDone(parts, tx, row, receipt)',
        to: 'row.state === "done" ? undefined : bookDone(parts, tx, row, receipt)',
      },
      foundBy: {
        file: "cloud/src/money/refunds/refund-ways.test.ts",
        test: "[PAY-15] a payout that a person settled as paid has the receipt that M-Pesa names for it, whatever the person typed, and what came back of it is its own",
      },
      seconds: 60,
    },
    "deleted-site-paid-silently": {
      what: "Who pays for a site that was deleted meanwhile gets nothing, and nobody is told to look.",
      patch: {
        file: "cloud/src/money/purchases/transition/transition-verdict.ts",
        from: '  review ?? (siteIsDeleted ? "site-deleted" : null);',
        to: "  review ?? (siteIsDeleted ? null : null);",
      },
      foundBy: {
        file: "lab/src/money/deleted-site.test.ts",
        test: "[PAY-08] waits for the prompts on its customers' phones; who pays after all is a person's to look at",
      },
      seconds: 140,
    },
    "group-takes-all-texts": {
      what: "A message to a large group uses up the day's texts, and receipts and codes are not sent.",
      patch: {
        file: "cloud/src/messaging/deliver-message.ts",
        from: "leavesPermille: awaited ? 0 : leftPermille",
        to: "leavesPermille: 0",
      },
      foundBy: {
        file: "cloud/src/messaging/slow-gateway.test.ts",
        test: "[MSG-10] a message to a large group leaves a part of the day's quota for receipts and codes",
      },
      seconds: 37,
      wasMissed: true,
    },
    "shut-channel-unasked": {
      what: "Money that customers still pay at a channel that is switched off is never asked about.",
      patch: {
        file: "cloud/src/money/sweep/money-sweep.ts",
        from: '      .where((is) => is.or([is("active", "=", true), isStillTold(nowMs - corroborateWithinMs)]))\n',
        to: '      .where("active", "=", true)\n',
      },
      foundBy: {
        file: "cloud/src/money/sweep/starved-proofs.test.ts",
        test: "[PAY-05] money that customers still pay at a channel that is switched off is asked about as well",
      },
      seconds: 56,
      wasMissed: true,
    },
    "channel-never-asked-again": {
      what: "A channel that failed three times is never asked again.",
      patch: {
        file: "cloud/src/money/channel-health/circuit-policy.ts",
        from: 'return leftMs > 0 && leftMs <= pauseMsMax ? "open" : "half-open";',
        to: 'return "open";',
      },
      foundBy: {
        file: "cloud/src/money/channel-health/circuit-policy.test.ts",
        test: "its minute is over",
      },
      seconds: 8,
    },
    "stale-answer-stops-new-password": {
      what: "A late answer about an old password stops the new one.",
      patch: {
        file: "cloud/src/money/channels/initiator-policy.ts",
        from: '  if (result.version !== held.version) return { kind: "nothing" };\n',
        to: "",
      },
      foundBy: {
        file: "cloud/src/money/channels/initiator-policy.test.ts",
        test: "a refusal of an earlier initiator",
      },
      seconds: 4,
    },
    "oldest-never-asked": {
      what: "The customer who waits longest is passed over for ever.",
      patch: {
        file: "cloud/src/money/questions/ask-policy.ts",
        from: "turn % oldestEvery === oldestEvery - 1",
        to: "turn % oldestEvery === oldestEvery",
      },
      foundBy: {
        file: "cloud/src/money/questions/ask-policy.test.ts",
        test: "[BEY-05] the newest customer who waits is asked about first, and every fifth time who has waited longest",
      },
      seconds: 8,
      wasMissed: true,
    },
    "outlived-failure": {
      what: "A prompt that a callback called expired is not asked about, though it may have been paid.",
      patch: {
        file: "cloud/src/money/questions/ask-policy.ts",
        from: 'new Set(["unreachable", "cancelled", "expired"])',
        to: 'new Set(["unreachable", "cancelled"])',
      },
      foundBy: {
        file: "cloud/src/money/questions/ask-policy.test.ts",
        test: "NO-SILENCE: is asked about when its prompt is over, for the news that it was paid after all may be lost",
      },
      seconds: 38,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
