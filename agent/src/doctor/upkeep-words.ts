/** Findings about the router's upkeep, in both languages: how it is, and what to do. */
type Both = readonly [text: string, advice: string];

const english = {
  licence: (level: string, max: number, open: number): Both => [
    `The licence (level ${level}) lets ${max} customers be online at once; ${open} are.`,
    "The next one is refused by the router itself. A higher licence lifts the limit (/system/license), or a second router shares the load.",
  ],
  flagged: [
    "RouterOS found traces of a break-in (flagged).",
    "Look for unknown users, scripts and schedulers. If you can't say what they are, reinstall RouterOS with Netinstall, then paste the line again. Then /system/device-mode/update flagged=no.",
  ] as Both,
  firmware: (current: string, upgrade: string): Both => [
    `The board's firmware is ${current}; the installed RouterOS brings ${upgrade}.`,
    "Run /system/routerboard/upgrade when nobody is online, then restart the router.",
  ],
  flashWear: (percent: number): Both => [
    `${percent} % of the router's own flash has failed.`,
    "Make a back-up of the router now, keep a spare one ready, and keep records off its flash.",
  ],
  noDns: [
    "The router has no DNS server: no page opens.",
    "Set one: /ip/dns/set servers=1.1.1.1,8.8.8.8, or use those of the internet connection (use-peer-dns=yes).",
  ] as Both,
  openProbes: (hosts: string): Both => [
    `The walled garden lets through what phones use to detect a portal: ${hosts}.`,
    "Phones then show “connected” and no log-in window. Remove these entries on the tab Walled garden.",
  ],
  bypassed: (count: number, macs: string): Both => [
    `${count} ${count === 1 ? "device uses" : "devices use"} the internet without log-in, by a binding of type bypassed: ${macs}.`,
    "Are they all yours (till, printer, access point)? Remove the others on the tab Devices.",
  ],
  localUsers: (count: number): Both => [
    `${count} local ${count === 1 ? "user" : "users"} of the hotspot can log in without the agent: their use is neither counted nor sold.`,
    "Remove those that nobody needs on the tab Users; take over those that another system sold.",
  ],
  sessionsWithoutUs: (count: number): Both => [
    `${count} ${count === 1 ? "customer is online who was" : "customers are online who were"} let in by the router itself, not by the agent.`,
    "See who they are on the tab Users: local users, a trial, or bindings.",
  ],
  trial: [
    "The hotspot's profile lets everybody try for free (trial), without the agent.",
    "Take trial out of login-by of the hotspot's profile, and sell a free plan instead, which the agent limits.",
  ] as Both,
  twinMac: (count: number, macs: string): Both => [
    `One MAC is in two places at once (${count}): ${macs}. Either somebody copies a customer's device, or a phone moved on without its token; both are counted.`,
    "If it lasts, end both sessions; the real customer logs in again with their code. Switch on client isolation at the access points.",
  ],
  dnsTunnel: (mac: string, megabytes: number, packets: number): Both => [
    `A device that is not logged in moved ${megabytes} MB in ${packets} packets: ${mac}. That is too much for looking at the portal; it may be tunnelling through DNS.`,
    "Block it by a binding on the tab Devices. This is a sign, not proof: large files in the walled garden look the same.",
  ],
  ipv6: (count: number): Both => [
    count === 1
      ? "A guest's device has a public IPv6 address, and no rule stops it: it bypasses the hotspot for free."
      : `${count} devices of guests have public IPv6 addresses, and no rule stops them: they bypass the hotspot for free.`,
    "Import repair.rsc: its rules drop the guests' IPv6. Or switch off IPv6 on the guests' bridge.",
  ],
  mtu: (name: string, mtu: number, tunnel: number, right: number): Both => [
    `${name} carries packets of ${mtu} bytes; those of the tunnel (${tunnel}) are too large for it and get lost.`,
    `Set /interface/wireguard/set karibu-hub mtu=${right}.`,
  ],
  slowPort: (name: string, mbps: number, plan: number): Both => [
    `${name} runs at ${mbps} Mbps, and a plan promises ${plan}.`,
    "Look at the cable and the port of the other device, or sell a slower plan.",
  ],
};

export type UpkeepWords = typeof english;

const swahili: UpkeepWords = {
  licence: (level, max, open) => [
    `Leseni (kiwango ${level}) inaruhusu wateja ${max} kwa wakati mmoja; sasa wako ${open}.`,
    "Anayefuata hukataliwa na ruta yenyewe. Leseni ya juu zaidi huongeza kikomo (/system/license), au ruta ya pili hugawana mzigo.",
  ],
  flagged: [
    "RouterOS imeona dalili za uvamizi (flagged).",
    "Tafuta watumiaji, skripti na ratiba usizozijua. Usipoweza kuzieleza, weka RouterOS upya kwa Netinstall, kisha bandika mstari tena. Halafu /system/device-mode/update flagged=no.",
  ],
  firmware: (current, upgrade) => [
    `Firmware ya bodi ni ${current}; RouterOS iliyopo inaleta ${upgrade}.`,
    "Endesha /system/routerboard/upgrade wakati hakuna aliye mtandaoni, kisha washa ruta upya.",
  ],
  flashWear: (percent) => [
    `${percent} % ya flashi ya ruta imeharibika.`,
    "Fanya nakala rudufu ya ruta sasa, weka ruta ya akiba tayari, na usiweke rekodi kwenye flashi yake.",
  ],
  noDns: [
    "Ruta haina seva ya DNS: hakuna ukurasa unaofunguka.",
    "Weka moja: /ip/dns/set servers=1.1.1.1,8.8.8.8, au tumia za muunganisho wa intaneti (use-peer-dns=yes).",
  ],
  openProbes: (hosts) => [
    `Walled garden inaruhusu kile ambacho simu hupatia portal: ${hosts}.`,
    "Simu basi huonyesha “imeunganishwa” bila dirisha la kuingia. Ondoa ruhusa hizi kwenye kichupo cha Walled garden.",
  ],
  bypassed: (count, macs) => [
    `${count === 1 ? "Kifaa 1 kinatumia" : `Vifaa ${count} vinatumia`} intaneti bila kuingia, kwa binding ya aina ya bypassed: ${macs}.`,
    "Je, vyote ni vyako (kaunta, printa, access point)? Ondoa vingine kwenye kichupo cha Vifaa.",
  ],
  localUsers: (count) => [
    `${count === 1 ? "Mtumiaji 1 wa ndani wa hotspot anaweza" : `Watumiaji ${count} wa ndani wa hotspot wanaweza`} kuingia bila wakala: hakuna chao kinachohesabiwa wala kuuzwa.`,
    "Ondoa wasiohitajika kwenye kichupo cha Watumiaji; kilichouzwa na mfumo mwingine, kihamishe.",
  ],
  sessionsWithoutUs: (count) => [
    `${count === 1 ? "Mteja 1 yuko mtandaoni aliyeruhusiwa" : `Wateja ${count} wako mtandaoni walioruhusiwa`} na ruta yenyewe, si na wakala.`,
    "Tazama ni nani kwenye kichupo cha Watumiaji: watumiaji wa ndani, majaribio, au bindings.",
  ],
  trial: [
    "Wasifu wa hotspot unamruhusu kila mtu kujaribu bure (trial), bila wakala.",
    "Ondoa trial kwenye login-by ya wasifu wa hotspot, na uuze mpango wa bure ambao wakala anauwekea kikomo.",
  ],
  twinMac: (count, macs) => [
    `MAC moja iko mahali pawili kwa wakati mmoja (${count}): ${macs}. Mmoja anaiga kifaa cha mteja, au simu ilihama bila tokeni yake; vyote viwili vinahesabiwa.`,
    "Ikiendelea, maliza vipindi vyote viwili; mteja wa kweli ataingia tena kwa msimbo wake. Washa utengano wa vifaa kwenye access point.",
  ],
  dnsTunnel: (mac, megabytes, packets) => [
    `Kifaa ambacho hakijaingia kimehamisha MB ${megabytes} kwa pakiti ${packets}: ${mac}. Kiasi hicho si kutazama portal; huenda kinapita kwa DNS.`,
    "Kizuie kwa binding kwenye kichupo cha Vifaa. Ni dalili, si ushahidi: faili kubwa za walled garden hufanana.",
  ],
  ipv6: (count) => [
    count === 1
      ? "Kifaa 1 cha mgeni kina anwani ya IPv6 ya umma, na hakuna sheria inayokizuia: kinapita nje ya hotspot bure."
      : `Vifaa ${count} vya wageni vina anwani za IPv6 za umma, na hakuna sheria inayovizuia: vinapita nje ya hotspot bure.`,
    "Ingiza repair.rsc: sheria zake huzuia IPv6 ya wageni. Au zima IPv6 kwenye daraja la wageni.",
  ],
  mtu: (name, mtu, tunnel, right) => [
    `${name} hubeba pakiti za baiti ${mtu}; za handaki (${tunnel}) ni kubwa mno kwake na hupotea.`,
    `Weka /interface/wireguard/set karibu-hub mtu=${right}.`,
  ],
  slowPort: (name, mbps, plan) => [
    `${name} inakwenda kwa Mbps ${mbps}, na mpango unaahidi ${plan}.`,
    "Angalia kebo na mlango wa kifaa kingine, au uza mpango wa polepole zaidi.",
  ],
};

export const upkeepWords = { en: english, sw: swahili } as const;
