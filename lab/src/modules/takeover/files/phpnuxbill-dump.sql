-- MySQL dump 10.13  Distrib 8.0.39, for Linux (x86_64)
--
-- Host: localhost    Database: nuxbill
-- ------------------------------------------------------
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `tbl_bandwidth`;
CREATE TABLE `tbl_bandwidth` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `name_bw` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  `rate_down` int unsigned NOT NULL,
  `rate_down_unit` enum('Kbps','Mbps') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  `rate_up` int unsigned NOT NULL,
  `rate_up_unit` enum('Kbps','Mbps') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  `burst` varchar(128) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
LOCK TABLES `tbl_bandwidth` WRITE;
/*!40000 ALTER TABLE `tbl_bandwidth` DISABLE KEYS */;
INSERT INTO `tbl_bandwidth` VALUES (1,'10M; "home"',10,'Mbps',10,'Mbps','');
/*!40000 ALTER TABLE `tbl_bandwidth` ENABLE KEYS */;
UNLOCK TABLES;
CREATE TABLE `tbl_customers` (
  `id` int NOT NULL AUTO_INCREMENT,
  `username` varchar(45) NOT NULL,
  `password` varchar(45) NOT NULL,
  `photo` varchar(128) NOT NULL DEFAULT '/user.default.jpg',
  `pppoe_username` varchar(32) NOT NULL DEFAULT '' COMMENT 'For PPPOE Login, if different',
  `pppoe_password` varchar(45) NOT NULL DEFAULT '' COMMENT 'For PPPOE Login',
  `pppoe_ip` varchar(32) NOT NULL DEFAULT '' COMMENT 'For PPPOE Login',
  `fullname` varchar(45) NOT NULL,
  `address` mediumtext,
  `city` varchar(255) DEFAULT NULL,
  `district` varchar(255) DEFAULT NULL,
  `state` varchar(255) DEFAULT NULL,
  `zip` varchar(10) DEFAULT NULL,
  `phonenumber` varchar(20) DEFAULT '0',
  `email` varchar(128) NOT NULL DEFAULT '1',
  `coordinates` varchar(50) NOT NULL DEFAULT '' COMMENT 'Latitude and Longitude coordinates',
  `account_type` enum('Business','Personal') DEFAULT 'Personal' COMMENT 'For selecting account type',
  `balance` decimal(15,2) NOT NULL DEFAULT '0.00' COMMENT 'For Money Deposit',
  `service_type` enum('Hotspot','PPPoE','VPN','Others') DEFAULT 'Others' COMMENT 'For selecting user type',
  `auto_renewal` tinyint(1) NOT NULL DEFAULT '1' COMMENT 'Auto renewall using balance',
  `status` enum('Active','Banned','Disabled','Inactive','Limited','Suspended') NOT NULL DEFAULT 'Active',
  `created_by` int NOT NULL DEFAULT '0',
  `created_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `last_login` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `tbl_customers` VALUES (1,'nyumba-1','O\'Brien','/user.default.jpg','','1234','','Nyumba Moja (juu, kushoto)','Mtaa wa \"Juu\";\nNairobi',NULL,NULL,NULL,NULL,'0','1','','Personal',0.00,'Others',1,'Active',0,'2026-10-01 08:00:00',NULL),(2,'nyumba-2','two','/user.default.jpg','','','','Nyumba Mbili','',NULL,NULL,NULL,NULL,'0722000002','x@y.test','','Personal',120.50,'Hotspot',1,'Active',0,'2026-10-01 08:00:00','2026-11-20 08:00:00');
INSERT INTO `tbl_customers` VALUES (3,'half','row');
CREATE TABLE `tbl_plans` (`id` int NOT NULL AUTO_INCREMENT, `name_plan` varchar(40) NOT NULL, `id_bw` int NOT NULL, `price` varchar(40) NOT NULL, `type` enum('Hotspot','PPPOE','VPN','Balance') NOT NULL, `typebp` enum('Unlimited','Limited') DEFAULT NULL, `validity` int NOT NULL, `validity_unit` enum('Mins','Hrs','Days','Months','Period') NOT NULL, `pool` varchar(40) DEFAULT NULL, PRIMARY KEY (`id`));
INSERT INTO `tbl_plans` VALUES (1,'Home 10',1,'2500','PPPOE','Unlimited',1,'Months','pool-10');
CREATE TABLE `tbl_user_recharges` (
  `id` int NOT NULL AUTO_INCREMENT,
  `customer_id` int NOT NULL,
  `username` varchar(32) NOT NULL,
  `plan_id` int NOT NULL,
  `namebp` varchar(40) NOT NULL,
  `recharged_on` date NOT NULL,
  `recharged_time` time NOT NULL DEFAULT '00:00:00',
  `expiration` date NOT NULL,
  `time` time NOT NULL,
  `status` varchar(20) NOT NULL,
  `method` varchar(128) NOT NULL DEFAULT '',
  `routers` varchar(32) NOT NULL,
  `type` varchar(15) NOT NULL,
  `admin_id` int NOT NULL DEFAULT '1',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `tbl_user_recharges` VALUES (1,1,'nyumba-1',1,'Home 10','2026-11-01','10:00:00','2026-12-01','10:00:00','on','Cash - Admin','Router1','PPPOE',1),(2,2,'nyumba-2',1,'Home 10','2026-10-01','10:00:00','2026-11-01','10:00:00','off','Cash - Admin','Router1','PPPOE',1);
-- Dump completed on 2026-11-22 10:00:00
