-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: 
-- ------------------------------------------------------
-- Current Database: `nuxbill`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ `nuxbill` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;

USE `nuxbill`;
CREATE TABLE `tbl_bandwidth` (`id` int(10) unsigned NOT NULL, `name_bw` varchar(255) NOT NULL, `rate_down` int(10) unsigned NOT NULL, `rate_down_unit` enum('Kbps','Mbps') NOT NULL, `rate_up` int(10) unsigned NOT NULL, `rate_up_unit` enum('Kbps','Mbps') NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_bandwidth` VALUES (1,'5M',5,'Mbps',2,'Mbps');
CREATE TABLE `tbl_customers` (`id` int(10) NOT NULL, `username` varchar(45) NOT NULL, `password` varchar(45) NOT NULL, `fullname` varchar(45) NOT NULL, `status` varchar(10) NOT NULL, PRIMARY KEY (`id`));
LOCK TABLES `tbl_customers` WRITE;
/*!40000 ALTER TABLE `tbl_customers` DISABLE KEYS */;
INSERT INTO `tbl_customers` VALUES (1,'code-1001','code-1001','','Active'),(2,'house-21','pw','Nyumba','Active');
/*!40000 ALTER TABLE `tbl_customers` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE `tbl_plans` (`id` int(10) NOT NULL, `name_plan` varchar(40) NOT NULL, `id_bw` int(10) NOT NULL, `price` varchar(40) NOT NULL, `type` enum('Hotspot','PPPOE','Balance') NOT NULL, `typebp` enum('Unlimited','Limited') DEFAULT NULL, `limit_type` enum('Time_Limit','Data_Limit','Both_Limit') DEFAULT NULL, `time_limit` int(10) unsigned DEFAULT NULL, `time_unit` enum('Mins','Hrs') DEFAULT NULL, `validity` int(10) NOT NULL, `validity_unit` varchar(10) NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_plans` VALUES (1,'Hours',1,'20','Hotspot','Limited','Time_Limit',3,'Hrs',1,'Days'),(2,'Home',1,'1500','PPPOE','Unlimited',NULL,NULL,NULL,1,'Months');
CREATE TABLE `tbl_user_recharges` (`id` int(10) NOT NULL, `customer_id` int(10) NOT NULL, `username` varchar(32) NOT NULL, `plan_id` int(10) NOT NULL, `recharged_on` date NOT NULL, `recharged_time` time NOT NULL, `expiration` date NOT NULL, `time` time NOT NULL, `status` varchar(20) NOT NULL, `type` varchar(15) NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_user_recharges` VALUES (1,1,'code-1001',1,'2026-11-22','08:00:00','2026-11-23','08:00:00','on','Hotspot'),(2,2,'house-21',2,'2026-11-01','08:00:00','2026-12-01','08:00:00','on','PPPOE');

--
-- Current Database: `nuxbill_2024`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ `nuxbill_2024` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;

USE `nuxbill_2024`;
CREATE TABLE `tbl_customers` (`id` int(10) NOT NULL, `username` varchar(45) NOT NULL, `password` varchar(45) NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_customers` VALUES (1,'somebody-else','x'),(2,'gone','y');
CREATE TABLE `tbl_plans` (`id` int(10) NOT NULL, `name_plan` varchar(40) NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_plans` VALUES (1,'Old price'),(2,'Older price');

--
-- Current Database: `radius`
--

USE `radius`;
CREATE TABLE `radacct` (`radacctid` bigint(21) NOT NULL, `username` varchar(64) NOT NULL, `acctstarttime` datetime DEFAULT NULL, `acctsessiontime` int(12) unsigned DEFAULT NULL, `acctinputoctets` bigint(20) DEFAULT NULL, `acctoutputoctets` bigint(20) DEFAULT NULL, `framedprotocol` varchar(32) DEFAULT NULL, PRIMARY KEY (`radacctid`));
INSERT INTO `radacct` VALUES (1,'code-1001','2026-11-22 09:00:00',1800,1000,2000,NULL);
-- Dump completed on 2026-11-22 12:00:00
