-- phpMyAdmin SQL Dump
-- version 5.2.1
-- https://www.phpmyadmin.net/
--
-- Host: localhost:3306
-- Generation Time: Nov 22, 2026 at 09:12 AM

SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;

--
-- Database: `nuxbill`
--

DELIMITER $$
--
-- Procedures
--
CREATE DEFINER=`root`@`localhost` PROCEDURE `make_voucher` (IN `p_code` VARCHAR(55))   BEGIN
INSERT INTO `tbl_voucher` (`type`, `routers`, `id_plan`, `code`, `user`, `status`) VALUES ('Hotspot', 'R1', 1, p_code, '0', '0');
END$$

DELIMITER ;

-- --------------------------------------------------------

CREATE TABLE `tbl_appconfig` (
  `id` int(11) NOT NULL,
  `setting` mediumtext NOT NULL,
  `value` mediumtext DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO `tbl_appconfig` (`id`, `setting`, `value`) VALUES
(1, 'CompanyName', 'Mtaa Net'),
(2, 'note', 'Don''t lose it; \"keep\" the receipt'),
(3, 'script', 'on login; /ip hotspot user print; /tool fetch');

CREATE TABLE `tbl_bandwidth` (
  `id` int(10) UNSIGNED NOT NULL,
  `name_bw` varchar(255) NOT NULL,
  `rate_down` int(10) UNSIGNED NOT NULL,
  `rate_down_unit` enum('Kbps','Mbps') NOT NULL,
  `rate_up` int(10) UNSIGNED NOT NULL,
  `rate_up_unit` enum('Kbps','Mbps') NOT NULL,
  `burst` varchar(128) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

INSERT INTO `tbl_bandwidth` (`id`, `name_bw`, `rate_down`, `rate_down_unit`, `rate_up`, `rate_up_unit`, `burst`) VALUES
(1, '5M', 5, 'Mbps', 2, 'Mbps', ''),
(2, '512k', 512, 'Kbps', 256, 'Kbps', '');

INSERT INTO `tbl_customers` (`username`, `id`, `fullname`, `password`, `pppoe_username`, `pppoe_password`, `pppoe_ip`, `address`, `phonenumber`, `email`, `balance`, `service_type`, `status`, `created_at`, `last_login`) VALUES
('nyumba-1', 1, 'Mama Njeri\r\nO\'Brien', 'w;o,r)d', '', '', '', 'Plot 4,\r\n(behind \"Duka\")', '0722000031', '1', '0.00', 'Others', 'Active', '2026-01-01 08:00:00', NULL),
('nyumba-2', 2, 'Zuri \\ Moja', 'it''s-2', 'ppp-2', '', '10.6.0.9', NULL, '0722000032', '1', '-150.00', 'PPPoE', 'Active', '2026-01-01 08:00:00', NULL),
('8H3K2M', 3, '', '8H3K2M', '', '', '', '', '0', '1', '0.00', 'Hotspot', 'Active', '2026-11-22 08:00:00', '2026-11-22 08:00:00'),
('nyumba-4', 4, 'Banned', 'x', '', '', '', '', '0', '1', '0.00', 'PPPoE', 'Banned', '2026-01-01 08:00:00', NULL);

INSERT INTO `tbl_plans` (`id`, `name_plan`, `id_bw`, `price`, `type`, `typebp`, `limit_type`, `time_limit`, `time_unit`, `data_limit`, `data_unit`, `validity`, `validity_unit`, `shared_users`, `routers`, `is_radius`, `pool`, `pool_expired`, `list_expired`, `enabled`, `prepaid`, `plan_type`) VALUES
(1, '3 Hours', 1, '20', 'Hotspot', 'Limited', 'Time_Limit', 3, 'Hrs', 0, 'MB', 1, 'Days', 1, 'R1', 0, NULL, '', '', 1, 'yes', 'Personal'),
(2, 'Home 5', 1, '1500', 'PPPOE', 'Unlimited', NULL, NULL, NULL, NULL, NULL, 1, 'Months', NULL, 'R1', 0, 'pool-home', '', '', 1, 'yes', 'Personal'),
(3, 'Top up', 1, '100', 'Balance', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'Days', NULL, '', 0, NULL, '', '', 1, 'yes', 'Personal');

INSERT IGNORE INTO `tbl_user_recharges` (`id`, `customer_id`, `username`, `plan_id`, `namebp`, `recharged_on`, `recharged_time`, `expiration`, `time`, `status`, `method`, `routers`, `type`, `admin_id`) VALUES
(1, 1, 'nyumba-1', 2, 'Home 5', '2026-11-01', '10:00:00', '2026-12-01', '10:00:00', 'on', 'mpesa', 'R1', 'PPPOE', 1),
(2, 2, 'nyumba-2', 2, 'Home 5', '2026-10-01', '10:00:00', '2026-11-01', '10:00:00', 'off', 'mpesa', 'R1', 'PPPOE', 1),
(3, 3, '8H3K2M', 1, '3 Hours', '2026-11-22', '08:00:00', '2026-11-23', '08:00:00', 'on', 'Voucher - 8H3K2M', 'R1', 'Hotspot', 1);

INSERT INTO `tbl_voucher` (`id`, `type`, `routers`, `id_plan`, `code`, `user`, `status`, `used_date`, `generated_by`) VALUES
(1, 'Hotspot', 'R1', 1, '8H3K2M', '8H3K2M', '1', '2026-11-22 08:00:00', 1),
(2, 'Hotspot', 'R1', 1, 'Q7RT5C', '0', '0', NULL, 1),
(3, 'Hotspot', 'R1', 1, 'K2NN8W', '0', '0', NULL, 1),
(4, 'Hotspot', 'R1', 9, 'LOST99', '0', '0', NULL, 1);

ALTER TABLE `tbl_appconfig`
  ADD PRIMARY KEY (`id`);
COMMIT;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
