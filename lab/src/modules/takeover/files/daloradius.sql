-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: radius
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `billing_plans` (
  `id` int(8) NOT NULL AUTO_INCREMENT,
  `planName` varchar(128) DEFAULT NULL,
  `planId` varchar(128) DEFAULT NULL,
  `planType` varchar(128) DEFAULT NULL,
  `planTimeBank` varchar(128) DEFAULT NULL,
  `planCost` varchar(128) DEFAULT NULL,
  `planCurrency` varchar(128) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `billing_plans` VALUES (1,'2 Hours','','Prepaid','7200','20','KES'),(2,'Week','','Prepaid','','200','KES');
CREATE TABLE `billing_plans_profiles` (`id` int(32) NOT NULL AUTO_INCREMENT, `plan_name` varchar(128) NOT NULL COMMENT 'the name of the plan', `profile_name` varchar(256) DEFAULT NULL, PRIMARY KEY (`id`));
INSERT INTO `billing_plans_profiles` VALUES (1,'2 Hours','2HrPausada'),(2,'Week','7dCorridos');
CREATE TABLE `radacct` (
  `radacctid` bigint(21) NOT NULL AUTO_INCREMENT,
  `acctsessionid` varchar(64) NOT NULL DEFAULT '',
  `acctuniqueid` varchar(32) NOT NULL DEFAULT '',
  `username` varchar(64) NOT NULL DEFAULT '',
  `realm` varchar(64) DEFAULT '',
  `nasipaddress` varchar(15) NOT NULL DEFAULT '',
  `nasportid` varchar(32) DEFAULT NULL,
  `nasporttype` varchar(32) DEFAULT NULL,
  `acctstarttime` datetime DEFAULT NULL,
  `acctupdatetime` datetime DEFAULT NULL,
  `acctstoptime` datetime DEFAULT NULL,
  `acctinterval` int(12) DEFAULT NULL,
  `acctsessiontime` int(12) unsigned DEFAULT NULL,
  `acctauthentic` varchar(32) DEFAULT NULL,
  `connectinfo_start` varchar(128) DEFAULT NULL,
  `connectinfo_stop` varchar(128) DEFAULT NULL,
  `acctinputoctets` bigint(20) DEFAULT NULL,
  `acctoutputoctets` bigint(20) DEFAULT NULL,
  `calledstationid` varchar(50) NOT NULL DEFAULT '',
  `callingstationid` varchar(50) NOT NULL DEFAULT '',
  `acctterminatecause` varchar(32) NOT NULL DEFAULT '',
  `servicetype` varchar(32) DEFAULT NULL,
  `framedprotocol` varchar(32) DEFAULT NULL,
  `framedipaddress` varchar(15) NOT NULL DEFAULT '',
  PRIMARY KEY (`radacctid`),
  UNIQUE KEY `acctuniqueid` (`acctuniqueid`)
) ENGINE=InnoDB;
INSERT INTO `radacct` VALUES (1,'81100001','a1','QX7B2KPM','','10.0.0.1','ether2','Wireless-802.11','2026-11-22 09:00:00','2026-11-22 09:40:00','2026-11-22 09:40:00',NULL,2400,'','','',1000000,2000000,'hotspot1','AA:BB:CC:00:00:01','User-Request','','','10.5.50.2'),(2,'81100002','a2','QX7B2KPM','','10.0.0.1','ether2','Wireless-802.11','2026-11-22 10:00:00',NULL,NULL,NULL,1200,'','','',1000000,2000000,'hotspot1','AA:BB:CC:00:00:01','','','','10.5.50.2'),(3,'81100003','a3','house-1','','10.0.0.1','ether3','Ethernet','2026-11-20 10:00:00',NULL,NULL,NULL,86400,'','','',1,2,'pppoe1','AA:BB:CC:00:00:02','','Framed-User','PPP','10.6.0.2'),(4,'81100004','a4','WK81234567','','10.0.0.1','ether2','Wireless-802.11','2026-11-19 12:00:00','2026-11-19 12:10:00','2026-11-19 12:10:00',NULL,600,'','','',5,5,'hotspot1','AA:BB:CC:00:00:03','User-Request','','','10.5.50.3'),(5,'81100005','a5','WK80000001','','10.0.0.1','ether2','Wireless-802.11','2026-11-01 12:00:00','2026-11-01 12:10:00','2026-11-01 12:10:00',NULL,600,'','','',5,5,'hotspot1','AA:BB:CC:00:00:04','User-Request','','','10.5.50.4');
CREATE TABLE `radcheck` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `UserName` varchar(64) NOT NULL DEFAULT '',
  `Attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '==',
  `Value` varchar(253) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  KEY `username` (`UserName`(32))
) ENGINE=InnoDB;
LOCK TABLES `radcheck` WRITE;
/*!40000 ALTER TABLE `radcheck` DISABLE KEYS */;
-- INSERT INTO `radcheck` VALUES (99,'not-there','Cleartext-Password',':=','x');
INSERT INTO `radcheck` VALUES
(1,'QX7B2KPM','Cleartext-Password',':=','QX7B2KPM'),
(2,'RT5C9LDM','User-Password','==','RT5C9LDM'),
(3,'WK81234567','Cleartext-Password',':=','4711'),
(4,'WK80000001','Cleartext-Password',':=','4712'),
(5,'house-1','Cleartext-Password',':=','1234'),
(6,'house-1','Simultaneous-Use',':=','1'),
(7,'house-2','Cleartext-Password',':=','p;w,(\'x'),
(8,'house-2','Expiration',':=','22 Dec 2026'),
(9,'house-3','Cleartext-Password',':=','house-3'),
(10,'house-3','Expiration',':=','December 31 2026 18:00:00'),
(11,'blocked','Cleartext-Password',':=','blocked'),
(12,'hashed','MD5-Password',':=','827ccb0eea8a706c4c34a16891f84e7b'),
(13,'soon','Cleartext-Password',':=','soon'),
(14,'soon','Expiration',':=','kesho asubuhi'),
(15,'daily','Cleartext-Password',':=','daily-word'),
(16,'daily','Max-Daily-Session',':=','3600'),
(17,'daily','Login-Time',':=','Wk0800-1800'),
(18,'office','Cleartext-Password',':=','office-word'),
(19,'AA:BB:CC:DD:EE:01','Auth-Type',':=','Accept'),
(20,'one-way','Cleartext-Password',':=','one-way');
/*!40000 ALTER TABLE `radcheck` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE `radgroupcheck` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `groupname` varchar(64) NOT NULL DEFAULT '', `attribute` varchar(64) NOT NULL DEFAULT '', `op` char(2) NOT NULL DEFAULT '==', `value` varchar(253) NOT NULL DEFAULT '', PRIMARY KEY (`id`));
INSERT INTO `radgroupcheck` VALUES
(1,'daloRADIUS-Disabled-Users','Auth-Type',':=','Reject'),
(3,'2HrPausada','Max-All-Session',':=','7200'),
(4,'2HrPausada','Fall-Through',':=','Yes'),
(5,'2HrPausada','Simultaneous-Use',':=','1'),
(9,'7dCorridos','Access-Period',':=','604800'),
(11,'7dCorridos','Simultaneous-Use',':=','1');
CREATE TABLE `radgroupreply` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `groupname` varchar(64) NOT NULL DEFAULT '', `attribute` varchar(64) NOT NULL DEFAULT '', `op` char(2) NOT NULL DEFAULT '=', `value` varchar(253) NOT NULL DEFAULT '', PRIMARY KEY (`id`));
INSERT INTO `radgroupreply` VALUES (1,'2HrPausada','Mikrotik-Rate-Limit',':=','1M/3M'),(2,'7dCorridos','WISPr-Bandwidth-Max-Down',':=','5000000'),(3,'7dCorridos','WISPr-Bandwidth-Max-Up',':=','2000000'),(4,'home','Framed-Protocol',':=','PPP'),(5,'home','Framed-Pool',':=','pool-home'),(6,'home','Mikrotik-Rate-Limit',':=','5M/10M 8M/15M 4M/8M 16/16');
CREATE TABLE `radreply` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `username` varchar(64) NOT NULL DEFAULT '', `attribute` varchar(64) NOT NULL DEFAULT '', `op` char(2) NOT NULL DEFAULT '=', `value` varchar(253) NOT NULL DEFAULT '', PRIMARY KEY (`id`));
INSERT INTO `radreply` VALUES (1,'house-2','Framed-IP-Address',':=','10.6.0.50'),(2,'house-2','Mikrotik-Rate-Limit',':=','20M/20M'),(3,'one-way','Mikrotik-Xmit-Limit',':=','1073741824');
CREATE TABLE `radusergroup` (`username` varchar(64) NOT NULL DEFAULT '', `groupname` varchar(64) NOT NULL DEFAULT '', `priority` int(11) NOT NULL DEFAULT 1, KEY `username` (`username`(32)));
INSERT INTO `radusergroup` VALUES ('QX7B2KPM','2HrPausada',0),('RT5C9LDM','2HrPausada',0),('WK81234567','7dCorridos',0),('WK80000001','7dCorridos',0),('house-1','home',0),('house-2','home',0),('House-3','home',0),('blocked','daloRADIUS-Disabled-Users',0),('blocked','home',1),('hashed','home',0),('ghost','home',0),('soon','home',0);
CREATE TABLE `userinfo` (`id` int(32) NOT NULL AUTO_INCREMENT, `username` varchar(128) DEFAULT NULL, `firstname` varchar(200) DEFAULT NULL, `lastname` varchar(200) DEFAULT NULL, `email` varchar(200) DEFAULT NULL, `mobilephone` varchar(200) DEFAULT NULL, PRIMARY KEY (`id`));
INSERT INTO `userinfo` VALUES (1,'QX7B2KPM','','','',''),(2,'house-1','Nyumba','Moja','','0722000011'),(3,'house-2','Nyumba','Mbili','n2@y.test',''),(4,'house-3','','','','');
-- Dump completed on 2026-11-22 12:00:00
