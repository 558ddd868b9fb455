# Karibu: a new image for the agent. Goes back to the old one by itself if the new one does not prove itself.
# RouterOS 7.24. Made by Karibu: change the site's settings, not this file.
:if (!([:pick [/system/resource/get version] 0 4] = "7.24")) do={
  :error "karibu: this script is for RouterOS 7.24; nothing was changed"
}
{
  :if (!(([:len [/container/find where comment="karibu:agent"]] = 1))) do={
    :error "karibu: there is no agent on this router, or an update is under way; nothing was changed"
  }
  :if (!([:len [/system/scheduler/find where comment="karibu:update-minute"]] = 0)) do={
    :error "karibu: an update is under way; nothing was changed. Look at /log/print where message~\"karibu\""
  }
  :if (!([:len [/container/find where comment="karibu:agent" and root-dir~"usb1/karibu/root-5891b5b5\$"]] = 0)) do={
    :error "karibu: the agent runs this very image; nothing was changed"
  }
  :put "karibu: fetching the image"
  :local there 0
  :do { :set there [:tonum [/file/get [/file/find where name="usb1/karibu/data/image-update.tar"] size]] } on-error={ }
  :if ($there != 108500000) do={
    :do { /file/remove [/file/find where name="usb1/karibu/data/image-update.tar"] } on-error={ }
    :if (!([:tonum [/disk/get [/disk/find where slot=usb1] free]] > 284108864)) do={
      :error "karibu: usb1 lacks room: 285 MB must be free; nothing was changed"
    }
    :do { /tool/fetch url="https://hub.example.com/v2/karibu-agent/archives/sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" dst-path="usb1/karibu/data/image-update.tar" check-certificate=no } on-error={ }
    :delay 2s
    :do { :set there [:tonum [/file/get [/file/find where name="usb1/karibu/data/image-update.tar"] size]] } on-error={ }
  }
  :if ($there != 108500000) do={
    :do { /file/remove [/file/find where name="usb1/karibu/data/image-update.tar"] } on-error={ }
    :error "karibu: the image did not come whole (108500000 bytes); nothing was changed. Is its address reachable, and room on the disk\3F Then import this script again"
  }
  :put "karibu: the agent compares its SHA-256"
  :local verdict "reading"
  :for left from=1 to=120 do={
    :if ($verdict = "reading") do={
      :delay 3s
      :set verdict "silent"
      :do { :set verdict ([/tool/fetch url="http://172.31.255.2/image-update\3Fkey=044e4a4bca87b5c41301&sha256=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" output=user as-value]->"data") } on-error={ }
    }
  }
  :if ($verdict = "differs") do={
    :do { /file/remove [/file/find where name="usb1/karibu/data/image-update.tar"] } on-error={ }
    :error "karibu: the image's SHA-256 is another one; it was deleted, nothing was changed"
  }
  :if (!($verdict = "same")) do={
    :error "karibu: the agent that runs can't compare the image (is it up, and its release new enough\3F); nothing was changed"
  }
  :foreach item in=[/container/find where comment="karibu:agent-next"] do={
    :local root [:tostr [/container/get $item root-dir]]
    :if ([:pick $root 0 1] = "/") do={ :set root [:pick $root 1 [:len $root]] }
    :do { /container/stop $item } on-error={ }
    :delay 3s
    :do {
      /container/remove $item
      :delay 3s
      :do { /file/remove [/file/find where name=$root] } on-error={ }
    } on-error={ }
  }
  :if ([:len [/system/script/find where comment="karibu:update-phase"]] > 0) do={ /system/script/remove [/system/script/find where comment="karibu:update-phase"] }
  /system/script/add dont-require-permissions=yes policy=ftp,read,write,policy,test source=unpack name=karibu-update-phase comment="karibu:update-phase"
  :if ([:len [/system/script/find where comment="karibu:update-count"]] > 0) do={ /system/script/remove [/system/script/find where comment="karibu:update-count"] }
  /system/script/add dont-require-permissions=yes policy=ftp,read,write,policy,test source=0 name=karibu-update-count comment="karibu:update-count"
  :if ([:len [/system/script/find where comment="karibu:update-proofs"]] > 0) do={ /system/script/remove [/system/script/find where comment="karibu:update-proofs"] }
  /system/script/add dont-require-permissions=yes policy=ftp,read,write,policy,test source=0 name=karibu-update-proofs comment="karibu:update-proofs"
  :if ([:len [/system/script/find where comment="karibu:update-step"]] > 0) do={ /system/script/remove [/system/script/find where comment="karibu:update-step"] }
  /system/script/add dont-require-permissions=yes policy=ftp,read,write,policy,test source=":if (([:len [/system/script/job/find where script=karibu-update-step]] < 2) and ([/system/resource/get uptime] > 00:01:30)) do={\0A\
  :local phase \"\"\0A\
  :do { :set phase [/system/script/get [/system/script/find where comment=\"karibu:update-phase\"] source] } on-error={ }\0A\
  :if (!(\$phase ~ \"^(again|unpack|try|undo|tidy)\\\$\")) do={\0A\
    :set phase \"tidy\"\0A\
    :if (([:len [/container/find where comment=\"karibu:agent-old\"]] > 0) or !([:len [/container/find where comment=\"karibu:agent\"]] = 1)) do={ :set phase \"undo\" }\0A\
  }\0A\
  :if (\$phase = \"again\") do={\0A\
    :foreach item in=[/container/find where comment=\"karibu:agent-next\"] do={\0A\
      :local root [:tostr [/container/get \$item root-dir]]\0A\
      :if ([:pick \$root 0 1] = \"/\") do={ :set root [:pick \$root 1 [:len \$root]] }\0A\
      :do { /container/stop \$item } on-error={ }\0A\
      :delay 3s\0A\
      :do {\0A\
        /container/remove \$item\0A\
        :delay 3s\0A\
        :do { /file/remove [/file/find where name=\$root] } on-error={ }\0A\
      } on-error={ }\0A\
    }\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={ /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=unpack }\0A\
  }\0A\
  :if (\$phase = \"unpack\") do={\0A\
    :local count 31\0A\
    :do {\0A\
      :set count ([:tonum [/system/script/get [/system/script/find where comment=\"karibu:update-count\"] source]] + 1)\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-count\"] source=[:tostr \$count]\0A\
    } on-error={ }\0A\
    :local state \"\"\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={\0A\
      :if ([:len [/file/find where name=\"usb1/karibu/data/image-update.tar\"]] > 0) do={\0A\
        :do {\0A\
          /container/add interface=karibu-veth envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=128M restart-policy=no restart-interval=10s healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=no name=karibu-agent-5891b5b5 file=usb1/karibu/data/image-update.tar root-dir=usb1/karibu/root-5891b5b5 comment=\"karibu:agent-next\"\0A\
          /log/info \"karibu: the new image is being unpacked\"\0A\
        } on-error={ /log/info \"karibu: the new image is not taken\" }\0A\
      }\0A\
    } else={\0A\
      :set state [:tostr [/container/get [/container/find where comment=\"karibu:agent-next\"]]]\0A\
    }\0A\
    :if (\$state ~ \"(^|;)(status=stopped|stopped=(true|yes))(;|\\\$)\") do={\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-count\"] source=\"0\"\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=try\0A\
    } else={\0A\
      :if ((\$count > 30) or (\$state ~ \"(^|;)(status=(error|failed)|(error|failed)=(true|yes))(;|\\\$)\")) do={\0A\
        /log/info \"karibu: the new image can't be unpacked; the old one stays\"\0A\
        /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=tidy\0A\
      }\0A\
    }\0A\
  }\0A\
  :if (\$phase = \"try\") do={\0A\
    :local count 13\0A\
    :do {\0A\
      :set count ([:tonum [/system/script/get [/system/script/find where comment=\"karibu:update-count\"] source]] + 1)\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-count\"] source=[:tostr \$count]\0A\
    } on-error={ }\0A\
    :if (([:len [/container/find where comment=\"karibu:agent\"]] > 0) and ([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={\0A\
      :do { /container/stop [/container/find where comment=\"karibu:agent\"] } on-error={ }\0A\
      :for left from=1 to=20 do={\0A\
        :if (([:tostr [/container/get [/container/find where comment=\"karibu:agent\"]]] ~ \"(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\\\$)\")) do={ :delay 1s }\0A\
      }\0A\
      :if (!([:tostr [/container/get [/container/find where comment=\"karibu:agent\"]]] ~ \"(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\\\$)\")) do={\0A\
        :do { /container/set [/container/find where comment=\"karibu:agent\"] comment=\"karibu:agent-old\" start-on-boot=no restart-policy=no } on-error={ /log/info \"karibu: agent could not become agent-old\" }\0A\
      }\0A\
      :do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ }\0A\
    }\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent\"]] > 0) and ([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={\0A\
      :do { /container/set [/container/find where comment=\"karibu:agent-next\"] comment=\"karibu:agent\" start-on-boot=yes restart-policy=always restart-interval=10s } on-error={ /log/info \"karibu: agent-next could not become agent\" }\0A\
      /log/info \"karibu: the new image is started\"\0A\
    }\0A\
    :local proofs 0\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={\0A\
      :do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ }\0A\
      :local said \"\"\0A\
      :do { :set said ([/tool/fetch url=\"http://172.31.255.2/image-update\\3Fkey=044e4a4bca87b5c41301\" output=user as-value]->\"data\") } on-error={ }\0A\
      :do { :if (\$said = \"proved\") do={ :set proofs ([:tonum [/system/script/get [/system/script/find where comment=\"karibu:update-proofs\"] source]] + 1) } } on-error={ }\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-proofs\"] source=[:tostr \$proofs]\0A\
    }\0A\
    :if (\$proofs > 2) do={\0A\
      /log/info \"karibu: the new image has proved itself; the old one goes\"\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=tidy\0A\
    } else={\0A\
      :if (\$count > 12) do={\0A\
        /log/info \"karibu: the new image did not prove itself; back to the old one\"\0A\
        /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=undo\0A\
      }\0A\
    }\0A\
  }\0A\
  :if (\$phase = \"undo\") do={\0A\
    :if (([:len [/container/find where comment=\"karibu:agent\"]] > 0) and ([:len [/container/find where comment=\"karibu:agent-old\"]] > 0)) do={\0A\
      :do { /container/stop [/container/find where comment=\"karibu:agent\"] } on-error={ }\0A\
      :for left from=1 to=20 do={\0A\
        :if (([:tostr [/container/get [/container/find where comment=\"karibu:agent\"]]] ~ \"(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\\\$)\")) do={ :delay 1s }\0A\
      }\0A\
      :if (!([:tostr [/container/get [/container/find where comment=\"karibu:agent\"]]] ~ \"(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\\\$)\")) do={\0A\
        :do { /container/set [/container/find where comment=\"karibu:agent\"] comment=\"karibu:agent-failed\" start-on-boot=no restart-policy=no } on-error={ /log/info \"karibu: agent could not become agent-failed\" }\0A\
      }\0A\
    }\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent\"]] > 0) and ([:len [/container/find where comment=\"karibu:agent-old\"]] > 0)) do={\0A\
      :do { /container/set [/container/find where comment=\"karibu:agent-old\"] comment=\"karibu:agent\" start-on-boot=yes restart-policy=always restart-interval=10s } on-error={ /log/info \"karibu: agent-old could not become agent\" }\0A\
    }\0A\
    :if (!([:len [/container/find where comment=\"karibu:agent\"]] > 0) and !([:len [/container/find where comment=\"karibu:agent-old\"]] > 0) and ([:len [/container/find where comment=\"karibu:agent-next\"]] > 0)) do={\0A\
      :do { /container/set [/container/find where comment=\"karibu:agent-next\"] comment=\"karibu:agent\" start-on-boot=yes restart-policy=always restart-interval=10s } on-error={ /log/info \"karibu: agent-next could not become agent\" }\0A\
    }\0A\
    :do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ }\0A\
    :if (([:len [/container/find where comment=\"karibu:agent\"]] = 1) and !([:len [/container/find where comment=\"karibu:agent-old\"]] > 0)) do={ /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=tidy }\0A\
  }\0A\
  :if (\$phase = \"tidy\") do={\0A\
    :if (([:len [/container/find where comment=\"karibu:agent\"]] = 1)) do={\0A\
      :foreach item in=[/container/find where comment~\"^karibu:agent-\"] do={\0A\
        :local root [:tostr [/container/get \$item root-dir]]\0A\
        :if ([:pick \$root 0 1] = \"/\") do={ :set root [:pick \$root 1 [:len \$root]] }\0A\
        :do { /container/stop \$item } on-error={ }\0A\
        :delay 3s\0A\
        :do {\0A\
          /container/remove \$item\0A\
          :delay 3s\0A\
          :do { /file/remove [/file/find where name=\$root] } on-error={ }\0A\
        } on-error={ }\0A\
      }\0A\
      :if ([:len [/container/find where comment~\"^karibu:agent-\"]] = 0) do={\0A\
        :do { /file/remove [/file/find where name=\"usb1/karibu/data/image-update.tar\"] } on-error={ }\0A\
        /log/info \"karibu: the image update is over\"\0A\
        /system/scheduler/remove [/system/scheduler/find where comment=\"karibu:update-boot\"]\0A\
        /system/script/remove [/system/script/find where comment~\"^karibu:update-\"]\0A\
        /system/scheduler/remove [/system/scheduler/find where comment=\"karibu:update-minute\"]\0A\
      }\0A\
    } else={\0A\
      /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=undo\0A\
    }\0A\
  }\0A\
}" name=karibu-update-step comment="karibu:update-step"
  :if ([:len [/system/scheduler/find where comment="karibu:update-boot"]] > 0) do={ /system/scheduler/remove [/system/scheduler/find where comment="karibu:update-boot"] }
  /system/scheduler/add start-time=startup interval=0s on-event=":if ([/system/script/get [/system/script/find where comment=\"karibu:update-phase\"] source] = \"unpack\") do={ /system/script/set [/system/script/find where comment=\"karibu:update-phase\"] source=again }" name=karibu-update-boot policy=ftp,read,write,policy,test comment="karibu:update-boot"
  :if ([:len [/system/scheduler/find where comment="karibu:update-minute"]] > 0) do={ /system/scheduler/remove [/system/scheduler/find where comment="karibu:update-minute"] }
  /system/scheduler/add start-date=1970-01-01 start-time="00:00:00" interval=1m on-event=":if ([:len [/system/script/find where comment=\"karibu:update-step\"]] > 0) do={\0A\
  /system/script/run karibu-update-step\0A\
} else={\0A\
  /system/scheduler/remove [/system/scheduler/find where comment=\"karibu:update-minute\"]\0A\
}" name=karibu-update-minute policy=ftp,read,write,policy,test comment="karibu:update-minute"
  :put "karibu: the router goes on by itself: guests are cut off for a minute, and it goes back to the old image if the new one does not prove itself."
  :put "karibu: look at /log/print where message~\"karibu\""
}
