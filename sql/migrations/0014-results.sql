-- A check's results stand in its own row: they are written together, read together by the page of a domain, and no one asks for one of them. results:
-- a line each, "dkim required wrong truncated"; details: what is told of them, lines of a word and a value (lib/app/check/result_codec.h). Before, both
-- were rows of check_result, the details as JSON. Every statement can be run again after a half-done run.
SET @volmacht_sql = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE dns_check ADD COLUMN results VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''', ADD COLUMN details MEDIUMTEXT NULL', 'DO 0') FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'dns_check' AND column_name = 'results');
PREPARE volmacht_alter FROM @volmacht_sql;
EXECUTE volmacht_alter;
DEALLOCATE PREPARE volmacht_alter;
SET @volmacht_sql = NULL;

-- Empty where it is gone already.
CREATE TABLE IF NOT EXISTS check_result (
    check_id BINARY(16)    NOT NULL,
    record   VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    required TINYINT       NOT NULL,
    verdict  VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    findings VARCHAR(512)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    details  MEDIUMTEXT    NOT NULL,
    PRIMARY KEY (check_id, record)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS check_result_found (
    check_id BINARY(16)  NOT NULL,
    record   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    found    MEDIUMTEXT  NULL,
    report   MEDIUMTEXT  NULL,
    PRIMARY KEY (check_id, record)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
SET SESSION group_concat_max_len = 16777216;
REPLACE INTO check_result_found (check_id, record, found)
SELECT r.check_id, r.record, GROUP_CONCAT(CONCAT('found ', f.value) ORDER BY f.place SEPARATOR '\n')
FROM check_result r, JSON_TABLE(r.details, '$.found[*]' COLUMNS (place FOR ORDINALITY, value MEDIUMTEXT PATH '$')) f
WHERE f.value IS NOT NULL GROUP BY r.check_id, r.record;
INSERT INTO check_result_found (check_id, record, report)
SELECT r.check_id, r.record, GROUP_CONCAT(CONCAT('report ', f.host, '\nreport_accepts ', f.accepts) ORDER BY f.place SEPARATOR '\n') AS report
FROM check_result r, JSON_TABLE(r.details, '$.dmarc.reports[*]' COLUMNS (place FOR ORDINALITY, host VARCHAR(300) PATH '$.host', accepts INT PATH '$.accepts')) f
WHERE f.host IS NOT NULL GROUP BY r.check_id, r.record
ON DUPLICATE KEY UPDATE report = VALUES(report);

UPDATE dns_check c
JOIN (SELECT r.check_id,
             GROUP_CONCAT(CONCAT(r.record, IF(r.required, ' required ', ' advised '), r.verdict, ' ', r.findings, '\n')
                          ORDER BY FIELD(r.record, 'dkim', 'dkim_ed25519', 'return_path', 'dmarc') SEPARATOR '') AS results,
             GROUP_CONCAT(CONCAT_WS('\n', CONCAT('record ', r.record), f.found,
                                    CONCAT('where ', JSON_VALUE(r.details, '$.where')),
                                    CONCAT('servers_right ', JSON_VALUE(r.details, '$.servers_right')),
                                    CONCAT('servers_asked ', JSON_VALUE(r.details, '$.servers_asked')),
                                    CONCAT('old_until ', JSON_VALUE(r.details, '$.old_until')),
                                    CONCAT('found_length ', JSON_VALUE(r.details, '$.found_length')),
                                    CONCAT('wanted_length ', JSON_VALUE(r.details, '$.wanted_length')),
                                    CONCAT('fault ', JSON_VALUE(r.details, '$.fault')),
                                    CONCAT('culprit ', JSON_VALUE(r.details, '$.culprit')),
                                    CONCAT('mended ', JSON_VALUE(r.details, '$.mended')),
                                    CONCAT('zone ', JSON_VALUE(r.details, '$.zone')),
                                    CONCAT('provider ', JSON_VALUE(r.details, '$.provider')),
                                    IF(JSON_CONTAINS_PATH(r.details, 'one', '$.dmarc'), CONCAT('dmarc ', COALESCE(JSON_VALUE(r.details, '$.dmarc.policy'), '')), NULL),
                                    CONCAT('dmarc_where ', JSON_VALUE(r.details, '$.dmarc.where')),
                                    CONCAT('older ', JSON_VALUE(r.details, '$.dmarc.older')),
                                    CONCAT('older_where ', JSON_VALUE(r.details, '$.dmarc.older_where')),
                                    IF(JSON_CONTAINS_PATH(r.details, 'one', '$.dmarc.strict_dkim'), 'strict_dkim 1', NULL),
                                    IF(JSON_CONTAINS_PATH(r.details, 'one', '$.dmarc.strict_spf'), 'strict_spf 1', NULL),
                                    IF(JSON_CONTAINS_PATH(r.details, 'one', '$.dmarc.spf_apart'), 'spf_apart 1', NULL),
                                    IF(JSON_CONTAINS_PATH(r.details, 'one', '$.dmarc.testing'), 'testing 1', NULL),
                                    CONCAT('old_tags ', JSON_VALUE(r.details, '$.dmarc.old_tags')),
                                    CONCAT('pct ', JSON_VALUE(r.details, '$.dmarc.pct')),
                                    f.report, '')
                          ORDER BY FIELD(r.record, 'dkim', 'dkim_ed25519', 'return_path', 'dmarc') SEPARATOR '') AS details
      FROM check_result r LEFT JOIN check_result_found f ON f.check_id = r.check_id AND f.record = r.record
      GROUP BY r.check_id) k ON k.check_id = c.id
SET c.results = k.results, c.details = k.details;

DROP TABLE check_result_found;
DROP TABLE check_result;
