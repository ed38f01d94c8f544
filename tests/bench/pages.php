<?php
/*
 * The overview and the page of one domain as a PHP program would write them: the same session and page queries (the files of sql/), prepared
 * natively on a persistent connection, the same words, the same markup through plain PHP templates. What a request needs and no more: no
 * framework, no autoloader. The files that it includes are made by php.py.
 */
declare(strict_types=1);

const PAGE_SIZE = 15;
const EVENTS_SHOWN = 5;
const RECORDS = 3;

$database = require __DIR__ . '/database.php';
$settings = require __DIR__ . '/settings.php';
$statements = require __DIR__ . '/statements.php';
$words = require __DIR__ . '/words.php';
$now = (int)(microtime(true) * 1000);

function rows(PDO $db, string $sql, array $arguments): array
{
    $statement = $db->prepare($sql);
    foreach ($arguments as $i => $argument) {
        $statement->bindValue($i + 1, $argument, is_int($argument) ? PDO::PARAM_INT : PDO::PARAM_STR);
    }
    $statement->execute();
    return $statement->fetchAll(PDO::FETCH_ASSOC);
}

function fill(string $text, array $values): string
{
    $pairs = [];
    foreach ($values as $name => $value) {
        $pairs['{' . $name . '}'] = (string)$value;
    }
    return strtr($text, $pairs);
}

function uuid_text(string $bytes): string
{
    $hex = bin2hex($bytes);
    return substr($hex, 0, 8) . '-' . substr($hex, 8, 4) . '-' . substr($hex, 12, 4) . '-' . substr($hex, 16, 4) . '-' . substr($hex, 20);
}

function csrf_of(string $token): string
{
    $salt = random_bytes(16);
    return rtrim(strtr(base64_encode($salt . sodium_crypto_generichash($salt . $token, 'volmacht.csrf-token-of-session.1', 16)), '+/', '-_'), '=');
}

function time_text(array $words, int $ms, int $now): string
{
    $day = date('Y-m-d', intdiv($ms, 1000));
    $clock = date('H:i', intdiv($ms, 1000));
    if ($day === date('Y-m-d', intdiv($now, 1000))) {
        return fill($words['TIME_TODAY'], ['clock' => $clock]);
    }
    if ($day === date('Y-m-d', intdiv($now, 1000) - 86400)) {
        return fill($words['TIME_YESTERDAY'], ['clock' => $clock]);
    }
    [$year, $month, $number] = explode('-', $day);
    return fill($words['TIME_DATE'], ['day' => (int)$number, 'month' => $words['MONTH_' . (int)$month], 'year' => $year]);
}

/* The values of the frame: who is logged in. */
function frame(array $settings, array $session, string $token, string $title): array
{
    return ['LANG' => 'nl', 'LANG_IS_NL' => true, 'TITLE' => $title, 'BRAND' => $settings['brand'], 'BRAND_VERSION' => $settings['brand_version'], 'BRAND_MARK' => true, 'BRAND_INITIAL' => 'V', 'BRAND_NAME' => true, 'USER' => true, 'EMAIL' => $session['email'],
        'ACCOUNT' => $session['account_name'], 'CSRF' => csrf_of($token), 'MENU' => true, 'DOMAINS_CURRENT' => true, 'MAY_CHANGE' => $session['role'] === 'admin',
        'MAY_ADD' => $session['role'] === 'admin'];
}

function name_values(array $row, string $name): array
{
    $shown = $row['unicode'] ?? $name;
    return ['ID' => uuid_text($row['id']), 'NAME' => $name, 'NAME_SHOWN' => $shown, 'IDN' => $shown !== $name];
}

/* --- the overview --- */

function overview(PDO $db, array $sql, array $words, array $session, int $now): array
{
    $count = ['pending' => 0, 'verified' => 0, 'lost' => 0];
    $list = rows($db, $sql['domain_page'], [$session['account_id'], '', PAGE_SIZE + 1]);
    $count = $list ? array_intersect_key($list[0], ['pending' => 0, 'verified' => 0, 'lost' => 0]) : $count;
    $more = count($list) > PAGE_SIZE;
    $list = array_slice($list, 0, PAGE_SIZE);
    $shown = [];
    foreach ($list as $row) {
        $checked = $row['checked_at'] !== null;
        $summary = fill($words[$checked ? 'LIST_RECORDS_OK' : 'LIST_RECORDS_TO_DO'],
            ['ok' => $row['records_ok'], 'total' => $row['records_total']]);
        $shown[] = name_values($row, $row['name']) + ['STATUS' => $row['status'], 'STATUS_WORD' => $words['STATUS_' . strtoupper($row['status'])],
            'SUMMARY' => $summary, 'ADDED' => time_text($words, $row['created_at'], $now), 'CHECKED' => $checked ? time_text($words, $row['checked_at'], $now) : $words['LIST_NO_TIME']];
    }
    $total = array_sum($count);
    return ['SORT' => 'name', 'DIRECTION' => 'up', 'OTHER_DIRECTION' => 'down', 'BY_NAME' => true, 'SORTED_UP' => true,
        'FOUND' => fill($words[$total === 1 ? 'LIST_COUNT_ONE' : 'LIST_COUNT'], ['count' => $total]), 'AFTER_AT' => '', 'FILLED' => true, 'TABLE' => true, 'ROW' => $shown, 'SEARCH' => '', 'STATUS_CHOSEN' => '', 'COUNT_ALL' => (string)$total,
        'COUNT_PENDING' => (string)$count['pending'], 'COUNT_VERIFIED' => (string)$count['verified'], 'COUNT_LOST' => (string)$count['lost'],
        'CHIP_LOST' => $count['lost'] > 0, 'CHIP_ALL_ON' => true, 'CHECKED_NIGHTLY' => $count['pending'] + $count['lost'] > 0, 'NEXT_CHECK' => fill($words['NEXT_CHECK_TONIGHT'], ['time' => '00:00']),
        'PAGES' => $more, 'NEXT_PAGE' => $more, 'AFTER' => $more ? end($list)['name'] : ''];
}

/* --- one domain --- */

/* The records to publish, in the order of the page. */
function records(array $domain): array
{
    $name = $domain['name'];
    return [
        'dkim' => ['host' => $domain['selector'] . '._domainkey.' . $name, 'type' => 'TXT', 'value' => 'v=DKIM1; k=rsa; p=' . $domain['public_b64'], 'required' => true],
        'return_path' => ['host' => $domain['return_path_label'] . '.' . $name, 'type' => 'CNAME', 'value' => $domain['return_path_target'], 'required' => true],
        'dmarc' => ['host' => '_dmarc.' . $name, 'type' => 'TXT', 'value' => 'v=DMARC1; p=none;', 'required' => false],
    ];
}

/* What the last check said, by record: lines of results, and the lines of details. */
function results(array $domain): array
{
    $results = [];
    foreach (explode("\n", $domain['results'] ?? '', -1) as $line) {
        [$kind, $required, $verdict, $findings] = explode(' ', $line);
        $results[$kind] = ['verdict' => $verdict, 'findings' => $findings, 'details' => ['found' => []]];
    }
    foreach (explode("\n", $domain['details'] ?? '', -1) as $line) {
        [$word, $value] = explode(' ', $line, 2);
        if ($word === 'record') {
            $kind = $value;
        } elseif ($word === 'found') {
            $results[$kind]['details']['found'][] = $value;
        } else {
            $results[$kind]['details'][$word] = $value;
        }
    }
    return $results;
}

function findings(array $words, array $record, array $result, string $name): array
{
    $details = $result['details'];
    $shown = [];
    foreach ($result['findings'] === '' ? [] : explode(',', $result['findings']) as $finding) {
        $key = 'F_' . strtoupper($finding);
        $values = ['domain' => $name, 'host' => $record['host'], 'short' => substr($record['host'], 0, -strlen($name) - 1), 'type' => $record['type'],
            'target' => $record['value'], 'where' => $details['where'] ?? '', 'right' => $details['servers_right'] ?? 0,
            'asked' => $details['servers_asked'] ?? 0, 'have' => $details['found_length'] ?? 0, 'want' => $details['wanted_length'] ?? 0];
        $advice = fill($words["{$key}_DO"] ?? '', $values);
        $shown[] = ['FINDING_WORD' => $finding, 'TONE' => $record['required'] && $result['verdict'] !== 'ok' ? 'bad' : 'tip', 'FACT' => fill($words[$key], $values),
            'HAS_ADVICE' => $advice !== '', 'ADVICE' => $advice];
    }
    return [$shown, $details];
}

/* Long runs lose their middle, as on our page. */
function add_run(array &$runs, string $kind, string $text): void
{
    if (strlen($text) <= 52) {
        $runs[] = [$kind => true, 'RUN_TEXT' => $text];
        return;
    }
    array_push($runs, [$kind => true, 'RUN_TEXT' => substr($text, 0, 32 + substr_count($text, ' '))], ['RUN_SKIPPED' => true], [$kind => true, 'RUN_TEXT' => substr($text, -12)]);
}

/* What is missing from a truncated value: the bench's wrong record; our page compares any two. */
function difference(string $wanted, string $found): array
{
    $runs = [];
    if ($found === '' || $found === $wanted || !str_starts_with($wanted, $found)) {
        return [];
    }
    add_run($runs, 'RUN_EQUAL', $found);
    add_run($runs, 'RUN_MISSING', substr($wanted, strlen($found)));
    return ['DIFFERENCE' => true, 'OF_VALUE' => true, 'RUN' => $runs];
}

/* What DMARC will make of the mail. */
function notes(array $words, array $details, bool $pass, string $name): array
{
    $effect = $words['DMARC_EFFECT_' . strtoupper($details['dmarc'] ?? 'none')];
    return [['NOTE_WORD' => 'pass', 'TONE' => $pass ? 'good' : 'wait', 'NOTE_TEXT' => fill($words[$pass ? 'DMARC_PASS_BOTH' : 'DMARC_PASS_NOT_YET'], ['domain' => $name])],
        ['NOTE_WORD' => 'holds', 'TONE' => 'good', 'NOTE_TEXT' => fill($words['DMARC_HOLDS'], ['where' => $details['dmarc_where'] ?? '', 'effect' => $effect])]];
}

function record_values(array $words, string $kind, array $record, ?array $result, string $name, bool $pass): array
{
    $key = strtoupper($kind);
    $verdict = $result['verdict'] ?? 'unknown';
    $own = substr($record['host'], 0, -strlen($name) - 1);
    $values = ['KIND' => $kind, 'VERDICT' => $verdict, 'VERDICT_WORD' => $result ? $words['VERDICT_' . strtoupper($verdict)] : $words['VERDICT_NEVER'],
        'RECORD_TITLE' => $words["RECORD_$key"], 'RECORD_WHY' => $words["RECORD_{$key}_WHY"], 'TYPE' => $record['type'], 'VALUE' => $record['value'],
        'REQUIRED' => $record['required'], 'ADVISED' => !$record['required'], 'HOST_OWN' => $own, 'HOST_REST' => substr($record['host'], strlen($own)), 'FINDING' => [], 'RUN' => [], 'NOTE' => []];
    if ($result) {
        [$values['FINDING'], $details] = findings($words, $record, $result, $name);
        $found = $verdict === 'ok' ? [] : array_slice($details['found'] ?? [], 0, 5);
        $values['HAS_FOUND'] = $found !== [];
        $values = ($verdict === 'wrong' && $found ? difference($record['value'], $found[0]) : []) + $values;
        $values['NOTE'] = $kind === 'dmarc' ? notes($words, $details, $pass, $name) : [];
        $values['FOUND'] = array_map(fn($value) => ['FOUND_VALUE' => $value], $found);
    }
    return $values;
}

function detail(PDO $db, array $sql, array $words, array $session, string $id, int $now): ?array
{
    $pair = [$session['account_id'], hex2bin(str_replace('-', '', $id))];
    $list = rows($db, $sql['domain_detail'], $pair);
    if (!$list) {
        return null;
    }
    $domain = $list[0] + ['id' => $pair[1]];
    $results = results($domain);
    $events = rows($db, $sql['domain_events'], [...$pair, EVENTS_SHOWN]);
    $shown = $history = [];
    $ok = 0;
    $bad = false;
    $records = records($domain);
    foreach ($records as $kind => $record) {
        $verdict = $results[$kind]['verdict'] ?? '';
        $ok += $verdict === 'ok' ? 1 : 0;
        $bad = $bad || ($record['required'] && in_array($verdict, ['missing', 'wrong'], true));
    }
    foreach ($records as $kind => $record) {
        $shown[] = record_values($words, $kind, $record, $results[$kind] ?? null, $domain['name'], !$bad);
    }
    foreach ($events as $event) {
        $nightly = $event['action'] === 'checked' && $event['trigger'] === 'nightly';
        $history[] = ['WHAT' => $words['EVENT_' . strtoupper($event['action']) . ($nightly ? '_NIGHTLY' : '')], 'AT' => time_text($words, $event['at'], $now),
            'HAS_BY' => ($event['user_email'] ?? '') !== '', 'BY' => $event['user_email'] ?? ''];
    }
    $status = $domain['status'];
    $said = fill($words[$bad ? 'RESULT_NOT_YET' : ($ok === RECORDS ? 'RESULT_GOOD' : 'RESULT_ENOUGH')],
        ['ok' => $ok, 'total' => RECORDS]);
    return name_values($domain, $domain['name']) + ['STATUS' => $status, 'STATUS_WORD' => $words['STATUS_' . strtoupper($status)], 'RESULT_GOOD' => true,
        'RESULT' => $said, 'CHECKED_ONCE' => true, 'WHEN' => fill($words['RESULT_WHEN'], ['time' => time_text($words, $domain['check_at'], $now)]), 'NEXT' => $words['NEXT_' . strtoupper($status)], 'HOST_FULL' => true, 'NO_PROVIDER' => $status !== 'verified', 'STEP_RECORDS' => $status === 'pending', 'STEP_REPAIR' => $status === 'lost',
        'STEP_DONE' => $status === 'verified', 'PATH' => '/settings/domains/' . $id,
        'OWNER' => true, 'HAND_OVER' => true, 'ANSWERED' => true, 'SHARE_ACTS' => $session['role'] === 'admin', 'SHARE_FIRST' => true, 'PLACE' => $status !== 'verified', 'KEEP' => $status === 'verified', 'RECORD' => $shown, 'EVENT' => $history];
}

/* --- the request --- */

$db = new PDO($database['dsn'], $database['user'], $database['password'], [PDO::ATTR_PERSISTENT => true, PDO::ATTR_EMULATE_PREPARES => $database['emulate'] !== '',
    PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_STRINGIFY_FETCHES => false]);
$token = $_COOKIE['volmacht'] ?? '';
$statement = $db->prepare($statements['session_by_token']);
$statement->execute([hash('sha256', $token, true), $now]);
$session = $statement->fetch(PDO::FETCH_ASSOC);
if (!$session) {
    header('Location: /login', true, 303);
    exit;
}

foreach ($settings as $key => $value) {
    if (str_starts_with($key, 'header ')) {
        header(substr($key, 7) . ': ' . $value);
    }
}
if (preg_match('~/settings/domains/([0-9a-f-]{36})$~', $_SERVER['REQUEST_URI'], $match)) {
    $values = detail($db, $statements, $words, $session, $match[1], $now);
    if ($values === null) {
        http_response_code(404);
        exit;
    }
    $d0 = frame($settings, $session, $token, $values['NAME_SHOWN']) + $values;
    require __DIR__ . '/domain_show.php';
} else {
    $d0 = frame($settings, $session, $token, $words['PAGE_DOMAINS']) + overview($db, $statements, $words, $session, $now);
    require __DIR__ . '/domain_list.php';
}
header('Content-Length: ' . ob_get_length());
