/**
 * What a person at the router does about each problem of a set-up: the hub says it in English to the router's terminal, the console in both
 * languages. The English is ASCII, because terminals and scripts of RouterOS show nothing else.
 */
import type { SetUpProblem } from "./set-up-progress.ts";

type Remedies = { readonly [Problem in SetUpProblem as `remedy_${Underscored<Problem>}`]: string };
type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text;

export const englishRemedies = {
  remedy_version_too_old:
    "Upgrade RouterOS to 7.18.2 or newer (System > Packages > Check For Updates), then paste the line again.",
  remedy_version_unknown:
    "This hub does not know this RouterOS version yet. Use a stable release from 7.18.2 to 7.24, or update the hub.",
  remedy_device_mode:
    "Enter /system/device-mode/update mode=advanced container=yes, then press the router's reset or mode button once (or cut its power) within five minutes. Then paste the line again.",
  remedy_device_mode_not_confirmed:
    "The new device-mode was not confirmed in time. Enter the command again and press the button, or cut the power, within five minutes.",
  remedy_flagged:
    "RouterOS found signs of an attack on this router and marked it. Reset it with Netinstall, set a new password, then paste the line again.",
  remedy_no_disk:
    "Plug in a USB stick or SSD of 1 GB or more. A router without a USB port needs 1 GB of memory and more free flash: remove files and packages that nobody needs. Or it can be a site that runs beside the hub.",
  remedy_disk_too_small: "The disk has too little room. Use one with 512 MB free or more.",
  remedy_disk_not_formatted:
    "The disk must be formatted as ext4. Say yes to formatting in the console: all that is on it will be lost.",
  remedy_clock:
    "The router's clock is wrong. Check its internet connection and its NTP client, or set the clock by hand.",
  remedy_certificate:
    "The router could not check the hub's certificate. Check its clock first. On RouterOS before 7.19 upgrade, or import the root certificate.",
  remedy_no_internet:
    "The router has no way to the internet or no DNS server. Connect its WAN port and check that it can ping 1.1.1.1.",
  remedy_package_missing:
    "The package container is missing and could not be fetched. Check the internet connection, then paste the line again.",
  remedy_package_other_version:
    "A package has another version than RouterOS. Bring all packages to the same version, then paste the line again.",
  remedy_address_clash:
    "The network for guests is in use on this router. Choose another one in the console, for example 10.60.0.0/22.",
  remedy_licence:
    "This licence level can't run a hotspot for guests. A CHR needs level p1 or a trial; a board needs level 4 or more.",
  remedy_too_little_memory:
    "This router has too little memory for the agent. It can be a site that runs beside the hub.",
  remedy_image_damaged:
    "The image arrived damaged. The router fetches it again by itself; if that repeats, try another disk.",
  remedy_image_no_room: "There is no room for the image. Use a larger disk, or free some space.",
  remedy_container_stopped:
    "The agent's container does not stay up. See the router's log, and try another disk: worn sticks are the usual cause.",
  remedy_tunnel_silent:
    "The hub does not hear the router through the tunnel. Does the uplink let UDP through? Check the hub's WireGuard port.",
  remedy_script_failed:
    "A command of the script failed. The router's own words are below. Remove what is in its way, then paste the line again.",
  remedy_other_router: "This line was used by another router. Make a new line for this one.",
  remedy_no_host:
    "This router can't run the agent, and this hub has no host for such sites. Ask who runs the hub to add one, or use another router.",
} as const satisfies Remedies;

export const swahiliRemedies = {
  remedy_version_too_old:
    "Sasisha RouterOS hadi 7.18.2 au mpya zaidi (System > Packages > Check For Updates), kisha bandika mstari tena.",
  remedy_version_unknown:
    "Kitovu hiki bado hakijui toleo hili la RouterOS. Tumia toleo thabiti kati ya 7.18.2 na 7.24, au sasisha kitovu.",
  remedy_device_mode:
    "Andika /system/device-mode/update mode=advanced container=yes, kisha bonyeza mara moja kitufe cha reset au mode cha ruta (au kata umeme wake) ndani ya dakika tano. Kisha bandika mstari tena.",
  remedy_device_mode_not_confirmed:
    "Device-mode mpya haikuthibitishwa kwa wakati. Andika amri tena, kisha bonyeza kitufe au kata umeme ndani ya dakika tano.",
  remedy_flagged:
    "RouterOS iliona dalili za kushambuliwa kwa ruta hii na kuitia alama. Irejeshe kwa Netinstall, weka nenosiri jipya, kisha bandika mstari tena.",
  remedy_no_disk:
    "Chomeka USB au SSD ya GB 1 au zaidi. Ruta isiyo na tundu la USB inahitaji kumbukumbu ya GB 1 na nafasi zaidi kwenye flashi yake: futa faili na vifurushi visivyohitajika. Au inaweza kuwa kituo kinachoendeshwa kando ya kitovu.",
  remedy_disk_too_small: "Diski haina nafasi ya kutosha. Tumia yenye MB 512 tupu au zaidi.",
  remedy_disk_not_formatted:
    "Diski lazima iumbizwe kwa ext4. Kubali kuiumbiza kwenye konsoli: vyote vilivyomo vitapotea.",
  remedy_clock: "Saa ya ruta si sahihi. Angalia intaneti yake na mteja wake wa NTP, au weka saa kwa mkono.",
  remedy_certificate:
    "Ruta haikuweza kukagua cheti cha kitovu. Angalia saa yake kwanza. Kwa RouterOS ya kabla ya 7.19, sasisha au ingiza cheti cha mzizi.",
  remedy_no_internet:
    "Ruta haina njia ya intaneti au seva ya DNS. Unganisha tundu lake la WAN na angalia kama inafikia 1.1.1.1.",
  remedy_package_missing:
    "Kifurushi container hakipo na hakikuweza kupakuliwa. Angalia intaneti, kisha bandika mstari tena.",
  remedy_package_other_version:
    "Kifurushi kimoja kina toleo tofauti na RouterOS. Fanya vifurushi vyote viwe toleo moja, kisha bandika mstari tena.",
  remedy_address_clash:
    "Mtandao wa wageni unatumika tayari kwenye ruta hii. Chagua mwingine kwenye konsoli, kwa mfano 10.60.0.0/22.",
  remedy_licence:
    "Leseni hii haiwezi kuendesha hotspot ya wageni. CHR inahitaji kiwango p1 au majaribio; ubao unahitaji kiwango 4 au zaidi.",
  remedy_too_little_memory:
    "Ruta hii ina kumbukumbu ndogo mno kwa wakala. Inaweza kuwa kituo kinachoendeshwa kando ya kitovu.",
  remedy_image_damaged:
    "Taswira ilifika ikiwa imeharibika. Ruta inaipakua tena yenyewe; ikirudia, jaribu diski nyingine.",
  remedy_image_no_room: "Hakuna nafasi ya taswira. Tumia diski kubwa zaidi, au futa baadhi ya vitu.",
  remedy_container_stopped:
    "Kontena la wakala halikai likifanya kazi. Tazama kumbukumbu za ruta, na jaribu diski nyingine: USB zilizochakaa ndizo chanzo cha kawaida.",
  remedy_tunnel_silent:
    "Kitovu hakiisikii ruta kupitia handaki. Je, intaneti yake inapitisha UDP? Angalia lango la WireGuard la kitovu.",
  remedy_script_failed:
    "Amri moja ya hati imeshindikana. Maneno ya ruta yako hapa chini. Ondoa kinachozuia, kisha bandika mstari tena.",
  remedy_other_router: "Mstari huu ulitumiwa na ruta nyingine. Tengeneza mstari mpya kwa hii.",
  remedy_no_host:
    "Ruta hii haiwezi kuendesha wakala, na kitovu hiki hakina mwenyeji wa vituo kama hivi. Mwombe anayeendesha kitovu aongeze mmoja, au tumia ruta nyingine.",
} as const satisfies Remedies;

/** What the router prints in its terminal. */
export function englishRemedy(problem: SetUpProblem): string {
  return englishRemedies[`remedy_${problem.replaceAll("-", "_")}` as keyof typeof englishRemedies];
}
