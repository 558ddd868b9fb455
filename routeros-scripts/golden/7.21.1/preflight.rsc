# Karibu: can this router carry it? Changes nothing.
# RouterOS 7.21. Made by Karibu: change the site's settings, not this file.
:put ("Board: " . [/system/resource/get board-name] . ", RouterOS " . [/system/resource/get version])
{
  :local holds false
  :do { :if ([:pick [/system/resource/get version] 0 4] = "7.21") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    RouterOS is 7.21, as this script expects" }
  :if (!$holds) do={ :put "STOP  These scripts are for RouterOS 7.21. Get those of this router's version, or update it" }
}
{
  :local holds false
  :do { :if ([:tostr [/system/device-mode/get flagged]] ~ "(true|yes)") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "STOP  RouterOS found traces of an intruder (flagged). Reinstall it with Netinstall before you go on" }
}
{
  :local architecture [/system/resource/get architecture-name]
  :if (($architecture = "arm64") || ($architecture = "x86_64") || ($architecture = "x86")) do={
    :put ("ok    This router can run the agent. Processor: " . $architecture)
  } else={
    :if ($architecture = "arm") do={
      :put "STOP  This is a 32-bit router: there is no image for it. Use this router as a hosted site: its agent runs beside the hub."
    } else={
      :put "STOP  This router can't run containers. Use this router as a hosted site: its agent runs beside the hub."
    }
  }
}
{
  :local holds false
  :do { :if ([/system/resource/get total-memory] > 400000000) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    There is enough memory" }
  :if (!$holds) do={ :put "STOP  The agent needs a router with 512 MB of memory or more. Use this router as a hosted site: its agent runs beside the hub." }
}
{
  :local holds false
  :do { :if ([:len [/system/package/find where name="container" and disabled=no]] > 0) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    The container package is there" }
  :if (!$holds) do={ :put "DO    Install the package 'container' of exactly this RouterOS version" }
}
{
  :local holds false
  :do { :if ([:tostr [/system/device-mode/get hotspot]] ~ "(true|yes)") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    device-mode allows hotspot" }
  :if (!$holds) do={ :put "DO    device-mode forbids hotspot. Enter: /system/device-mode/update mode=advanced container=yes and press the button or cut the power within five minutes" }
}
{
  :local holds false
  :do { :if ([:tostr [/system/device-mode/get scheduler]] ~ "(true|yes)") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    device-mode allows scheduler" }
  :if (!$holds) do={ :put "DO    device-mode forbids scheduler. Enter: /system/device-mode/update mode=advanced container=yes and press the button or cut the power within five minutes" }
}
{
  :local holds false
  :do { :if ([:tostr [/system/device-mode/get fetch]] ~ "(true|yes)") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    device-mode allows fetch" }
  :if (!$holds) do={ :put "DO    device-mode forbids fetch. Enter: /system/device-mode/update mode=advanced container=yes and press the button or cut the power within five minutes" }
}
{
  :local holds false
  :do { :if ([:tostr [/system/device-mode/get container]] ~ "(true|yes)") do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    device-mode allows container" }
  :if (!$holds) do={ :put "DO    device-mode forbids container. Enter: /system/device-mode/update mode=advanced container=yes and press the button or cut the power within five minutes" }
}
{
  :local holds false
  :do { :if ([:len [/disk/find where slot=usb1]] > 0) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    The disk usb1 is there" }
  :if (!$holds) do={ :put "DO    There is no disk usb1. Plug it in and look at /disk/print" }
}
{
  :local holds false
  :do { :if ([:tonum [/disk/get [/disk/find where slot=usb1] free]] > 400000000) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    The disk has room" }
  :if (!$holds) do={ :put "DO    The disk needs 400 MB free and the file system ext4. To empty it: /disk/format usb1 file-system=ext4 mbr-partition-table=no" }
}
{
  :local holds false
  :do { :if ([:len [/file/find where name="usb1/karibu-agent.tar"]] > 0) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    The image usb1/karibu-agent.tar is there" }
  :if (!$holds) do={ :put "DO    Upload the image as usb1/karibu-agent.tar" }
}
:do {
  :local level [:tostr [/system/license/get level]]
  :put ("ok    Licence " . $level . ": level 3 allows 1 guest online, 4 allows 200, 5 allows 500, 6 any number")
} on-error={ }
{
  :local holds false
  :do { :if ([:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024) do={ :set holds true } } on-error={ }
  :if ($holds) do={ :put "ok    The router knows the date" }
  :if (!$holds) do={ :put "DO    The date is wrong. Connect the internet and wait a minute, or enter /system/clock/set date=2026-11-20" }
}
