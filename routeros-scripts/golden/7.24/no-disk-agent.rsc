
# The agent
:put "karibu: The agent"
:if ([:len [/disk/find where comment="karibu:agent-ram"]] = 0) do={ /disk/add type=tmpfs slot=karibu-ram tmpfs-max-size=320M comment="karibu:agent-ram" }
:if ([:len [/system/script/find where comment="karibu:before-containers"]] = 0) do={
  :local was1 [:tostr [/container/config/get tmpdir]]
  /system/script/add name=karibu-before-containers comment="karibu:before-containers" source=("/container/config/set tmpdir=\"" . $was1 . "\"")
}
/container/config/set tmpdir=karibu-ram/tmp
:if (([:len [/container/find where comment="karibu:agent"]] > 0) && ([:len [/system/script/find where comment="karibu:agent-outdated"]] = 0)) do={
  :local differs false
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"] value]] != "https://hub.example.com") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"] value]] != "sample-enrol-token") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_INTERNAL_FLASH"] value]] != "1") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"] value]] != "sample-radius-secret") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"] value]] != "172.31.255.1") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"] value]] != "172.31.255.1") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"] value]] != "3799") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"] value]] != "172.31.255.1") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"] value]] != "8728") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"] value]] != "karibu-agent") do={ :set differs true } } on-error={ :set differs true }
  :do { :if ([:tostr [/container/envs/get [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"] value]] != "sample-api-password") do={ :set differs true } } on-error={ :set differs true }
  :if ($differs) do={ /system/script/add name=karibu-agent-outdated comment="karibu:agent-outdated" source="x" }
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_HUB_URL value="https://hub.example.com" comment="karibu:env-KARIBU_HUB_URL"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"] list=karibu-agent key=KARIBU_HUB_URL value="https://hub.example.com"
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ENROL_TOKEN value=sample-enrol-token comment="karibu:env-KARIBU_ENROL_TOKEN"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"] list=karibu-agent key=KARIBU_ENROL_TOKEN value=sample-enrol-token
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_INTERNAL_FLASH"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_INTERNAL_FLASH value=1 comment="karibu:env-KARIBU_INTERNAL_FLASH"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_INTERNAL_FLASH"] list=karibu-agent key=KARIBU_INTERNAL_FLASH value=1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_RADIUS_SECRET value=sample-radius-secret comment="karibu:env-KARIBU_RADIUS_SECRET"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"] list=karibu-agent key=KARIBU_RADIUS_SECRET value=sample-radius-secret
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_RADIUS_CLIENTS value=172.31.255.1 comment="karibu:env-KARIBU_RADIUS_CLIENTS"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"] list=karibu-agent key=KARIBU_RADIUS_CLIENTS value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_COA_HOST value=172.31.255.1 comment="karibu:env-KARIBU_COA_HOST"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"] list=karibu-agent key=KARIBU_COA_HOST value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_COA_PORT value=3799 comment="karibu:env-KARIBU_COA_PORT"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"] list=karibu-agent key=KARIBU_COA_PORT value=3799
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_HOST value=172.31.255.1 comment="karibu:env-KARIBU_ROUTER_HOST"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"] list=karibu-agent key=KARIBU_ROUTER_HOST value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_PORT value=8728 comment="karibu:env-KARIBU_ROUTER_PORT"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"] list=karibu-agent key=KARIBU_ROUTER_PORT value=8728
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_USER value=karibu-agent comment="karibu:env-KARIBU_ROUTER_USER"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"] list=karibu-agent key=KARIBU_ROUTER_USER value=karibu-agent
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_PASSWORD value=sample-api-password comment="karibu:env-KARIBU_ROUTER_PASSWORD"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"] list=karibu-agent key=KARIBU_ROUTER_PASSWORD value=sample-api-password
}
:if (([:len [/container/find where comment="karibu:agent"]] > 0) && ([:len [/system/script/find where comment="karibu:agent-outdated"]] > 0)) do={
  :put "karibu: the agent starts anew, with its new settings"
  :do { /container/stop [/container/find where comment="karibu:agent"] } on-error={ }
  :for left from=1 to=30 do={ :if (([:tostr [/container/get [/container/find where comment="karibu:agent"]]] ~ "(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\$)")) do={ :delay 1s } }
  :if (([:tostr [/container/get [/container/find where comment="karibu:agent"]]] ~ "(^|;)(status=(running|stopping|healthy|unhealthy)|(running|stopping|healthy|unhealthy)=(true|yes))(;|\$)")) do={ :error "karibu: the container of the agent does not stop. Stop it, then try again" }
}
:foreach mark in=[/system/script/find where comment="karibu:agent-outdated"] do={ /system/script/remove $mark }
:if ([:len [/container/mounts/find where comment="karibu:agent-data"]] = 0) do={
  /container/mounts/add list=karibu-agent src=karibu/data dst="/data" comment="karibu:agent-data"
} else={
  /container/mounts/set [/container/mounts/find where comment="karibu:agent-data"] list=karibu-agent src=karibu/data dst="/data"
}
:if ([:len [/container/find where comment="karibu:agent"]] = 0) do={
  /container/add interface=[/interface/veth/get [/interface/veth/find where comment="karibu:agent-veth"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M restart-policy=no healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment="karibu:agent"
} else={
  :do { /container/set [/container/find where comment="karibu:agent"] interface=[/interface/veth/get [/interface/veth/find where comment="karibu:agent-veth"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M restart-policy=no healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=no name=karibu-agent } on-error={ :put "karibu: the agent still runs with its old settings. Stop its container and import this script again to apply the new ones" }
}
{
  :local text1 ":local agent [/container/find where comment=\"karibu:agent\"]\0A\
:local isBusy false\0A\
:foreach item in=\$agent do={ :if ([:tostr [/container/get \$item]] ~ \"(^|;)(status=(running|stopping|healthy|unhealthy|extracting|downloading)|(running|stopping|healthy|unhealthy|extracting|downloading)=(true|yes))(;|\\\$)\") do={ :set isBusy true } }\0A\
:do {\0A\
  :if ([:len [/disk/find where comment=\"karibu:agent-ram\"]] = 0) do={ /disk/add type=tmpfs slot=karibu-ram tmpfs-max-size=320M comment=\"karibu:agent-ram\" }\0A\
} on-error={ /log/info \"karibu: RouterOS refuses the RAM disk of the agent\" }\0A\
:if (\$isBusy && (!([:len [/file/find where name=\"karibu-ram/unpacked.txt\"]] > 0))) do={ :do { /file/add name=\"karibu-ram/unpacked.txt\" contents=\"x\" } on-error={ } }\0A\
:if ((!\$isBusy) && (!([:len [/file/find where name=\"karibu-ram/unpacked.txt\"]] > 0)) && ([:len [/file/find where name=\"karibu-agent.tar.gz\"]] > 0)) do={\0A\
  /log/info \"karibu: the router unpacks the agent into memory\"\0A\
  :foreach item in=\$agent do={\0A\
    :local root [:tostr [/container/get \$item root-dir]]\0A\
    :if ([:pick \$root 0 1] = \"/\") do={ :set root [:pick \$root 1 [:len \$root]] }\0A\
    :do { /container/stop \$item } on-error={ }\0A\
    :delay 3s\0A\
    :do { /container/remove \$item } on-error={ }\0A\
    :delay 3s\0A\
    :do { /file/remove [/file/find where name=\$root] } on-error={ }\0A\
  }\0A\
  :if ([:len [/container/find where comment=\"karibu:agent\"]] = 0) do={\0A\
    :local minor [:pick [:tostr [/system/resource/get version]] 0 4]\0A\
    :local add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M restart-policy=no healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\"\0A\
    :if ((\$minor = \"7.18\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlist=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes start-on-boot=no file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
    :if ((\$minor = \"7.19\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlist=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
    :if ((\$minor = \"7.20\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M auto-restart-interval=0s start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
    :if ((\$minor = \"7.21\") || (\$minor = \"7.22\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M auto-restart-interval=0s start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
    :do { [[:parse \$add]] } on-error={ /log/info \"karibu: RouterOS refuses the container of the agent\" }\0A\
  }\0A\
  :if ([:len [/container/find where comment=\"karibu:agent\"]] > 0) do={\0A\
    :do { /file/add name=\"karibu-ram/unpacked.txt\" contents=\"x\" } on-error={ }\0A\
    :set isBusy true\0A\
  }\0A\
}\0A\
:local tries 0\0A\
:foreach item in=[/system/script/find where comment=\"karibu:agent-idle\"] do={ :set tries [:len [:tostr [/system/script/get \$item source]]] }\0A\
:if (\$isBusy) do={\0A\
  :if (\$tries > 0) do={ :do { /system/script/remove [/system/script/find where comment=\"karibu:agent-idle\"] } on-error={ } }\0A\
} else={\0A\
  :if ([:len \$agent] > 0) do={ :do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ } }\0A\
  :if ([:len [/system/scheduler/find where comment=\"karibu:update-minute\"]] = 0) do={\0A\
    :if (\$tries = 0) do={\0A\
      /system/script/add name=\"karibu-agent-idle\" comment=\"karibu:agent-idle\" source=\"x\"\0A\
    }\0A\
    :if ((\$tries > 0) && (\$tries < 10)) do={\0A\
      /system/script/set [/system/script/find where comment=\"karibu:agent-idle\"] source=([:tostr [/system/script/get [/system/script/find where comment=\"karibu:agent-idle\"] source]] . \"x\")\0A\
    }\0A\
    :if (\$tries = 10) do={\0A\
      /system/script/set [/system/script/find where comment=\"karibu:agent-idle\"] source=\"xxxxxxxxxxx\"\0A\
      :if ([:len [/file/find where name=\"karibu-agent.tar.gz\"]] = 0) do={\0A\
        /log/info \"karibu: the agent does not start, and karibu-agent.tar.gz is not there to make its container anew\"\0A\
      } else={\0A\
        /log/info \"karibu: the agent does not start: its container is made anew\"\0A\
        :foreach item in=\$agent do={\0A\
          :local root [:tostr [/container/get \$item root-dir]]\0A\
          :if ([:pick \$root 0 1] = \"/\") do={ :set root [:pick \$root 1 [:len \$root]] }\0A\
          :do { /container/stop \$item } on-error={ }\0A\
          :delay 3s\0A\
          :do { /container/remove \$item } on-error={ }\0A\
          :delay 3s\0A\
          :do { /file/remove [/file/find where name=\$root] } on-error={ }\0A\
        }\0A\
        :if ([:len [/container/find where comment=\"karibu:agent\"]] = 0) do={\0A\
          :local minor [:pick [:tostr [/system/resource/get version]] 0 4]\0A\
          :local add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M restart-policy=no healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\"\0A\
          :if ((\$minor = \"7.18\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlist=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes start-on-boot=no file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
          :if ((\$minor = \"7.19\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlist=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
          :if ((\$minor = \"7.20\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mounts=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M auto-restart-interval=0s start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
          :if ((\$minor = \"7.21\") || (\$minor = \"7.22\")) do={ :set add \"/container/add interface=[/interface/veth/get [/interface/veth/find where comment=\\\"karibu:agent-veth\\\"] name] envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=256M auto-restart-interval=0s start-on-boot=no name=karibu-agent file=karibu-agent.tar.gz root-dir=karibu-ram/root comment=\\\"karibu:agent\\\"\" }\0A\
          :do { [[:parse \$add]] } on-error={ /log/info \"karibu: RouterOS refuses the container of the agent\" }\0A\
        }\0A\
      }\0A\
    }\0A\
  }\0A\
}"
  :if ([:len [/system/script/find where comment="karibu:agent-start"]] = 0) do={
    /system/script/add dont-require-permissions=yes policy=read,write,test name=karibu-agent-start source=$text1 comment="karibu:agent-start"
  } else={
    /system/script/set [/system/script/find where comment="karibu:agent-start"] dont-require-permissions=yes policy=read,write,test name=karibu-agent-start source=$text1
  }
}
:if ([:len [/system/scheduler/find where comment="karibu:agent-boot"]] = 0) do={
  /system/scheduler/add name=karibu-agent-boot start-time=startup interval=0s on-event=":delay 20s; /system/script/run karibu-agent-start" policy=read,write,test comment="karibu:agent-boot"
} else={
  /system/scheduler/set [/system/scheduler/find where comment="karibu:agent-boot"] name=karibu-agent-boot start-time=startup interval=0s on-event=":delay 20s; /system/script/run karibu-agent-start" policy=read,write,test
}
:if ([:len [/system/scheduler/find where comment="karibu:agent-minute"]] = 0) do={
  /system/scheduler/add name=karibu-agent-minute start-date=1970-01-01 start-time="00:00:00" interval=1m on-event="/system/script/run karibu-agent-start" policy=read,write,test comment="karibu:agent-minute"
} else={
  /system/scheduler/set [/system/scheduler/find where comment="karibu:agent-minute"] name=karibu-agent-minute start-date=1970-01-01 start-time="00:00:00" interval=1m on-event="/system/script/run karibu-agent-start" policy=read,write,test
}
:put "karibu: the router unpacks the image. The agent starts by itself within five minutes"