/**
 * Every refusal of the hub that a person reads, by the code of its answer: the HTTP status, and its sentence in the languages of the console. One of
 * customers is also in French. A sentence that is missing does not compile, and API and screens say the same one. `{value}` is what the rule that a
 * field breaks is about.
 */

interface Sentence {
  readonly en: string;
  readonly sw: string;
  /** What the customers' page and the page behind a payment link can be answered with. Staff read English or Swahili. */
  readonly fr?: string;
}

export type ProblemLocale = keyof Sentence;

/** Without a status: who refuses says it, for it is not the same everywhere. */
interface ProblemRow extends Sentence {
  readonly status?: number;
}

export const problems = {
  "address-quota-reached": {
    status: 429,
    en: "This address was written to often enough today. Try again tomorrow, or hand the link over.",
    sw: "Anwani hii imeandikiwa vya kutosha leo. Jaribu tena kesho, au mpe kiungo mwenyewe.",
  },
  "amount-needed": { status: 400, en: "The message does not say it: type it.", sw: "Ujumbe haukisemi: kiandike." },
  "another-channel": {
    status: 422,
    en: "This statement is of another paybill or till, not of this channel.",
    sw: "Taarifa hii ni ya paybill au till nyingine, si ya njia hii.",
  },
  "another-kind": {
    status: 409,
    en: "This payment goes through another channel, counts in another currency, or a part of the money went back. Give the money to the customer's credit.",
    sw: "Malipo haya yanapitia njia nyingine, yana sarafu nyingine, au sehemu ya pesa ilirudi. Zipe salio la mteja.",
  },
  "asked-too-often": {
    status: 429,
    en: "The phone was asked too often by now. Try again later.",
    sw: "Simu imeombwa mara nyingi mno. Jaribu tena baadaye.",
    fr: "Ce téléphone a été assez sollicité aujourd'hui. Payez à la main, ou réessayez demain.",
  },
  "authority-elsewhere": {
    status: 400,
    en: "eTIMS is Kenya's, EFRIS is Uganda's: choose the one of your country.",
    sw: "eTIMS ni ya Kenya, EFRIS ni ya Uganda: chagua ya nchi yako.",
  },
  "bad-amount": { status: 422, en: "This channel moves no such amount.", sw: "Njia hii haipitishi kiasi kama hiki." },
  "bad-phone": {
    status: 400,
    en: "This is not a mobile number of a country that is served here.",
    sw: "Hii si namba ya simu ya nchi inayohudumiwa hapa.",
    fr: "Ce n'est pas un numéro de mobile de ce pays.",
  },
  "bad-receipt": {
    status: 400,
    en: "A receipt of M-Pesa has ten letters and digits.",
    sw: "Risiti ya M-Pesa ina herufi na tarakimu kumi.",
  },
  "bad-time": {
    status: 422,
    en: "The last 35 days only; import the statement for older money.",
    sw: "Siku 35 zilizopita tu; kwa pesa za zamani ingiza taarifa ya akaunti.",
  },
  "batch-empty": {
    status: 409,
    en: "Every voucher of this batch is used, given or with a reseller.",
    sw: "Kila vocha ya kundi hili imetumika, imetolewa au iko kwa muuzaji.",
  },
  "batch-in-use": {
    status: 409,
    en: "Some of these vouchers are used, sold or with a reseller, or come from another system: how their money is booked stays. Make a new batch.",
    sw: "Baadhi ya vocha hizi zimetumika, zimeuzwa au ziko kwa muuzaji, au zimetoka mfumo mwingine: namna pesa zake zinavyoandikwa haibadiliki. Tengeneza kundi jipya.",
  },
  "book-at-reseller": {
    status: 409,
    en: "This code is with a reseller: book its sale there, so that the reseller owes its price.",
    sw: "Msimbo huu uko kwa muuzaji: andika mauzo yake huko, ili muuzaji adaiwe bei yake.",
  },
  "batch-not-ready": {
    status: 409,
    en: "These vouchers are still being made. Try again in a moment.",
    sw: "Vocha hizi bado zinatengenezwa. Jaribu tena baada ya muda mfupi.",
  },
  "beyond-credit": {
    status: 409,
    en: "More than this reseller may have unpaid.",
    sw: "Ni zaidi ya kiasi ambacho muuzaji huyu anaweza kudaiwa.",
  },
  "bulk-not-open": {
    status: 409,
    en: "This change has ended, or is not paused: there is nothing to do.",
    sw: "Badiliko hili limeisha, au halijasimama: hakuna la kufanya.",
  },
  "bulk-running": {
    status: 409,
    en: "Another change of many vouchers runs: wait for its end.",
    sw: "Badiliko lingine la vocha nyingi linaendelea: subiri liishe.",
  },
  "cash-by-two": {
    status: 403,
    en: "Cash goes back by two persons here: give it into the customer's credit, and pay that out.",
    sw: "Taslimu hurudishwa na watu wawili hapa: ziweke kwenye salio la mteja, kisha zilipwe kutoka hapo.",
  },
  changed: {
    status: 412,
    en: "Somebody changed this in the meantime. Reload it, then make your change.",
    sw: "Mtu mwingine amebadilisha hili. Pakia tena, kisha fanya badiliko lako.",
  },
  "code-unknown": {
    status: 409,
    en: "The hub does not know this sale's code: its seller does.",
    sw: "Kitovu hakijui msimbo wa mauzo haya: muuzaji wake anaujua.",
  },
  "codes-not-allowed": {
    status: 403,
    en: "A code that nobody has used is cash: this needs the right to see codes.",
    sw: "Msimbo ambao haujatumika ni pesa: hii inahitaji ruhusa ya kuona misimbo.",
  },
  "codes-too-short": {
    status: 422,
    en: "So many codes of this length could be guessed. Make them longer.",
    sw: "Misimbo mingi hivi ya urefu huu inaweza kukisiwa. Irefushe.",
  },
  "credit-not-allowed": {
    status: 403,
    en: "Credit is the customer's: only somebody who manages payments sells out of it.",
    sw: "Salio ni la mteja: ni anayesimamia malipo tu anayeuza kwa salio hilo.",
  },
  "database-away": {
    status: 503,
    en: "The database does not answer now. Try again in a moment.",
    sw: "Hifadhidata haijibu sasa. Jaribu tena baada ya muda mfupi.",
    fr: "Le service ne répond pas maintenant. Réessayez dans un instant.",
  },
  "not-bookable": {
    status: 409,
    en: "A withdrawal is booked to the bank, a closing balance as the opening one.",
    sw: "Pesa zilizotolewa huandikwa zimeenda benki, na salio la mwisho huandikwa kama salio la kuanzia.",
  },
  "may-have-come": {
    status: 409,
    en: "Only money that nothing has proved can be said never to have come, and only where statements whose balances follow cover the time of its payment and of its report, and lack it.",
    sw: "Ni pesa ambazo hazijathibitishwa tu zinazoweza kusemwa hazikuja, na pale tu taarifa ambazo salio zake zinafuatana zinahusu wakati wa malipo na wa kuripotiwa kwake, na hazimo.",
  },
  "opening-booked": {
    status: 409,
    en: "This channel's opening balance is booked already: book or explain what differs.",
    sw: "Salio la kuanzia la njia hii limeandikwa tayari: andika au eleza kinachotofautiana.",
  },
  "day-not-over": { status: 409, en: "This day is not over yet.", sw: "Siku hii bado haijaisha." },
  decided: { status: 409, en: "This was decided already.", sw: "Hili lilishaamuliwa." },
  "domain-entered": {
    status: 409,
    en: "This domain is in the list already.",
    sw: "Kikoa hiki kiko kwenye orodha tayari.",
  },
  "domain-of-hub": {
    status: 422,
    en: "This name belongs to the platform: enter a domain of your own.",
    sw: "Jina hili ni la mfumo: andika kikoa chako mwenyewe.",
  },
  "domain-signs": {
    status: 422,
    en: "Enter a domain like wifi.example.com, in letters a to z, digits and hyphens.",
    sw: "Andika kikoa kama wifi.example.com, kwa herufi a hadi z, tarakimu na vistari.",
  },
  "email-taken": { status: 409, en: "This address is taken already.", sw: "Anwani hii tayari inatumika." },
  "entered-before": {
    status: 409,
    en: "This was entered before, and the channel does not know it.",
    sw: "Hii iliandikwa awali, na njia ya malipo haiijui.",
  },
  "exceeds-own": {
    status: 403,
    en: "You can't give permissions that you don't have.",
    sw: "Huwezi kutoa ruhusa ambazo huna.",
  },
  "fiscal-accepted": {
    status: 409,
    en: "The tax authority has accepted it already.",
    sw: "Mamlaka ya kodi tayari imeikubali.",
  },
  forbidden: {
    status: 403,
    en: "Only somebody who may do everything here opens its mail.",
    sw: "Ni mtu mwenye ruhusa zote hapa tu anayefungua barua pepe zake.",
  },
  "format-needed": {
    status: 409,
    en: "This disk must be formatted: say yes to that, or choose another one.",
    sw: "Diski hii lazima iumbizwe: kubali hilo, au chagua nyingine.",
  },
  "gift-counted-again": {
    status: 409,
    en: "Their number has changed since it was counted. Count again.",
    sw: "Idadi yao imebadilika tangu kuhesabiwa. Hesabu tena.",
  },
  "gift-running": {
    status: 409,
    en: "Another gift runs at this site: wait for its end, or stop it.",
    sw: "Zawadi nyingine inaendelea katika kituo hiki: subiri iishe, au isimamishe.",
  },
  "gift-too-large": {
    status: 409,
    en: "So much was given for this one already that this is too much.",
    sw: "Kimetolewa kingi tayari kwa hiki: hiki ni zaidi ya kiasi.",
  },
  "gift-too-many": { status: 409, en: "So many at once are too many.", sw: "Wengi hivi kwa mara moja ni wengi mno." },
  "grant-elsewhere": { status: 409, en: "Another site has it now.", sw: "Kituo kingine kinacho sasa." },
  "grant-not-paused": { status: 409, en: "It is not paused.", sw: "Hakijasimamishwa." },
  "grant-over": {
    status: 409,
    en: "It has ended: nothing more can be added to it.",
    sw: "Kimekwisha: hakuna kinachoweza kuongezwa tena.",
  },
  "grant-paused": { status: 409, en: "It is paused already.", sw: "Kimesimamishwa tayari." },
  "nothing-given": { status: 400, en: "Say what is given.", sw: "Sema kinachotolewa." },
  "grant-ended": { status: 409, en: "What was sold has ended.", sw: "Kilichouzwa kimekwisha." },
  "anothers-device": {
    status: 409,
    en: "This device is online with something else, or tied to another account.",
    sw: "Kifaa hiki kiko mtandaoni kwa kitu kingine, au kimefungwa kwa akaunti nyingine.",
  },
  "bad-mac": { status: 409, en: "This is the address of no single device.", sw: "Hii si anwani ya kifaa kimoja." },
  "not-for-hotspot": {
    status: 409,
    en: "This log-in is for PPPoE only: no device on the hotspot can use it.",
    sw: "Akaunti hii ni ya PPPoE tu: hakuna kifaa cha hotspot kinachoweza kuitumia.",
  },
  "other-device": {
    status: 409,
    en: "Only certain devices may use this, and this is none of them.",
    sw: "Ni vifaa fulani tu vinavyoweza kuitumia, na hiki si kimojawapo.",
  },
  "grant-not-here": {
    status: 503,
    en: "The site does not have it yet, or another site has it now. Try again in a moment.",
    sw: "Kituo bado hakijakipata, au kituo kingine kinacho sasa. Jaribu tena baada ya muda mfupi.",
  },
  "grant-revoked": { status: 409, en: "What was sold was revoked.", sw: "Kilichouzwa kimefutwa." },
  "group-changed": {
    status: 409,
    en: "Meanwhile other customers are in this group, or it costs something else: look again, then send.",
    sw: "Kikundi au gharama imebadilika wakati huu: angalia tena, kisha tuma.",
  },
  "nobody-in-group": {
    status: 409,
    en: "Nobody is in this group, or nobody of them can be written to.",
    sw: "Hakuna mtu kwenye kikundi hiki, au hakuna anayeweza kuandikiwa.",
  },
  "group-too-big": {
    status: 409,
    en: "More than 20,000 customers are in this group: choose them in parts.",
    sw: "Kikundi hiki kina wateja zaidi ya 20,000: wachague kwa sehemu.",
  },
  "groups-too-often": {
    status: 429,
    en: "So many messages to groups were sent in the last hour: wait, then send this one.",
    sw: "Ujumbe mwingi wa vikundi umetumwa saa iliyopita: subiri, kisha tuma huu.",
  },
  "home-site": {
    status: 400,
    en: "The home site takes these vouchers anyway: leave it out.",
    sw: "Kituo cha nyumbani kinakubali vocha hizi tayari: kiache.",
  },
  "host-exists": {
    status: 409,
    en: "Another host runs this hub's sites. Give it a new token for another machine, or revoke it first.",
    sw: "Mwenyeji mwingine anaendesha vituo vya kitovu hiki. Mpe tokeni mpya kwa mashine nyingine, au mkate kwanza.",
  },
  hosted: {
    status: 409,
    en: "This site runs beside the hub and needs the tunnel: end the hosting first.",
    sw: "Kituo hiki kinaendeshwa kando ya kitovu na kinahitaji handaki: maliza hilo kwanza.",
  },
  "idempotency-key-reused": {
    status: 422,
    en: "The first try may have succeeded. Check the list before you try again.",
    sw: "Huenda jaribio la kwanza limefanikiwa. Angalia orodha kabla ya kujaribu tena.",
    fr: "Le premier essai a peut-être réussi. Regardez avant de recommencer.",
  },
  internal: {
    status: 500,
    en: "Something went wrong at the hub. Try again; if it stays so, tell whoever runs it.",
    sw: "Hitilafu imetokea kwenye kitovu. Jaribu tena; ikiendelea, mwambie anayekiendesha.",
    fr: "Cela n'a pas marché. Réessayez dans un instant.",
  },
  "invoice-number": { status: 409, en: "This number belongs to an invoice.", sw: "Namba hii ni ya ankara." },
  invoiced: { status: 409, en: "This payment has an invoice already.", sw: "Malipo haya yana ankara tayari." },
  "key-reused": {
    status: 409,
    en: "The first try may have succeeded. Check the list before you try again.",
    sw: "Huenda jaribio la kwanza limefanikiwa. Angalia orodha kabla ya kujaribu tena.",
    fr: "Le premier essai a peut-être réussi. Regardez avant de recommencer.",
  },
  "key-taken": {
    status: 409,
    en: "This key is in use already: make a new one.",
    sw: "Ufunguo huu tayari unatumika: tengeneza mpya.",
  },
  "last-owner": {
    status: 409,
    en: "There must be one active owner.",
    sw: "Lazima kuwe na mmiliki mmoja anayefanya kazi.",
  },
  "link-refused": {
    status: 400,
    en: "This link was used, or is too old. Ask for a new one.",
    sw: "Kiungo hiki kimetumika, au ni cha zamani. Omba kipya.",
  },
  "log-in-refused": {
    status: 403,
    en: "This is not right, or too old. Ask for a new code, or try again.",
    sw: "Si sahihi, au umepitwa na muda. Omba msimbo mpya, au jaribu tena.",
    fr: "Ce n'est pas juste, ou trop ancien. Demandez un nouveau code, ou réessayez.",
  },
  "look-only": { status: 403, en: "This support access is read-only.", sw: "Ufikiaji huu wa msaada ni wa kusoma tu." },
  "mail-sent": {
    status: 409,
    en: "This e-mail was sent: its reader has it.",
    sw: "Barua pepe hii ilitumwa: msomaji wake anayo.",
  },
  "message-differs": {
    status: 422,
    en: "The pasted message says something else.",
    sw: "Ujumbe uliobandikwa unasema tofauti.",
  },
  "method-impossible": {
    status: 422,
    en: "This way of refunding is not possible here.",
    sw: "Njia hii ya kurudisha haiwezekani hapa.",
  },
  "must-end": {
    status: 422,
    en: "What is refunded must end: the money rules say so.",
    sw: "Kinachorudishwa lazima kiishe: kanuni za pesa zinasema hivyo.",
  },
  "more-than-left": {
    status: 409,
    en: "Less than this is left of the invoice.",
    sw: "Kilichobaki cha ankara ni chini ya hiki.",
  },
  "name-taken": { status: 409, en: "This name is taken already.", sw: "Jina hili tayari linatumika." },
  "network-in-use": {
    status: 422,
    en: "This network is in use on the router: choose another one.",
    sw: "Mtandao huu unatumika kwenye ruta: chagua mwingine.",
  },
  "invoice-not-open": {
    status: 409,
    en: "There is nothing left to pay on this invoice.",
    sw: "Ankara hii haina tena cha kulipwa.",
    fr: "Il n'y a plus rien à payer sur cette facture.",
  },
  "no-account": {
    status: 409,
    en: "This invoice has no account number: its customer has no phone here.",
    sw: "Ankara hii haina namba ya akaunti: mteja wake hana simu hapa.",
  },
  "password-again": {
    status: 422,
    en: "Another server, port or log-in needs the password once more.",
    sw: "Seva, lango au jina lingine linahitaji nenosiri tena.",
  },
  "too-many-domains": {
    status: 409,
    en: "There are three domains already: remove one first.",
    sw: "Kuna vikoa vitatu tayari: ondoa kimoja kwanza.",
  },
  "too-many-webhooks": {
    status: 409,
    en: "There are 20 webhooks already: remove one first.",
    sw: "Tayari kuna webhook 20: ondoa moja kwanza.",
  },
  "unknown-host": {
    status: 421,
    en: "There is nothing at this name. Check the address.",
    sw: "Hakuna kitu kwenye jina hili. Angalia anwani.",
  },
  "webhook-is-off": { status: 409, en: "This address is switched off.", sw: "Anwani hii imezimwa." },
  "too-many-alarm-rules": {
    status: 409,
    en: "There are 50 rules already: remove one first.",
    sw: "Tayari kuna kanuni 50: ondoa moja kwanza.",
  },
  "counted-just-now": {
    status: 429,
    en: "All figures were recounted in the last hour: wait a while.",
    sw: "Takwimu zote zimehesabiwa upya ndani ya saa iliyopita: subiri kidogo.",
  },
  "too-many-schedules": {
    status: 409,
    en: "There are ten schedules already: change or remove one.",
    sw: "Kuna ratiba kumi tayari: badilisha au ondoa moja.",
  },
  "sent-just-now": {
    status: 429,
    en: "These reports were sent a moment ago: wait some minutes.",
    sw: "Ripoti hizi zimetumwa sasa hivi: subiri dakika chache.",
  },
  "first-alarm-rule": {
    status: 409,
    en: "The first rule stays: switch it off instead.",
    sw: "Kanuni ya kwanza hubaki: izime badala yake.",
  },
  "unknown-push-service": {
    status: 400,
    en: "This browser's push service is not one that the hub sends to.",
    sw: "Huduma ya arifa ya kivinjari hiki si mojawapo ya zile ambazo kitovu hutuma.",
  },
  "bad-push-keys": {
    status: 400,
    en: "These are not keys of a browser: switch it off and on again.",
    sw: "Hizi si funguo za kivinjari: zima kisha uwashe tena.",
  },
  "push-is-off": {
    status: 409,
    en: "Alarms are not switched on in this browser.",
    sw: "Tahadhari hazijawashwa katika kivinjari hiki.",
  },
  "too-many-windows": {
    status: 409,
    en: "There are 100 planned already: remove one first.",
    sw: "Tayari kuna 100: ondoa moja kwanza.",
  },
  "credit-suffices": {
    status: 409,
    en: "The credit covers it: renew with it.",
    sw: "Salio linatosha: tumia hilo.",
    fr: "Votre crédit suffit\u00a0: renouvelez avec lui.",
  },
  "not-selling": {
    status: 403,
    en: "Nothing can be sold now: this provider is suspended.",
    sw: "Hakuna kinachoweza kuuzwa sasa: mtoa huduma huyu amesimamishwa.",
    fr: "Rien ne peut être payé ici maintenant\u00a0: appelez votre fournisseur.",
  },
  "unknown-reference": {
    status: 400,
    en: "One of those chosen no longer exists: choose again.",
    sw: "Mojawapo ya vilivyochaguliwa havipo tena: chagua upya.",
  },
  "no-address": {
    status: 409,
    en: "This site has no address in the tunnel yet.",
    sw: "Kituo hiki bado hakina anwani kwenye handaki.",
  },
  "not-reachable": {
    status: 409,
    en: "This customer has no number or address for that: write it down first.",
    sw: "Mteja huyu hana namba wala anwani ya hilo: iandike kwanza.",
  },
  "channel-off": {
    en: "The channel is switched off, or its keys are not accepted: see to that first.",
    sw: "Njia imezimwa, au funguo zake hazijakubaliwa: shughulikia hilo kwanza.",
  },
  "no-channel": {
    en: "No phone can be asked for this sum here.",
    sw: "Hakuna simu inayoweza kuombwa kiasi hiki hapa.",
    fr: "Aucun téléphone ne peut payer cette somme ici.",
  },
  "no-credit": {
    status: 409,
    en: "The credit does not cover it.",
    sw: "Salio halitoshi.",
    fr: "Votre crédit ne suffit pas.",
  },
  "no-entries": {
    status: 422,
    en: "Only money at a channel with statements, like M-Pesa, is entered so.",
    sw: "Pesa za njia yenye taarifa za akaunti tu, kama M-Pesa, huandikwa hivi.",
  },
  "other-amount": {
    status: 409,
    en: "The amount has changed meanwhile: look again.",
    sw: "Kiasi kimebadilika: tazama tena.",
    fr: "Le montant a changé\u00a0: regardez-le encore une fois.",
  },
  "renewed-meanwhile": {
    status: 409,
    en: "It was renewed meanwhile, or its end was moved: look until when it is paid now, and pay again only if you want more.",
    sw: "Umelipiwa upya, au mwisho wake umebadilishwa: tazama umelipiwa hadi lini sasa, na ulipe tena ikiwa tu unataka zaidi.",
    fr: "Il a été renouvelé entre-temps, ou sa fin a changé\u00a0: regardez jusqu'à quand il est payé, et ne payez encore que si vous voulez davantage.",
  },
  "renew-first": {
    status: 409,
    en: "What is paid for has ended: renew first, then change the plan.",
    sw: "Muda uliolipiwa umekwisha: lipia kwanza, kisha ubadilishe kifurushi.",
    fr: "La période payée est terminée\u00a0: renouvelez d'abord, puis changez de forfait.",
  },
  "other-customer": { status: 400, en: "This is another customer's.", sw: "Hii ni ya mteja mwingine." },
  "no-tax-device": {
    status: 409,
    en: "This hub tells no documents to your tax authority: hand them in by hand.",
    sw: "Kitovu hiki hakipeleki hati kwa mamlaka yako ya kodi: zipeleke mwenyewe.",
  },
  "tax-authority-away": {
    status: 503,
    en: "The tax authority does not answer now. Try again in a while.",
    sw: "Mamlaka ya kodi haijibu sasa. Jaribu tena baadaye kidogo.",
  },
  "tax-device-refused": {
    status: 409,
    en: "The tax authority does not open this device.",
    sw: "Mamlaka ya kodi haifungui kifaa hiki.",
  },
  "tax-pin-missing": {
    status: 400,
    en: "The tax authority knows you by your PIN: enter it first.",
    sw: "Mamlaka ya kodi inakujua kwa PIN yako: iandike kwanza.",
  },
  "too-many-items": {
    status: 409,
    en: "There are 50 open items already: waive some first.",
    sw: "Tayari kuna vitu 50 vilivyo wazi: samehe baadhi kwanza.",
  },
  "weak-password": { status: 400, en: "The password must not be the name.", sw: "Neno la siri lisiwe sawa na jina." },
  "free-without-reason": {
    status: 400,
    en: "Say why nobody pays for this account.",
    sw: "Eleza kwa nini akaunti hii hailipiwi.",
  },
  "package-subscription": {
    status: 409,
    en: "This subscription buys a package again and again: it can only be ended.",
    sw: "Usajili huu hununua kifurushi upya: unaweza tu kusimamishwa.",
  },
  "has-subscription": {
    status: 409,
    en: "This account has a subscription already.",
    sw: "Akaunti hii tayari ina usajili.",
  },
  "customer-without-phone": {
    status: 409,
    en: "Write the customer's phone number down first: credit belongs to a number.",
    sw: "Andika kwanza namba ya simu ya mteja: salio ni la namba.",
    fr: "Votre numéro de téléphone n'est pas connu ici\u00a0: donnez-le à votre fournisseur.",
  },
  "bad-promise": {
    status: 409,
    en: "The customer may not promise this: see the rules for subscriptions.",
    sw: "Mteja hawezi kuahidi hivi: tazama kanuni za usajili.",
    fr: "Cette promesse n'est pas possible.",
  },
  "bad-pause": {
    status: 409,
    en: "The subscription can't be paused so: see the rules for subscriptions.",
    sw: "Usajili hauwezi kusitishwa hivi: tazama kanuni za usajili.",
    fr: "Ces jours de vacances ne sont pas possibles.",
  },
  "subscription-over": {
    status: 409,
    en: "This subscription has ended, or is not in a state for that.",
    sw: "Usajili huu umeisha, au hauko katika hali ya kufanya hivyo.",
    fr: "Cet abonnement est terminé, ou cela n'y est pas possible maintenant.",
  },
  "unknown-variable": { status: 400, en: "There is no such variable.", sw: "Hakuna kigezo kama hicho." },
  "ticket-limit": {
    status: 409,
    en: "Five of your tickets are open already: write in one of them.",
    sw: "Tiketi zako tano bado ziko wazi: andika katika mojawapo.",
    fr: "Cinq de vos questions sont encore ouvertes\u00a0: écrivez dans l'une d'elles.",
  },
  "ticket-over": {
    status: 409,
    en: "This ticket was closed long ago: open a new one.",
    sw: "Tiketi hii ilifungwa zamani: fungua mpya.",
    fr: "Cette question a été fermée il y a longtemps\u00a0: posez-en une nouvelle.",
  },
  "ticket-pictures-full": {
    status: 409,
    en: "A ticket has at most 20 pictures.",
    sw: "Tiketi ina picha 20 tayari.",
    fr: "Cette question a déjà 20 photos.",
  },
  "ticket-state": {
    status: 409,
    en: "From its state a ticket can't become this.",
    sw: "Kutoka hali yake, tiketi haiwezi kuwa hivi.",
    fr: "Cette question ne peut pas changer ainsi.",
  },
  "ticket-way": {
    status: 409,
    en: "This customer can't be reached so: there is no phone, or no e-mail.",
    sw: "Mteja huyu hafikiki hivyo: hana simu, au hana barua pepe.",
  },
  "too-many-messages": {
    status: 429,
    en: "Twenty messages today are enough: they are answered first.",
    sw: "Umeandika ujumbe ishirini leo: tutajibu hizo kwanza.",
    fr: "Vous avez écrit vingt messages aujourd'hui\u00a0: nous y répondons d'abord.",
  },
  "already-there": {
    status: 409,
    en: "It is there already: somebody moved it just now.",
    sw: "Tayari kiko hapo: mtu amekihamisha sasa hivi.",
  },
  "bad-visit": {
    status: 400,
    en: "A visit ends after it begins, and within a week.",
    sw: "Ziara huisha baada ya kuanza, na ndani ya wiki moja.",
  },
  "has-serials": {
    status: 409,
    en: "Things of this kind move by serial number.",
    sw: "Vitu vya aina hii huhamishwa kwa namba ya seri.",
  },
  "installation-over": {
    status: 409,
    en: "This installation is done or cancelled already.",
    sw: "Kazi hii imekamilika au imefutwa tayari.",
  },
  "installation-pictures-full": {
    status: 409,
    en: "An installation has at most 30 photos.",
    sw: "Kazi ina picha 30 tayari.",
  },
  "no-serials": {
    status: 409,
    en: "Things of this kind are counted: they have no serial numbers.",
    sw: "Vitu vya aina hii huhesabiwa: havina namba ya seri.",
  },
  "not-in-van": { status: 409, en: "This is not in your van.", sw: "Hiki hakiko kwenye gari lako." },
  "not-own-van": {
    status: 403,
    en: "You carry things in and out of your own van: anything else needs the right to manage stock.",
    sw: "Unaweza kuingiza na kutoa kwenye gari lako tu: mengine yanahitaji ruhusa ya ghala.",
  },
  "outage-decided": {
    status: 409,
    en: "This is decided already, or the site is back.",
    sw: "Hili limeamuliwa tayari, au kituo kimerudi.",
  },
  "serials-known": {
    status: 409,
    en: "Some of these are in stock already.",
    sw: "Baadhi ya namba hizi ziko ghalani tayari.",
  },
  "stock-kinds-full": { status: 409, en: "There are 200 already.", sw: "Kuna 200 tayari." },
  "too-few": { status: 409, en: "There is not that much of it.", sw: "Hakuna kiasi hicho." },
  "canned-full": {
    status: 409,
    en: "There are 100 answers already: delete one first.",
    sw: "Kuna majibu 100 tayari: futa moja kwanza.",
  },
  "radius-role": {
    status: 422,
    en: "Owners log in by Karibu's password only, and a mapped role must be one of the chosen ones.",
    sw: "Wamiliki huingia kwa nenosiri la Karibu pekee, na wajibu uliooanishwa lazima uwe miongoni mwa iliyochaguliwa.",
  },
  "username-taken": {
    status: 409,
    en: "Another account has this name already.",
    sw: "Akaunti nyingine tayari ina jina hili.",
  },
  "address-taken": {
    status: 409,
    en: "Another account of this site has this address already.",
    sw: "Akaunti nyingine ya kituo hiki tayari ina anwani hii.",
  },
  "bad-address": {
    status: 400,
    en: "This is no address, prefix or pool that a router knows.",
    sw: "Hii si anwani wala kundi la anwani ambalo router inalijua.",
  },
  "customer-suspended": {
    status: 409,
    en: "This customer is suspended: switch them on again first.",
    sw: "Mteja huyu amesimamishwa: mrudishe kwanza.",
    fr: "Vous avez été désactivé ici\u00a0: appelez votre fournisseur.",
  },
  "no-float": {
    status: 409,
    en: "Your float does not cover the price: have it topped up.",
    sw: "Akiba yako haitoshi bei hii: iongezwe kwanza.",
  },
  "no-grant": {
    status: 409,
    en: "This payment opened nothing: its money is the customer's credit.",
    sw: "Malipo haya hayakufungua chochote: pesa zake ni salio la mteja.",
  },
  "no-host": {
    status: 409,
    en: "This hub has no process that hosts sites: a platform admin must add one.",
    sw: "Kitovu hiki hakina mwenyeji wa vituo: msimamizi wa jukwaa lazima aongeze mmoja.",
  },
  "no-image": {
    status: 409,
    en: "This hub has no image for this router's processor. Its operator puts one into the folder of images.",
    sw: "Kitovu hiki hakina taswira ya kichakataji cha ruta hii. Anayekiendesha aiweke kwenye folda ya taswira.",
  },
  "no-initiator": {
    status: 409,
    en: "There is no initiator to try: enter one first.",
    sw: "Hakuna initiator wa kujaribu: mweke kwanza.",
  },
  "no-mail-server": {
    status: 409,
    en: "This hub has no mail server: read the e-mail and hand it over.",
    sw: "Kitovu hiki hakina seva ya barua pepe: isome barua uikabidhi.",
  },
  "no-messages": {
    status: 422,
    en: "Only messages about a channel of M-Pesa can be forwarded.",
    sw: "Ni ujumbe kuhusu njia ya M-Pesa tu unaoweza kupelekwa mbele.",
  },
  "no-phone": { status: 400, en: "This customer has no number.", sw: "Mteja huyu hana namba." },
  "no-public-url": {
    status: 409,
    en: "Routers don't know how to reach this hub: its operator must set KARIBU_PUBLIC_URL to a name on the internet, with https.",
    sw: "Ruta hazijui jinsi ya kufikia kitovu hiki: anayekiendesha aweke KARIBU_PUBLIC_URL, jina la mtandaoni lenye https.",
  },
  "no-receipt-in-it": { status: 400, en: "There is no one receipt in it.", sw: "Hakuna risiti moja ndani yake." },
  "no-release": { status: 422, en: "This channel has no release yet.", sw: "Njia hii bado haina toleo." },
  "release-changed": {
    status: 409,
    en: "Another release is on this channel now. Look which one it is, then choose again.",
    sw: "Toleo jingine liko kwenye njia hii sasa. Angalia ni lipi, kisha chagua tena.",
  },
  "no-release-key": {
    status: 422,
    en: "This hub accepts no releases yet: set KARIBU_RELEASE_KEYS.",
    sw: "Kitovu hiki hakikubali matoleo bado: weka KARIBU_RELEASE_KEYS.",
  },
  "no-router-yet": {
    status: 409,
    en: "No router has used this site's line yet.",
    sw: "Hakuna ruta iliyotumia mstari wa kituo hiki bado.",
  },
  "no-secrets-here": {
    status: 409,
    en: "Only a router that a line has set up, with the agent on it, can change its secrets. Others get new ones by a new set-up.",
    sw: "Ni ruta iliyosanidiwa kwa mstari, yenye wakala ndani yake, tu inayoweza kubadilisha siri zake. Nyingine hupata mpya kwa kusanidiwa upya.",
  },
  "router-changed": {
    status: 409,
    en: "Another router uses this site's line now. Look which one it is, then choose again.",
    sw: "Ruta nyingine inatumia mstari wa kituo hiki sasa. Angalia ni ipi, kisha chagua tena.",
  },
  "secrets-changing": {
    status: 409,
    en: "The secrets between this site's router and its agent are being changed. Try again in some minutes.",
    sw: "Siri kati ya ruta ya kituo hiki na wakala wake zinabadilishwa. Jaribu tena baada ya dakika chache.",
  },
  "no-pppoe": {
    status: 409,
    en: "Switch on PPPoE for this site first: its further routers serve the same customers.",
    sw: "Washa PPPoE ya kituo hiki kwanza: ruta zake nyingine huhudumia wateja hao hao.",
  },
  "no-emergency-account": {
    status: 409,
    en: "No emergency account is chosen for this site's router.",
    sw: "Hakuna akaunti ya dharura iliyochaguliwa kwa ruta ya kituo hiki.",
  },
  "no-staff-log-in": {
    status: 409,
    en: "Staff do not log in to this site's router yet: switch that on beside the hotspot, and import the script.",
    sw: "Wafanyakazi bado hawaingii kwenye ruta ya kituo hiki: washa hilo kando ya hotspot, kisha ruta iingize hati.",
  },
  "router-not-read": {
    status: 409,
    en: "The router does not answer now, so nothing can be compared with what it has. Try again when its site is connected.",
    sw: "Ruta haijibu sasa, kwa hiyo hakuna cha kulinganisha na ilichonacho. Jaribu tena kituo chake kikiwa mtandaoni.",
  },
  "router-password-not-made": {
    status: 409,
    en: "No password was made: the site is offline, its agent is too old, or it does not answer RADIUS.",
    sw: "Hakuna nenosiri lililotengenezwa: kituo hakipo mtandaoni, wakala wake ni wa zamani, au hajibu RADIUS.",
  },
  "router-password-wants-factor": {
    status: 403,
    en: "A router's password wants your second factor. Set it up first, under your account.",
    sw: "Nenosiri la ruta linahitaji uthibitisho wako wa pili. Uweke kwanza, chini ya akaunti yako.",
  },
  "too-many-router-passwords": {
    status: 429,
    en: "Too many passwords of this router work at the moment. End one first.",
    sw: "Manenosiri mengi mno ya ruta hii yanafanya kazi sasa. Maliza moja kwanza.",
  },
  "no-snmp": {
    status: 409,
    en: "SNMP is not switched on for this site's router, so it has no password.",
    sw: "SNMP haijawashwa kwa ruta ya kituo hiki, kwa hiyo haina nenosiri.",
  },
  "no-script-yet": {
    status: 409,
    en: "This site's router was not set up by a line yet, so there is no script.",
    sw: "Ruta ya kituo hiki bado haijasanidiwa kwa mstari, kwa hiyo hakuna hati.",
  },
  "no-sender": {
    status: 409,
    en: "No sender of text messages is switched on: tell the code instead.",
    sw: "Hakuna mtumaji wa ujumbe aliyewashwa: mwambie mteja msimbo.",
  },
  "no-statements": {
    status: 422,
    en: "Statements come from M-Pesa; this channel is none of its.",
    sw: "Taarifa za akaunti hutoka M-Pesa; njia hii si yake.",
  },
  "no-such-calls": {
    status: 422,
    en: "This kind of channel has no such thing.",
    sw: "Aina hii ya njia haina kitu hicho.",
  },
  "not-built": {
    status: 503,
    en: "The portal is not built on this hub yet: run its build, then try again.",
    sw: "Ukurasa wa wateja bado haujatengenezwa kwenye kitovu hiki: utengenezwe, kisha jaribu tena.",
  },
  "not-a-picture": {
    status: 400,
    en: "This is no PNG, JPEG or WebP that can be read.",
    sw: "Hii si PNG, JPEG wala WebP inayosomeka.",
    fr: "Ce n'est pas une photo PNG, JPEG ou WebP lisible.",
  },
  "not-a-statement": {
    status: 422,
    en: "This is no statement of the M-Pesa portal that can be read: send the CSV, XLSX or XLS as the portal gives it out.",
    sw: "Hii si taarifa ya tovuti ya M-Pesa inayosomeka: tuma CSV, XLSX au XLS kama tovuti inavyoitoa.",
  },
  "not-allowed": { status: 403, en: "You may not do this.", sw: "Huruhusiwi kufanya hili." },
  "not-at-this-router": {
    status: 409,
    en: "The router no longer has this: choose again.",
    sw: "Ruta haina kitu hicho tena: chagua upya.",
  },
  "not-credit": {
    status: 409,
    en: "This is no customer's money at a channel. Refund its payment instead.",
    sw: "Hizi si pesa za mteja kwenye njia ya malipo. Rudisha malipo yake badala yake.",
  },
  "not-creditable": {
    status: 409,
    en: "Only an invoice is taken back by a credit note.",
    sw: "Ankara pekee ndiyo hurejeshwa kwa hati ya mkopo.",
  },
  "not-for-many-routers": {
    status: 422,
    en: "This change names a row of one router: it fits no other.",
    sw: "Badiliko hili linataja safu ya ruta moja: halifai nyingine.",
  },
  "not-found": {
    status: 404,
    en: "This no longer exists, or never did.",
    sw: "Hiki hakipo tena, au hakikuwahi kuwepo.",
    fr: "Cela n'existe plus, ou n'a jamais existé.",
  },
  "not-in-suspense": { status: 409, en: "This money has an owner already.", sw: "Pesa hizi tayari zina mwenyewe." },
  "not-json": {
    en: "Send the body as JSON (application/json).",
    sw: "Tuma maudhui kama JSON sahihi (application/json).",
  },
  "not-linked": {
    status: 409,
    en: "Too much money is unverified now: this one can be linked when the channel has confirmed it.",
    sw: "Pesa nyingi mno hazijathibitishwa sasa: hizi zitaunganishwa njia ya malipo ikizithibitisha.",
  },
  "not-paid": {
    status: 409,
    en: "This payment is not paid: it opened nothing.",
    sw: "Malipo haya hayajalipwa: hayakufungua chochote.",
  },
  "not-reconciled": {
    status: 409,
    en: "This day can't be closed yet: differences are open, or its statement is missing.",
    sw: "Siku hii haiwezi kufungwa bado: kuna tofauti, au taarifa yake haipo.",
  },
  "not-refundable": {
    status: 409,
    en: "Only a payment with a receipt in the books can be refunded.",
    sw: "Malipo yenye risiti vitabuni tu ndiyo yanaweza kurudishwa.",
  },
  "not-signed-in": { status: 401, en: "Log in again.", sw: "Ingia tena.", fr: "Connectez-vous de nouveau." },
  "name-differs": { status: 400, en: "This is not the customer's name.", sw: "Hili si jina la mteja." },
  "no-sale-here": {
    status: 409,
    en: "The batch of this code brings no money into these books: it is given away, or its money is in another system's books.",
    sw: "Kundi la msimbo huu haliingizi pesa katika vitabu hivi: ni la zawadi, au pesa zake ziko katika vitabu vya mfumo mwingine.",
  },
  "not-sold": {
    status: 409,
    en: "Nobody bought this code, as far as the books know, so there is nothing to refund: switch it off. If it was sold for cash, book that first.",
    sw: "Kwa vitabu, hakuna aliyenunua msimbo huu, kwa hiyo hakuna cha kurudisha: uzime. Ikiwa uliuzwa kwa taslimu, andika mauzo hayo kwanza.",
  },
  "not-turned-down": { status: 409, en: "Nobody turned this claim down.", sw: "Hakuna aliyekataa dai hili." },
  "not-with-reseller": {
    status: 409,
    en: "One of these codes is not with this reseller, or is sold.",
    sw: "Mmoja wa misimbo hii hauko kwa muuzaji huyu, au umeuzwa.",
  },
  "not-yours": {
    status: 403,
    en: "You can send the code of your own sales again, to the phone that bought.",
    sw: "Unaweza kutuma tena misimbo ya mauzo yako mwenyewe, kwa simu iliyonunua.",
  },
  "nothing-chosen": { status: 409, en: "Nobody has chosen yet.", sw: "Hakuna aliyechagua bado." },
  "nothing-left": { status: 409, en: "All of it was taken back already.", sw: "Yote tayari imerejeshwa." },
  "nothing-to-print": {
    status: 409,
    en: "None of these vouchers can still be sold.",
    sw: "Hakuna kati ya vocha hizi inayoweza kuuzwa bado.",
  },
  "of-a-payment": {
    status: 409,
    en: "This invoice is of a payment: refund the payment instead.",
    sw: "Ankara hii ni ya malipo: rudisha malipo badala yake.",
  },
  "on-its-way": {
    status: 409,
    en: "It was sent less than an hour ago: its result may still come.",
    sw: "Ilitumwa chini ya saa moja iliyopita: jibu lake linaweza kuja bado.",
  },
  "order-not-waiting": {
    status: 409,
    en: "This order is no longer waiting: it can't be cancelled.",
    sw: "Agizo hili halisubiri tena: haliwezi kufutwa.",
  },
  "other-currency": { en: "Another currency is used here.", sw: "Sarafu nyingine inatumika hapa." },
  "other-provider": { status: 403, en: "This belongs to another provider.", sw: "Hiki ni cha mtoa huduma mwingine." },
  "other-router": {
    status: 403,
    en: "Another router has used this line. Make a new one in the console.",
    sw: "Ruta nyingine imetumia mstari huu. Tengeneza mpya kwenye konsoli.",
  },
  overshared: {
    status: 409,
    en: "Venues of one site would get more than was sold.",
    sw: "Washirika wa eneo moja wangepata zaidi ya mauzo.",
  },
  "own-port": {
    status: 409,
    en: "You work through one of these ports. Say yes to moving it, or choose another one.",
    sw: "Unafanya kazi kupitia moja ya matundu haya. Kubali kulihamisha, au chagua jingine.",
  },
  paid: {
    status: 409,
    en: "This invoice is paid: make a credit note instead.",
    sw: "Ankara hii imelipwa: toa hati ya mkopo badala yake.",
  },
  "person-money-under-way": {
    status: 409,
    en: "A payment, a refund or a claim of this customer is under way: wait for its end.",
    sw: "Malipo, marejesho au dai la mteja huyu linaendelea: subiri liishe.",
  },
  "lead-has-equipment": {
    status: 409,
    en: "Equipment is noted at this house: cancel the installation first.",
    sw: "Kuna vifaa vilivyoandikwa kwenye nyumba hii: ghairi ufungaji kwanza.",
  },
  "lead-is-customer": {
    status: 409,
    en: "This is a customer: take their data along, or erase it, there.",
    sw: "Huyu ni mteja: chukua data yake, au ifute, kwenye ukurasa wake.",
  },
  "person-has-deposit": {
    status: 409,
    en: "A deposit of this customer is still held, and nobody could get it back afterwards: return it first.",
    sw: "Amana ya mteja huyu bado imeshikiliwa, na baadaye hakuna atakayeweza kurudishiwa: irudishe kwanza.",
  },
  "person-has-equipment": {
    status: 409,
    en: "This customer still has equipment that is lent, and nobody could be asked for it afterwards: take it back, or note it as lost.",
    sw: "Mteja huyu bado ana vifaa vilivyoazimwa, na baadaye hakuna atakayeweza kuviomba: vichukue, au viandike kuwa vimepotea.",
  },
  "person-owes": {
    status: 409,
    en: "An invoice of this customer is open, and nobody could be asked for it afterwards: take its money, or void it.",
    sw: "Ankara ya mteja huyu iko wazi, na baadaye hakuna atakayeweza kudaiwa: pokea pesa zake, au ibatilishe.",
  },
  "person-subscribed": {
    status: 409,
    en: "This customer has a subscription that runs: cancel it first.",
    sw: "Mteja huyu ana usajili unaoendelea: usitishe kwanza.",
  },
  "password-required": {
    status: 403,
    en: "Enter your own password once more: this gives somebody access.",
    sw: "Ingiza nenosiri lako mwenyewe tena: hili humpa mtu ruhusa ya kuingia.",
  },
  "password-needed": {
    status: 422,
    en: "To be sure that it is you: enter the password that you chose when you signed up.",
    sw: "Ili kuhakikisha ni wewe: weka nenosiri ulilochagua ulipojisajili.",
  },
  "phone-hidden": {
    status: 409,
    en: "The payer's number is hidden: type a phone.",
    sw: "Namba ya mlipaji imefichwa: andika simu.",
  },
  "phone-needed": {
    status: 400,
    en: "Only a sale for cash goes without a number.",
    sw: "Mauzo ya taslimu pekee ndiyo hufanyika bila namba.",
  },
  "phone-taken": { status: 409, en: "Another customer has this number.", sw: "Mteja mwingine ana namba hii." },
  "picture-too-large": {
    status: 400,
    en: "At most 5 MB and 16 megapixels.",
    sw: "Si zaidi ya MB 5 na megapikseli 16.",
    fr: "Au plus 5 Mo et 16 mégapixels.",
  },
  "pictures-full": {
    status: 409,
    en: "There are 20 pictures already: delete one first.",
    sw: "Tayari kuna picha 20: futa moja kwanza.",
  },
  "place-not-possible": { status: 409, en: "The agent can't run there.", sw: "Wakala hawezi kuendeshwa hapo." },
  "bad-code": {
    status: 400,
    en: "There is no such code, or it does not hold for this sale.",
    sw: "Hakuna msimbo huo, au hautumiki kwa mauzo haya.",
  },
  "code-used-up": {
    status: 409,
    en: "This code was used as often as it may be.",
    sw: "Msimbo huu umetumika mara zote zilizoruhusiwa.",
  },
  "code-taken": { status: 409, en: "Another promotion has this code.", sw: "Ofa nyingine ina msimbo huu." },
  "trial-not-sold": {
    status: 409,
    en: "A plan that is given to try is not sold: take it off sale, or make it no trial.",
    sw: "Kifurushi cha kujaribu bure hakiuzwi: kiondoe kwenye mauzo, au kisiwe cha kujaribu.",
  },
  "trial-without-end": {
    status: 400,
    en: "A trial needs a time: seven days at most.",
    sw: "Jaribio linahitaji muda: siku saba zisizozidi.",
  },
  "bundle-not-printed": {
    status: 409,
    en: "A bundle is sold, and its codes come with the sale: vouchers are made of a plan with one code.",
    sw: "Kifurushi cha misimbo mingi huuzwa, na misimbo huja na mauzo: vocha hutengenezwa kwa kifurushi chenye msimbo mmoja.",
  },
  "price-changed": {
    status: 409,
    en: "It costs more by now: look at the price again.",
    sw: "Bei imepanda sasa: iangalie tena.",
  },
  "price-not-payable": {
    status: 409,
    en: "None of the platform's payment channels can ask for this sum: choose another price.",
    sw: "Hakuna njia ya malipo ya jukwaa inayoweza kuomba kiasi hiki: chagua bei nyingine.",
  },
  "prompt-already-open": {
    status: 409,
    en: "A prompt is open on this phone already.",
    sw: "Ombi liko wazi tayari kwenye simu hii.",
    fr: "Une demande est déjà ouverte sur ce téléphone.",
  },
  "provider-in-arrears": {
    status: 403,
    en: "The business owes the platform: you can read, pay and give money back, but not change anything else. See Settings, Karibu plan.",
    sw: "Biashara ina deni kwa mfumo: unaweza kusoma, kulipa na kurejesha pesa, lakini si kubadilisha kingine. Tazama Mipangilio, Kifurushi cha Karibu.",
  },
  "provider-suspended": {
    status: 403,
    en: "The business is suspended: you can read, but not change anything.",
    sw: "Biashara imesimamishwa: unaweza kusoma, lakini si kubadilisha.",
    fr: "Rien ne peut être fait ici maintenant\u00a0: appelez votre fournisseur.",
  },
  "public-url": {
    status: 422,
    en: "The hub's public address does not do for this channel: tell whoever runs the hub.",
    sw: "Anwani ya umma ya kitovu haifai kwa njia hii: mwambie anayeendesha kitovu.",
  },
  "quota-reached": {
    en: "Quota reached: {kind}, {used} of {limit}. {what}",
    sw: "Kiwango kimefikiwa: {kind}, {used} kati ya {limit}. {what}",
  },
  "receipt-other-amount": {
    status: 409,
    en: "This receipt is in the books with another amount.",
    sw: "Risiti hii iko kwenye vitabu kwa kiasi kingine.",
  },
  "receipt-other-channel": {
    status: 409,
    en: "This receipt is in the books at another channel.",
    sw: "Risiti hii iko kwenye vitabu kwa njia nyingine.",
  },
  "reference-taken": { status: 409, en: "This payment was recorded already.", sw: "Malipo haya yaliandikwa tayari." },
  "refresh-refused": { status: 401, en: "You were logged out. Log in again.", sw: "Umetolewa. Ingia tena." },
  refunded: {
    status: 409,
    en: "This was refunded, or a refund is on its way.",
    sw: "Hii ilirudishwa, au rejesho liko njiani.",
  },
  "reseller-off": { status: 409, en: "This reseller is switched off.", sw: "Muuzaji huyu amezimwa." },
  resolved: { status: 409, en: "This difference is resolved already.", sw: "Tofauti hii imetatuliwa tayari." },
  "sold-already": {
    status: 409,
    en: "The books have the sale of this code.",
    sw: "Mauzo ya msimbo huu yamo vitabuni.",
  },
  "role-in-use": {
    status: 409,
    en: "Somebody has this role: give them another one first.",
    sw: "Kuna mtu mwenye wajibu huu: mpe mwingine kwanza.",
  },
  "back-up-under-way": {
    status: 409,
    en: "This back-up is being made. Wait until it has ended.",
    sw: "Nakala hii inatengenezwa. Subiri ikamilike.",
  },
  "back-up-without-binary": {
    status: 409,
    en: "This back-up has no file that the router could load. Only its text was kept.",
    sw: "Nakala hii haina faili ambalo ruta inaweza kupakia. Maandishi yake tu yalihifadhiwa.",
  },
  "restore-name-differs": { status: 422, en: "This is not the site's name.", sw: "Hili si jina la kituo." },
  "restore-ticket-unknown": {
    status: 401,
    en: "This ticket was used, is too old, or never was one.",
    sw: "Tiketi hii imetumika, ni ya zamani mno, au haikuwahi kuwepo.",
  },
  "restore-under-way": {
    status: 409,
    en: "A restore of this router is under way. Wait until it has ended.",
    sw: "Ruta hii inarejeshewa nakala sasa. Subiri ikamilike.",
  },
  "address-twice": { status: 422, en: "Two of them have the same address.", sw: "Viwili vina anwani moja." },
  "router-busy": {
    status: 409,
    en: "A restore, an upgrade or a restart of this router is under way. Wait until it has ended: a router does one of them at a time.",
    sw: "Ruta hii inarejeshewa nakala, inaboreshwa au inawashwa upya sasa. Subiri ikamilike: ruta hufanya jambo moja kwa wakati.",
  },
  "upgrade-elsewhere": {
    status: 409,
    en: "One of these routers is in another upgrade that is not over. Stop that one first.",
    sw: "Mojawapo ya ruta hizi iko kwenye uboreshaji mwingine ambao haujaisha. Usimamishe huo kwanza.",
  },
  "upgrade-backwards": {
    status: 422,
    en: "One of these routers runs a newer RouterOS: an upgrade does not go back.",
    sw: "Mojawapo ya ruta hizi ina RouterOS mpya zaidi: uboreshaji haurudi nyuma.",
  },
  "upgrade-unknown": {
    status: 422,
    en: "There are no scripts here for this RouterOS yet: a router that ran it could be neither repaired nor compared.",
    sw: "Bado hakuna hati za toleo hili la RouterOS hapa: ruta yenye toleo hili haingeweza kurekebishwa wala kulinganishwa.",
  },
  "upgrade-over": {
    status: 409,
    en: "This upgrade has ended, or is already running.",
    sw: "Uboreshaji huu umekwisha, au unaendelea tayari.",
  },
  "router-queue-full": {
    status: 409,
    en: "Too much waits for this router. Wait until some of it is done.",
    sw: "Mengi mno yanasubiri ruta hii. Subiri baadhi yakamilike.",
  },
  "same-customer": { status: 409, en: "It is this customer's already.", sw: "Ni za mteja huyu tayari." },
  "second-factor-first": {
    status: 409,
    en: "Set up your own two steps first.",
    sw: "Weka kwanza hatua zako mbili mwenyewe.",
  },
  "second-factor-not-begun": {
    status: 409,
    en: "Begin again: create a new secret first.",
    sw: "Anza tena: tengeneza siri mpya kwanza.",
  },
  "second-factor-of-role": {
    status: 409,
    en: "Your role must have two steps: they stay on.",
    sw: "Wajibu wako lazima uwe na hatua mbili: zinabaki zimewashwa.",
  },
  "second-factor-on": {
    status: 409,
    en: "The second step is on already: switch it off first.",
    sw: "Hatua ya pili imewashwa tayari: izime kwanza.",
  },
  "second-factor-required": {
    en: "This needs a fresh code of your authenticator app. Try again and enter it.",
    sw: "Hili linahitaji msimbo mpya wa programu yako ya uthibitisho. Jaribu tena na uuingize.",
  },
  "second-factor-set-up-required": {
    status: 403,
    en: "Your role must have two steps: set them up first.",
    sw: "Wajibu wako lazima uwe na hatua mbili: ziweke kwanza.",
  },
  "second-person": {
    status: 403,
    en: "The person who approves must not be the one who requested it.",
    sw: "Mtu mwingine asiye aliyeomba lazima aidhinishe.",
  },
  "sent-too-often": {
    status: 429,
    en: "This code, or codes in all, were sent too often by now. Tell the code instead, or wait.",
    sw: "Msimbo huu, au misimbo kwa jumla, imetumwa mara nyingi mno sasa. Mwambie mteja msimbo, au subiri.",
  },
  "set-up-key-unknown": {
    status: 401,
    en: "This line was used, is too old, or never was one. Make a new one in the console.",
    sw: "Mstari huu ulitumika, ni wa zamani mno, au haukuwahi kuwapo. Tengeneza mpya kwenye konsoli.",
  },
  "set-up-values": {
    status: 422,
    en: "The router can't be set up like this: choose something else.",
    sw: "Ruta haiwezi kusanidiwa hivi: chagua nyingine.",
  },
  "shortcode-taken": {
    status: 409,
    en: "Another channel of yours has this number already: change its keys there, or switch it on.",
    sw: "Njia yako nyingine ina namba hii tayari: badilisha funguo zake huko, au iwashe.",
  },
  "sign-up-by-invitation": {
    status: 403,
    en: "Only who was invited can sign up here. Ask the people of this platform for an invitation.",
    sw: "Ni walioalikwa tu wanaoweza kujisajili hapa. Waombe watu wa mfumo huu mwaliko.",
  },
  "sign-up-closed": {
    status: 403,
    en: "Nobody can sign up here. Ask the people of this platform to open your business.",
    sw: "Hakuna anayeweza kujisajili hapa. Waombe watu wa mfumo huu wakufungulie biashara yako.",
  },
  "customers-paying": {
    status: 409,
    en: "Customers are asked to pay on their phones here right now. Delete the site in a minute.",
    sw: "Wateja wanaombwa kulipa kwenye simu zao hapa sasa hivi. Futa kituo baada ya dakika moja.",
  },
  "site-away": { en: "The site is offline now.", sw: "Kituo kiko nje ya mtandao sasa." },
  "site-needed": {
    status: 400,
    en: "Choose the site where these vouchers are sold. Without a site, add one first.",
    sw: "Chagua kituo ambapo vocha hizi zinauzwa. Kama hakuna kituo, ongeza kimoja kwanza.",
  },
  "site-refused": { status: 422, en: "The site refused this.", sw: "Kituo kimekataa hili." },
  "pins-need-newer-agent": {
    status: 409,
    en: "The agent of one of your sites is too old to ask for PINs: it would accept the code without it. Update it first (Releases), or make codes without a PIN.",
    sw: "Wakala wa kituo chako kimoja ni wa zamani mno kuuliza PIN: angekubali msimbo pekee. Msasishe kwanza (Matoleo), au tengeneza misimbo bila PIN.",
  },
  "site-too-old": {
    status: 422,
    en: "The site's agent is too old for this: update it, or give a code.",
    sw: "Wakala wa kituo ni wa zamani mno kwa hili: msasishe, au toa msimbo.",
  },
  spent: { status: 409, en: "The customer has spent some of it.", sw: "Mteja ametumia sehemu yake." },
  "subdomain-taken": { status: 409, en: "This name is taken already.", sw: "Jina hili limechukuliwa." },
  taken: { status: 409, en: "This is taken already.", sw: "Hili limechukuliwa." },
  "script-not-understood": {
    status: 422,
    en: "This file is no export of a router. Make one there with: /export file=settings",
    sw: "Faili hili si mipangilio iliyotolewa na ruta. Itengeneze huko kwa: /export file=settings",
  },
  "template-not-understood": {
    status: 422,
    en: "This file is no configuration that was exported here.",
    sw: "Faili hili si mipangilio iliyotolewa hapa.",
  },
  "token-revoked": {
    status: 409,
    en: "This token was revoked: make a new one.",
    sw: "Tokeni hii ilifutwa: tengeneza mpya.",
  },
  "too-few-codes": {
    status: 409,
    en: "This batch has fewer codes that can be sold and are with nobody.",
    sw: "Kundi hili lina misimbo michache zaidi inayoweza kuuzwa na isiyo na mtu.",
  },
  "too-large": { status: 413, en: "This is too large.", sw: "Hii ni kubwa mno.", fr: "C'est trop grand." },
  "too-many-devices": {
    status: 409,
    en: "All its devices are taken: move it instead.",
    sw: "Vifaa vyake vyote vimejaa: hamisha badala yake.",
  },
  "too-many-roles": { status: 422, en: "There are too many roles already.", sw: "Kuna wajibu mwingi mno tayari." },
  "too-many-rows": {
    status: 422,
    en: "A workbook holds 10,000 rows: choose a shorter time, or CSV.",
    sw: "Kitabu kina mistari 10,000: chagua muda mfupi zaidi, au CSV.",
  },
  "too-many-tries": {
    status: 429,
    en: "Too many tries. Wait a while, then try again.",
    sw: "Umejaribu mara nyingi mno. Subiri kidogo, kisha ujaribu tena.",
    fr: "Trop d'essais. Attendez un peu, puis réessayez.",
  },
  "too-much": { status: 409, en: "This is more than is left of it.", sw: "Hiki ni zaidi ya kilichobaki." },
  "serial-needed": {
    status: 409,
    en: "Another router came with this line. Type the serial number on the label of yours.",
    sw: "Ruta nyingine imekuja na mstari huu. Andika namba ya pekee iliyo kwenye lebo ya yako.",
  },
  "site-without-tunnel": {
    status: 409,
    en: "This site has no router in the tunnel yet.",
    sw: "Kituo hiki bado hakina ruta kwenye njia ya WireGuard.",
  },
  "too-many-tunnels": {
    status: 409,
    en: "Five tunnels of yours are open: end one first.",
    sw: "Njia zako tano ziko wazi: funga moja kwanza.",
  },
  "router-test-runs": {
    status: 409,
    en: "A test of this router is under way: wait for its end.",
    sw: "Jaribio la ruta hii linaendelea: subiri liishe.",
  },
  "too-many-router-tests": {
    status: 429,
    en: "Too many tests of routers: wait a moment.",
    sw: "Majaribio ya ruta ni mengi mno: subiri kidogo.",
  },
  "router-tried-just-now": {
    status: 429,
    en: "This router was tried within the last minute.",
    sw: "Ruta hii ilijaribiwa ndani ya dakika iliyopita.",
  },
  "router-not-tried": {
    status: 409,
    en: "The router could not be tested: its site is offline, or its agent is too old or has no way to the router.",
    sw: "Ruta haikuweza kujaribiwa: kituo chake hakipo, au wakala wake ni wa zamani au hana njia ya kuifikia ruta.",
  },
  "template-name-taken": { status: 409, en: "There is a template of this name.", sw: "Kuna kiolezo chenye jina hili." },
  "too-many-templates": {
    status: 409,
    en: "There may be fifty templates: remove one first.",
    sw: "Violezo ni hamsini kwa juu: ondoa kimoja kwanza.",
  },
  "file-too-heavy": {
    status: 400,
    en: "Reading this file takes too much time or memory. Send a smaller one: a shorter time, fewer rows, CSV instead of a workbook.",
    sw: "Kusoma faili hili kunachukua muda au kumbukumbu nyingi mno. Tuma dogo zaidi: la muda mfupi, lenye mistari michache, au CSV badala ya XLSX.",
    fr: "Lire ce fichier prend trop de temps ou de mémoire. Envoyez-en un plus petit.",
  },
  "files-in-line": {
    status: 429,
    en: "Many files wait to be read. Try again in 10 seconds.",
    sw: "Mafaili mengi yanasubiri kusomwa. Jaribu tena baada ya sekunde 10.",
    fr: "Beaucoup de fichiers attendent d'être lus. Réessayez dans 10 secondes.",
  },
  "many-files-made": {
    status: 429,
    en: "Many files wait to be made. Try again in 10 seconds, or choose CSV.",
    sw: "Mafaili mengi yanasubiri kutengenezwa. Jaribu tena baada ya sekunde 10, au chagua CSV.",
  },
  "file-reader-away": {
    status: 503,
    en: "No file can be read now. Try again in a minute.",
    sw: "Hakuna faili linaloweza kusomwa sasa. Jaribu tena baada ya dakika moja.",
    fr: "Aucun fichier ne peut être lu maintenant. Réessayez dans une minute.",
  },
  "not-csv": {
    status: 400,
    en: "This is no CSV: a line of names of columns, then a line for each site.",
    sw: "Hii si CSV: mstari wa majina ya safu, kisha mstari kwa kila kituo.",
  },
  "takeover-agent-old": {
    status: 409,
    en: "The agent of this site is too old for a takeover: update it to the version of this hub.",
    sw: "Programu ya kituo hiki ni ya zamani mno kwa uhamisho: isasishe hadi toleo la kitovu hiki.",
  },
  "takeover-open": {
    status: 409,
    en: "A takeover of this site is under way: finish it, or withdraw it.",
    sw: "Uhamisho wa kituo hiki unaendelea: umalize, au uuondoe.",
  },
  "takeover-state": {
    status: 409,
    en: "This takeover is not at the step where that can be done.",
    sw: "Uhamisho huu hauko katika hatua ambapo hilo linaweza kufanyika.",
  },
  "switched-by-set-up": {
    status: 409,
    en: "The former users are kept by a RADIUS server, so there is no trial run and no switch: once the router asks Karibu, by the line of the site's set-up, the listed codes work at once.",
    sw: "Watumiaji wa awali wako kwenye seva ya RADIUS, kwa hiyo hakuna jaribio wala mabadiliko: ruta ikishauliza Karibu, kwa mstari wa kuandaa kituo, misimbo iliyoorodheshwa hufanya kazi mara moja.",
  },
  "total-changed": {
    status: 409,
    en: "What would be taken over is no longer what the total said. Look at the total again.",
    sw: "Kitakachohamishwa si kile ambacho jumla ilisema. Angalia jumla tena.",
  },
  "plan-without-price": {
    status: 409,
    en: "A plan that would be made has no price: say what it costs.",
    sw: "Mpango utakaotengenezwa hauna bei: sema unagharimu kiasi gani.",
  },
  "codes-used": {
    status: 409,
    en: "Some of its codes were used here already: switch its batches off instead.",
    sw: "Baadhi ya misimbo yake imeshatumika hapa: zima makundi yake badala yake.",
  },
  "codes-overlap": {
    status: 409,
    en: "Another list of codes at that site holds some of the same codes.",
    sw: "Orodha nyingine ya misimbo katika kituo hicho ina baadhi ya misimbo hiyo hiyo.",
  },
  "nothing-to-take": {
    status: 422,
    en: "No code of it can be taken over.",
    sw: "Hakuna msimbo wake unaoweza kuhamishwa.",
  },
  "too-many-codes": {
    status: 422,
    en: "So many codes can't be taken over at once.",
    sw: "Misimbo mingi kiasi hiki haiwezi kuhamishwa kwa mara moja.",
  },
  "batches-changed": {
    status: 409,
    en: "Somebody made vouchers meanwhile. Look at the total again.",
    sw: "Mtu ametengeneza vocha wakati huo. Angalia jumla tena.",
  },
  "reason-needed": {
    status: 400,
    en: "Say why you switch although the trial run is not clean.",
    sw: "Sema kwa nini unabadilisha ingawa jaribio si safi.",
  },
  "switch-refused": {
    status: 409,
    en: "The router or its agent did not do it.",
    sw: "Ruta au programu yake haikufanya hivyo.",
  },
  "back-is-over": {
    status: 409,
    en: "The day until which it could be switched back is over.",
    sw: "Siku ya mwisho ya kurudisha imepita.",
  },
  "not-a-takeover-file": {
    status: 400,
    en: "This is no export of a router, no rows of its menus, and no dump of PHPNuxBill.",
    sw: "Hili si faili la ruta, si safu za menyu zake, wala si nakala ya PHPNuxBill.",
  },
  "not-a-customer-file": {
    status: 400,
    en: "No column of this file names customers, and it is no export of a router and no dump of PHPNuxBill.",
    sw: "Hakuna safu ya faili hili inayotaja wateja, na si faili la ruta wala la PHPNuxBill.",
  },
  "customers-used": {
    status: 409,
    en: "Something was built on it since: change those customers one by one.",
    sw: "Kuna kilichofanywa juu yake tangu hapo: badilisha wateja hao mmoja mmoja.",
  },
  "tunnel-full": { status: 409, en: "The tunnel has no address left.", sw: "Handaki halina anwani iliyobaki." },
  "under-way": {
    status: 409,
    en: "The first try is still being worked on. Wait a moment, then try again.",
    sw: "Jaribio la kwanza bado linafanyiwa kazi. Subiri kidogo, kisha ujaribu tena.",
  },
  unproven: {
    status: 409,
    en: "Nothing but a callback reported this money: ask the channel first.",
    sw: "Ni taarifa ya njia tu iliyotaja pesa hizi: iulize njia kwanza.",
  },
  "not-for-support": {
    status: 403,
    en: "Where this is sent is for the business's own people to say: it would continue after the support access has ended.",
    sw: "Watu wa biashara yenyewe ndio wanaosema hii inatumwa wapi: ingeendelea baada ya msaada kuisha.",
  },
  "support-factor-old": {
    status: 403,
    en: "Your two-step code is too old for this. Leave the support access and start it again with a new code.",
    sw: "Msimbo wako wa hatua ya pili ni wa zamani mno kwa hili. Toka kwenye msaada na uanze upya kwa msimbo.",
  },
  "support-factor-missing": {
    status: 403,
    en: "This needs two-step log-in, which you have not set up. Leave the support access, set it up under My account, and start the support access again with a code.",
    sw: "Hili linahitaji hatua ya pili, nawe huna. Toka kwenye msaada, iweke kwenye Akaunti yangu, kisha anza upya kwa msimbo.",
  },
  "ports-of-hotspot": {
    status: 409,
    en: "A hotspot that is kept keeps its ports. Take the ticks away from the ports, or choose a new hotspot instead.",
    sw: "Hotspot inayobaki inabaki na matundu yake. Ondoa alama kwenye matundu, au chagua hotspot mpya badala yake.",
  },
  "uplink-port": {
    status: 409,
    en: "This port leads to the internet: it must stay as it is.",
    sw: "Tundu hili linaelekea intaneti: lazima libaki lilivyo.",
  },
  used: {
    status: 409,
    en: "It was used: by the money rules nothing of it is refunded.",
    sw: "Ilitumika: kwa kanuni za pesa hakuna kinachorudishwa.",
  },
  "version-taken": {
    status: 409,
    en: "Another release has this version already.",
    sw: "Toleo jingine lina namba hii tayari.",
  },
  void: { status: 409, en: "This invoice is void.", sw: "Ankara hii imebatilishwa." },
  voided: { status: 409, en: "This expense is void already.", sw: "Matumizi haya yamebatilishwa tayari." },
  "voucher-over": { status: 409, en: "This voucher can no longer be used.", sw: "Vocha hii haiwezi kutumika tena." },
  "whole-receipt": { status: 409, en: "A receipt is moved as a whole.", sw: "Risiti huhamishwa yote kwa pamoja." },
  "with-reseller": {
    status: 409,
    en: "This voucher is with a reseller: take it back first.",
    sw: "Vocha hii iko kwa muuzaji: ipokee kwanza.",
  },
  "wrong-code": { en: "This code is not right, or was used already.", sw: "Msimbo huu si sahihi, au ulishatumika." },
  "wrong-login": { status: 401, en: "E-mail or password is wrong.", sw: "Barua pepe au nenosiri si sahihi." },
  "wrong-method": {
    status: 405,
    en: "This can't be done here in this way.",
    sw: "Hili haliwezi kufanywa hapa kwa njia hii.",
  },
  "wrong-password": { status: 403, en: "This is not your password.", sw: "Hili si nenosiri lako." },
  "wrong-state": {
    status: 409,
    en: "The provider is in another state by now. Reload.",
    sw: "Mtoa huduma yuko katika hali nyingine sasa. Pakia tena.",
  },
  "notices-full": {
    status: 409,
    en: "There are 20 already: delete one first.",
    sw: "Tayari yako 20: futa moja kwanza.",
  },
  "address-not-confirmed": {
    status: 401,
    en: "This address is not confirmed yet. Open the link in the e-mail that we sent.",
    sw: "Anwani hii bado haijathibitishwa. Fungua kiungo kwenye barua pepe tuliyotuma.",
  },
  "another-payer": {
    status: 409,
    en: "This money came from another phone.",
    sw: "Pesa hizi zimetoka kwa simu nyingine.",
  },
  "backup-not-proved": {
    status: 409,
    en: "This back-up is not proved: only a proved one can be restored from here.",
    sw: "Nakala hii haijathibitishwa: iliyothibitishwa pekee ndiyo inaweza kurejeshwa kutoka hapa.",
  },
  "backup-not-stored": {
    status: 409,
    en: "Only a back-up that is stored and not proved yet can be proved.",
    sw: "Nakala iliyohifadhiwa na ambayo haijathibitishwa pekee ndiyo inaweza kuthibitishwa.",
  },
  "backup-store-away": { status: 503, en: "The back-up store does not answer.", sw: "Ghala la nakala halijibu." },
  "backup-under-way": {
    status: 409,
    en: "A back-up is under way already.",
    sw: "Nakala nyingine inachukuliwa tayari.",
  },
  "bad-request": {
    en: "The request can't be read.",
    sw: "Ombi hili halisomeki.",
    fr: "Cette demande n'est pas lisible.",
  },
  damaged: {
    status: 400,
    en: "This bundle is damaged: upload it again, or rebuild it.",
    sw: "Furushi hili limeharibika: lipakie tena, au litengeneze upya.",
  },
  "enrolment-refused": {
    status: 403,
    en: "The token was used, is too old, or never was one. Make a new one.",
    sw: "Tokeni hii imetumika, ni ya zamani, au haikuwahi kuwepo. Tengeneza mpya.",
  },
  "enrolment-waits": {
    status: 409,
    en: "This device has a new key (a new stick): readmit it on the site's page in the console.",
    sw: "Kifaa hiki kina ufunguo mpya (flashi mpya): kikubali tena kwenye ukurasa wa kituo katika konsoli.",
  },
  "hub-name-differs": { status: 422, en: "This is not the hub's name.", sw: "Hili si jina la kitovu." },
  "hub-restore-under-way": {
    status: 409,
    en: "A restore is ordered already: the hub is restarting.",
    sw: "Urejeshaji umeagizwa tayari: kitovu kinaanza upya.",
  },
  "restored-too-often": {
    status: 429,
    en: "Three restores a day can be ordered here. The command `karibu restore` still works.",
    sw: "Urejeshaji mara tatu kwa siku unaweza kuagizwa hapa. Amri ya `karibu restore` bado inafanya kazi.",
  },
  "given-back": { status: 409, en: "This money was given back.", sw: "Pesa hizi zilirudishwa." },
  "keys-problem": {
    status: 422,
    en: "This channel does not sell: its keys have to be accepted first.",
    sw: "Njia hii haiuzi: funguo zake zikubaliwe kwanza.",
  },
  "manifest-not-understood": {
    status: 400,
    en: "This bundle is of a kind that this hub does not know: update the hub first.",
    sw: "Furushi hili ni la aina ambayo kitovu hiki hakiijui: sasisha kitovu kwanza.",
  },
  "no-backup-store": {
    status: 409,
    en: "This hub has no back-up store: set KARIBU_BACKUP_FOLDER or KARIBU_BACKUP_BUCKET.",
    sw: "Kitovu hiki hakina ghala la nakala: weka KARIBU_BACKUP_FOLDER au KARIBU_BACKUP_BUCKET.",
  },
  "not-a-bundle": { status: 400, en: "This file is no bundle of Karibu.", sw: "Faili hii si furushi la Karibu." },
  "not-for-customers": {
    status: 422,
    en: "This channel is taken by your staff: no customer can pay through it.",
    sw: "Njia hii ni ya wafanyakazi wako: hakuna mteja anayeweza kulipa kupitia hiyo.",
  },
  "other-origin": {
    status: 403,
    en: "Only this hub's own pages may do this; programs use /api/v1/login.",
    sw: "Ni kurasa za kitovu hiki tu zinazoweza kufanya hivi; programu hutumia /api/v1/login.",
    fr: "Seules les pages de ce service peuvent faire cela.",
  },
  "router-key-unknown": {
    status: 401,
    en: "This router's key is not known. Import the script that the console has now.",
    sw: "Ufunguo wa ruta hii haujulikani. Ingiza hati iliyoko kwenye konsoli sasa.",
  },
  "too-many": {
    status: 429,
    en: "Too many claims for this phone, or by you, in an hour.",
    sw: "Madai mengi mno ya simu hii, au yako, ndani ya saa moja.",
  },
  "unknown-plan": {
    status: 404,
    en: "There is no such plan on sale.",
    sw: "Hakuna kifurushi kama hicho kinachouzwa.",
    fr: "Ce forfait n'est pas en vente.",
  },
  "unknown-receipt": {
    status: 404,
    en: "The channel does not know this receipt; ask again in a few minutes if it is new.",
    sw: "Njia ya malipo haiijui risiti hii; uliza tena baada ya dakika chache kama ni mpya.",
  },
  "wrong-signature": {
    status: 400,
    en: "This bundle was not signed with a release key that this hub knows.",
    sw: "Furushi hili halikusainiwa kwa ufunguo wa matoleo ambao kitovu hiki kinaujua.",
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;

/** Why, more closely than the code says it: mostly what is wrong with a field. It is said instead of the sentence of the code. */
export const fieldRules = {
  "arrears-not-kept": {
    en: "The business was shut because it owed the platform: you can read, pay and give money back, but not change anything else. Ask the people who run this hub to open it.",
    sw: "Biashara ilifungwa kwa sababu ya deni kwa mfumo: unaweza kusoma, kulipa na kurejesha pesa, lakini si kubadilisha kingine. Waombe wanaoendesha kitovu hiki waifungue.",
  },
  "radius-host": {
    en: "A name like radius.example.com, or an address on the internet.",
    sw: "Jina kama radius.example.com, au anwani ya intaneti.",
  },
  "radius-one-way": { en: "Either a server on the internet or a site.", sw: "Ama seva ya intaneti au kituo." },
  "mail-host": { en: "A name like mail.example.com.", sw: "Jina kama mail.example.com." },
  "unknown-variable": { en: "This text does not know {value}.", sw: "Ujumbe huu haujui {value}." },
  "address-or-network": {
    en: "An IPv4 address or network, please, like 10.0.0.0/24.",
    sw: "Andika anwani au mtandao wa IPv4, kama 10.0.0.0/24.",
  },
  "authority-said": { en: "The tax authority says: {value}", sw: "Mamlaka ya kodi inasema: {value}" },
  "account-differs": {
    en: "This day can't be closed yet: held by the statement / in the books: {value}.",
    sw: "Siku hii haiwezi kufungwa bado: kwa taarifa / vitabuni: {value}.",
  },
  "balance-differs": {
    en: "This day can't be closed: the statement's own balance does not follow from its rows. Import the whole statement.",
    sw: "Siku hii haiwezi kufungwa: salio la taarifa yenyewe halifuati kwenye mistari yake. Ingiza taarifa nzima.",
  },
  "balance-unreadable": {
    en: "This day can't be closed: the statement's Balance column can't be read.",
    sw: "Siku hii haiwezi kufungwa: safu ya salio ya taarifa haisomeki.",
  },
  "before-issue": {
    en: "It can't be due before the day it is issued.",
    sw: "Haiwezi kulipwa kabla ya siku ya kutolewa.",
  },
  "begins-with": { en: "It begins with {value}.", sw: "Huanza na {value}." },
  "below-least": { en: "The longest is shorter than the shortest.", sw: "Muda wa juu ni mfupi kuliko wa chini." },
  brackets: {
    en: "Each { and [ must be closed, and none may be inside another.",
    sw: "Kila { na [ lazima ifungwe, na moja isiwe ndani ya nyingine.",
  },
  "capitals-or-digits": {
    en: "At most 12 capital letters (A to Z) and digits.",
    sw: "Herufi kubwa (A hadi Z) na tarakimu, zisizozidi 12.",
  },
  colour: { en: "A colour is # and six digits 0-9 a-f.", sw: "Rangi ni # na tarakimu sita 0-9 a-f." },
  digits: { en: "Digits only.", sw: "Tarakimu pekee." },
  branch: { en: "At most 10 letters and digits.", sw: "Herufi na tarakimu 10 kwa zaidi." },
  "report-day": { en: "A day of the years 2000 to 2999.", sw: "Siku ya miaka 2000 hadi 2999." },
  "colour-contrast": {
    en: "Too pale to be read on white paper: choose a darker one.",
    sw: "Hafifu mno kusomeka kwenye karatasi nyeupe: chagua iliyokolea zaidi.",
  },
  "contrast-by-day": {
    en: "Words in or on this colour can't be read well by day. {value} would do.",
    sw: "Maneno yenye rangi hii, au juu yake, hayasomeki vizuri mchana. {value} ingefaa.",
  },
  "contrast-by-night": {
    en: "Words in or on this colour can't be read well by night. {value} would do.",
    sw: "Maneno yenye rangi hii, au juu yake, hayasomeki vizuri usiku. {value} ingefaa.",
  },
  "ends-first": { en: "It ends before it begins.", sw: "Inaisha kabla ya kuanza." },
  "announcement-text-alone": {
    en: "An announcement is text only: for a picture or a link choose an advert.",
    sw: "Tangazo ni maandishi pekee: kwa picha au kiungo chagua tangazo la biashara.",
  },
  empty: { en: "This is needed.", sw: "Hiki kinahitajika.", fr: "Il faut le remplir." },
  format: {
    en: "This is not written as it must be.",
    sw: "Hakijaandikwa inavyotakiwa.",
    fr: "Ce n'est pas écrit comme il faut.",
  },
  "half-place": {
    en: "Give both latitude and longitude, or neither.",
    sw: "Latitudo na longitudo huandikwa pamoja, au zote huachwa wazi.",
  },
  "https-address": {
    en: "A public address, please, that begins with https://.",
    sw: "Weka anwani ya intaneti inayoanza na https://.",
  },
  "kept-for-platform": { en: "This one is kept for the platform.", sw: "Jina hili ni la jukwaa." },
  "key-of-32-bytes": { en: "This is no WireGuard key.", sw: "Huu si ufunguo wa WireGuard." },
  "letters-or-digits": { en: "Letters or digits, please.", sw: "Herufi au tarakimu, tafadhali." },
  "m-pesa-signs": {
    en: "M-Pesa has trouble with @ . ( ) in a password: choose another one.",
    sw: "M-Pesa ina shida na @ . ( ) kwenye nenosiri: chagua lingine.",
  },
  "ip-address": { en: "An IPv4 address, please, like 10.5.48.20.", sw: "Andika anwani ya IPv4, kama 10.5.48.20." },
  "mac-address": {
    en: "A MAC address, please, like AA:BB:CC:DD:EE:01.",
    sw: "Weka anwani ya MAC, kama AA:BB:CC:DD:EE:01.",
  },
  "name-a-change": { en: "Choose what changes.", sw: "Chagua kinachobadilika." },
  "never-open": {
    en: "With the quiet hours no minute of the day is left.",
    sw: "Pamoja na saa za utulivu, hakuna dakika inayobaki kwa siku.",
  },
  "no-such-field": { en: "There is no such field here.", sw: "Hakuna sehemu kama hii hapa." },
  "not-yet": { en: "This day has not begun yet.", sw: "Siku hii bado haijaanza." },
  "once-each": { en: "List each only once.", sw: "Kila moja mara moja tu." },
  "number-prefix": { en: "At most 8 letters and digits.", sw: "Herufi na tarakimu 8 kwa zaidi." },
  "expense-reference": {
    en: "What a channel paid has the receipt of its message or statement, 6 to 60 letters and digits; cash has none.",
    sw: "Kilicholipwa na njia ya malipo kina risiti ya ujumbe au taarifa yake, herufi na tarakimu 6 hadi 60; taslimu haina.",
  },
  "pay-out-reference": {
    en: "M-Pesa has a reference of 6 to 20 letters and digits; cash has none.",
    sw: "M-Pesa ina rejeleo la herufi na tarakimu 6 hadi 20; taslimu haina.",
  },
  "payer-unknown": {
    en: "The account is a site's, and no source shows who paid. Give the payer's phone.",
    sw: "Akaunti ni ya kituo, na hakuna chanzo kinachoonyesha aliyelipa. Toa simu ya mlipaji.",
  },
  "pem-file": { en: "A PEM file, please: it begins with -----BEGIN.", sw: "Weka faili ya PEM: huanza na -----BEGIN." },
  "phone-or-site": { en: "Give a phone, a site, or both.", sw: "Toa simu, kituo, au vyote viwili." },
  "pin-digits": { en: "A PIN is 4 to 12 digits.", sw: "PIN ni tarakimu 4 hadi 12." },
  "pin-guessable": {
    en: "This PIN is among the first that anybody tries.",
    sw: "PIN hii ni miongoni mwa zinazojaribiwa kwanza.",
  },
  "portal-address": {
    en: "An address like http://10.5.50.2, without anything behind it.",
    sw: "Anwani kama http://10.5.50.2, bila kitu nyuma yake.",
  },
  "price-in-currency": { en: "Give the price in this currency.", sw: "Toa bei kwa sarafu hii." },
  "receipt-or-message": {
    en: "Give the receipt, or M-Pesa’s whole message.",
    sw: "Weka risiti, au ujumbe wote wa M-Pesa.",
  },
  "receipt-or-phone": { en: "Give a receipt, or the phone and the amount.", sw: "Weka risiti, au simu na kiasi." },
  "receipts-differ": {
    en: "This day can't be closed yet: statement and books differ in {value}.",
    sw: "Siku hii haiwezi kufungwa bado: taarifa na vitabu vinatofautiana kwa {value}.",
  },
  "role-of": {
    en: "{value} has this role: give them another one first.",
    sw: "{value} ana wajibu huu: mpe mwingine kwanza.",
  },
  "rsa-key": {
    en: "No key can be read from it: paste the whole file.",
    sw: "Ufunguo hausomeki humo: bandika faili nzima.",
  },
  "short-code-digits": { en: "5 to 7 digits, as M-Pesa gave them.", sw: "Tarakimu 5 hadi 7, kama M-Pesa ilivyokupa." },
  "shortcode-of": {
    en: "The channel {value} has this number already: change its keys there, or switch it on.",
    sw: "Njia {value} ina namba hii tayari: badilisha funguo zake huko, au iwashe.",
  },
  "statement-gap": {
    en: "This day can't be closed yet: no statement covers it from {value} on.",
    sw: "Siku hii haiwezi kufungwa bado: hakuna taarifa ya akaunti kuanzia {value}.",
  },
  "phone-signs": {
    en: "A phone number: digits, and + ( ) / - between them.",
    sw: "Namba ya simu: tarakimu, na + ( ) / - katikati yake.",
    fr: "Un numéro de téléphone\u00a0: des chiffres, et + ( ) / - entre eux.",
  },
  "subdomain-signs": {
    en: "3 to 63 small letters, digits and hyphens.",
    sw: "Herufi ndogo, tarakimu na vistari, 3 hadi 63.",
  },
  "tax-pin": { en: "5 to 20 letters, digits and hyphens.", sw: "Herufi, tarakimu na vistari 5 hadi 20." },
  "too-big": { en: "{value} is the most.", sw: "Kikubwa zaidi ni {value}.", fr: "Au plus {value}." },
  "too-few": { en: "Something is missing here.", sw: "Kuna kinachokosekana hapa.", fr: "Il manque quelque chose ici." },
  "too-long": {
    en: "{value} characters at most.",
    sw: "Herufi zisizozidi {value}.",
    fr: "Au plus {value} caractères.",
  },
  "too-many": { en: "{value} at most.", sw: "Visizidi {value}.", fr: "Au plus {value}." },
  "too-short": {
    en: "{value} characters at least.",
    sw: "Herufi {value} au zaidi.",
    fr: "Au moins {value} caractères.",
  },
  "too-small": { en: "{value} is the least.", sw: "Kidogo zaidi ni {value}.", fr: "Au moins {value}." },
  twice: { en: "A site is there twice.", sw: "Kituo kimetajwa mara mbili." },
  whole: { en: "A whole number, please.", sw: "Namba kamili, tafadhali.", fr: "Un nombre entier, s'il vous plaît." },
  "no-validity": {
    en: "This plan has no validity that could count from now.",
    sw: "Kifurushi hiki hakina muda unaoweza kuhesabiwa kuanzia sasa.",
  },
  "whose-credit": { en: "Whose credit? Give the customer's phone.", sw: "Salio la nani? Toa simu ya mteja." },
  "whose-voucher": { en: "Name the customer, or give a name and a phone.", sw: "Taja mteja, au andika jina na simu." },
  "wrong-kind": {
    en: "This is missing, or is something else than expected.",
    sw: "Hiki kinakosekana, au sicho kilichotarajiwa.",
    fr: "Cela manque, ou n'est pas ce qui était attendu.",
  },
  "permission-missing": {
    en: "Your role does not have the permission {value}.",
    sw: "Wajibu wako hauna ruhusa ya {value}.",
  },
  "person-alone": {
    en: "Only the person may do this, logged in with their password.",
    sw: "Ni mtu mwenyewe tu anayeweza kufanya hili, akiwa ameingia kwa nenosiri lake.",
  },
  "keys-of-site": {
    en: "This leads to a site's keys and its unused codes: only the business's own people may do it.",
    sw: "Hili huonyesha funguo za kituo na misimbo yake isiyotumika: watu wa biashara yenyewe tu wanaoweza kulifanya.",
  },
  "way-of-money": {
    en: "This moves customers' money, or says where it goes: only the business's own people may do it.",
    sw: "Hili huhamisha pesa za wateja, au husema zinakwenda wapi: watu wa biashara yenyewe tu wanaoweza kulifanya.",
  },
  "printed-codes": {
    en: "This says where printed codes lead customers: only the business's own people may do it.",
    sw: "Hili husema misimbo iliyochapishwa inawapeleka wateja wapi: watu wa biashara yenyewe tu wanaoweza kulifanya.",
  },
  "way-in": {
    en: "This lets somebody in: only the business's own people may do it.",
    sw: "Hili humruhusu mtu kuingia: watu wa biashara yenyewe tu wanaoweza kulifanya.",
  },
  "words-to-customers": {
    en: "Customers read this as the business's own word: only the business's own people may say it.",
    sw: "Wateja husoma hili kama neno la biashara yenyewe: watu wa biashara hiyo tu wanaoweza kulisema.",
  },
  "by-upgrade-plan": {
    en: "RouterOS is upgraded by a plan, one site first: see /api/v1/router-upgrades.",
    sw: "RouterOS husasishwa kwa mpango, kituo kimoja kwanza: tazama /api/v1/router-upgrades.",
  },
  "own-password": {
    en: "Your own password is changed under your account, not here.",
    sw: "Nenosiri lako mwenyewe hubadilishwa chini ya akaunti yako, si hapa.",
  },
  "event-hidden": { en: "You may not see what {value} tells.", sw: "Huruhusiwi kuona kinachosemwa na {value}." },
  "too-many-pictures": {
    en: "There are ten new pictures today: we will look at them first.",
    sw: "Tayari kuna picha mpya kumi leo: tutazitazama hizo kwanza.",
    fr: "Il y a déjà dix nouvelles photos aujourd'hui\u00a0: nous les regardons d'abord.",
  },
  "end-not-later": {
    en: "The end must be after the beginning, and not over yet.",
    sw: "Mwisho lazima uwe baada ya mwanzo, na usiwe umepita.",
  },
  "site-behind": {
    en: "The site has not caught up yet: try again in a moment.",
    sw: "Kituo bado hakijafikia hali ya sasa: jaribu tena baada ya muda mfupi.",
  },
  "site-says": { en: "The site refused: {value}", sw: "Kituo kimekataa: {value}" },
  "currency-here": { en: "Money here is in {value}.", sw: "Pesa hapa ni kwa {value}." },
  "router-says": {
    en: "The router or its agent did not do it: {value}",
    sw: "Ruta au programu yake haikufanya hivyo: {value}",
  },
  "codes-shown": {
    en: "The router shows {value} of the codes only: is it the right one?",
    sw: "Ruta inaonyesha misimbo {value} tu: je, ndiyo ruta sahihi?",
  },
  "asks-no-phone": {
    en: "This kind of channel asks no phone without a purchase: make a first sale.",
    sw: "Aina hii ya njia haiombi simu bila ununuzi: fanya mauzo ya kwanza.",
  },
  "own-phone-unknown": {
    en: "No phone number of yours is known here: tell your provider.",
    sw: "Namba yako ya simu haijulikani hapa: mwambie mtoa huduma wako.",
  },
  "nothing-paid-here": {
    en: "Nothing can be paid here now: call your provider.",
    sw: "Hakuna kinachoweza kulipwa hapa sasa: mpigie simu mtoa huduma wako.",
  },
  "switched-off-here": {
    en: "You were switched off here: call your provider.",
    sw: "Umezimwa hapa: mpigie simu mtoa huduma wako.",
  },
  "cannot-be-set-up": {
    en: "The router can't be set up like this: {value}",
    sw: "Ruta haiwezi kusanidiwa hivi: {value}",
  },
  "network-too-wide": {
    en: "This network is too wide: {value} is the widest.",
    sw: "Mtandao huu ni mpana mno: mpana zaidi ni {value}.",
  },
  "no-interface": {
    en: "The router has no interface {value}: choose another one, or switch that part off.",
    sw: "Ruta haina kiolesura {value}: chagua kingine, au zima sehemu hiyo.",
  },
  "tunnels-of-provider": {
    en: "{value} tunnels of your business are open: end one first.",
    sw: "Handaki {value} za biashara yako ziko wazi: funga moja kwanza.",
  },
  "statement-says": {
    en: "This is no statement of the M-Pesa portal that can be read ({value}): send the CSV, XLSX or XLS as the portal gives it out.",
    sw: "Hii si taarifa ya tovuti ya M-Pesa inayosomeka ({value}): tuma CSV, XLSX au XLS kama tovuti inavyoitoa.",
  },
  "statement-date-order": {
    en: "A spreadsheet has saved this statement, and each of its dates may be two days: say whether the day or the month comes first.",
    sw: "Taarifa hii imehifadhiwa na jedwali, na kila tarehe yake inaweza kuwa siku mbili: sema kama siku au mwezi ndio unaoanza.",
  },
  "statement-rows": {
    en: "A statement holds {value} rows: choose a shorter time.",
    sw: "Taarifa hubeba mistari {value}: chagua muda mfupi zaidi.",
  },
  "provider-deleted": { en: "This provider was deleted.", sw: "Mtoa huduma huyu amefutwa." },
  "whose-money": {
    en: "Nothing says whose money this is. Give the payer's phone.",
    sw: "Hakuna kinachosema pesa hizi ni za nani. Toa simu ya mlipaji.",
  },
  "of-payment": {
    en: "This invoice is of a payment: refund the payment {value} instead.",
    sw: "Ankara hii ni ya malipo: rudisha malipo {value} badala yake.",
  },
  "invoiced-as": {
    en: "This payment has an invoice already, number {value}.",
    sw: "Malipo haya yana ankara tayari, namba {value}.",
  },
  "sale-sent-often": {
    en: "The code of a sale is sent again {value} times in 24 hours at most: tell it instead.",
    sw: "Msimbo wa mauzo hutumwa tena mara {value} kwa saa 24 tu: mwambie mteja badala yake.",
  },
  "codes-sent-often": {
    en: "At most {value} codes in an hour are sent again: tell the code instead.",
    sw: "Misimbo {value} tu hutumwa tena kwa saa moja: mwambie mteja msimbo badala yake.",
  },
  "invoice-unpaid": {
    en: "This invoice is not paid: make it void instead.",
    sw: "Ankara hii haijalipwa: ibatilishe badala yake.",
  },
  "price-not-asked": {
    en: "No payment channel that sells now can take this plan's price.",
    sw: "Hakuna njia ya malipo inayouza sasa inayoweza kupokea bei ya kifurushi hiki.",
  },
  "both-or-none": { en: "Both, or none.", sw: "Vyote viwili, au hakuna." },
  "own-price": { en: "This is the plan's own price.", sw: "Hii ni bei ya kifurushi chenyewe." },
  "price-twice": { en: "This place has a price already.", sw: "Mahali hapa tayari pana bei." },
  "no-topic": { en: "There is no such topic.", sw: "Hakuna mada kama hiyo." },
  "file-or-site": {
    en: "Send a file, or name the site whose router is read.",
    sw: "Tuma faili, au taja kituo ambacho ruta yake itasomwa.",
  },
  "bad-signs": {
    en: "This holds a character that is not allowed (U+0000, half a surrogate pair).",
    sw: "Hii ina herufi isiyoruhusiwa (U+0000, au nusu ya jozi).",
    fr: "Il y a ici un caractère qui n'est pas permis.",
  },
  "idempotency-key": {
    en: "This moves money, so say which request it is, in 1 to 128 printable characters.",
    sw: "Hili huhamisha pesa, kwa hiyo taja ni ombi lipi, kwa herufi 1 hadi 128 zinazoonekana.",
  },
  "no-version": { en: "There is no version of this.", sw: "Hiki hakina toleo." },
  "foreign-cursor": {
    en: "This cursor does not belong to this list in this order.",
    sw: "Kielekezi hiki si cha orodha hii kwa mpangilio huu.",
  },
  "no-such-role": { en: "There is no such role.", sw: "Hakuna wajibu kama huo." },
  "no-email": { en: "The customer has no mail address here.", sw: "Mteja hana anwani ya barua pepe hapa." },
  "lines-or-payment": { en: "Give lines, or a payment.", sw: "Toa mistari, au malipo." },
  "what-to-refund": {
    en: "Say what is refunded: a payment, a voucher or a sale for cash.",
    sw: "Sema kinachorudishwa: malipo, vocha au mauzo ya taslimu.",
  },
  "days-at-most": { en: "{value} days at most.", sw: "Siku zisizozidi {value}." },
  "not-of-team": { en: "One of them does not work here.", sw: "Mmoja wao hafanyi kazi hapa." },
  "promotion-code": { en: "4 to 20 letters and digits.", sw: "Herufi na tarakimu 4 hadi 20." },
  "gives-nothing": { en: "It gives nothing.", sw: "Haitoi chochote." },
  "limits-need-code": {
    en: "Limits need a code: a site that is cut off can't count for all others.",
    sw: "Mipaka inahitaji msimbo: kituo kilichokatika hakiwezi kuhesabia vingine vyote.",
  },
  "invoice-series": {
    en: "INV and digits are numbers of invoices, which the hub gives out.",
    sw: "INV na tarakimu ni namba za ankara, ambazo kitovu hutoa.",
  },
  "promise-not-allowed": {
    en: "Nothing can be promised here now.",
    sw: "Hakuna kinachoweza kuahidiwa hapa sasa.",
    fr: "Aucune promesse n'est possible maintenant.",
  },
  "promise-promised-already": {
    en: "This was promised already.",
    sw: "Hili lilishaahidiwa.",
    fr: "Une promesse a déjà été faite.",
  },
  "promise-not-due": {
    en: "It ends in more than three days: promise later.",
    sw: "Bado zaidi ya siku tatu: ahidi baadaye.",
    fr: "Il reste plus de trois jours\u00a0: promettez plus tard.",
  },
  "promise-too-late": {
    en: "A promise does not reach so far.",
    sw: "Ahadi haifiki mbali hivyo.",
    fr: "Une promesse ne va pas si loin.",
  },
  "pause-not-allowed": {
    en: "No pause is possible now.",
    sw: "Kusitisha hakuwezekani sasa.",
    fr: "Aucune pause n'est possible maintenant.",
  },
  "pause-nothing-paid": {
    en: "Nothing is paid that could be paused: renew first.",
    sw: "Hakuna kilicholipiwa cha kusitisha: lipia kwanza.",
    fr: "Rien n'est payé\u00a0: renouvelez d'abord.",
  },
  "pause-too-long": {
    en: "So many days of pause are not left this year.",
    sw: "Siku nyingi hivi za kusitisha hazijabaki mwaka huu.",
    fr: "Il ne reste pas autant de jours de pause cette année.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;

export type KnownProblem = keyof typeof problems;
export type FieldRule = keyof typeof fieldRules;
/** Those whose sentence says a value. */
export type ValuedRule = {
  [Rule in FieldRule]: (typeof fieldRules)[Rule]["en"] extends `${string}{value}${string}` ? Rule : never;
}[FieldRule];
/** Those whose status stands here. */
export type RefusalCode = {
  [Code in KnownProblem]: (typeof problems)[Code] extends { readonly status: number } ? Code : never;
}[KnownProblem];

/** Those of them that customers read in each of their languages. */
export type CustomerRefusalCode = {
  [Code in RefusalCode]: (typeof problems)[Code] extends { readonly fr: string } ? Code : never;
}[RefusalCode];

type Joined<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Head}_${Joined<Tail>}` : Name;
type ProblemWordKey = `problem_${Joined<KnownProblem>}` | `rule_${Joined<FieldRule>}`;

/** As the console's words are kept: `problem_name_taken`, `rule_too_long`. */
export function problemWordsIn(locale: "en" | "sw"): Readonly<Record<ProblemWordKey, string>> {
  const keyed = (kind: string, rows: Readonly<Record<string, Sentence>>) =>
    Object.entries(rows).map(([name, row]) => [`${kind}_${name.replaceAll("-", "_")}`, row[locale]] as const);
  return Object.fromEntries([...keyed("problem", problems), ...keyed("rule", fieldRules)]) as Record<
    ProblemWordKey,
    string
  >;
}
